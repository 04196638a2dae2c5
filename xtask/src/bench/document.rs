//! The document with the results: a section per bench, of which one is replaced.

use super::comparison::Results;

const TITLE: &str = "# Benchmarks\n\nWritten by `cargo xtask bench`; medians, both ways measured \
    by turns in the same process.\n";

/// Renders what stands in a bench's section below its heading.
pub(super) fn body(about: &str, facts: &str, table: &str, results: &Results) -> String {
    let notes = results.comparisons.iter().filter(|comparison| !comparison.note.is_empty());
    let notes = notes.map(|comparison| format!("- {}: {}\n", comparison.name, comparison.note));
    let notes: String = notes.collect();
    let about = capitalised(about);
    let figures = &results.figures;
    let body = format!("{about}.\n\n{table}\n{notes}\n{figures}\n{facts}\n");
    body.replace("\n\n\n", "\n\n").replace("\n\n\n", "\n\n")
}

/// Returns `document` with the section `name` replaced, or added at the end.
pub(super) fn with_section(document: &str, name: &str, body: &str) -> String {
    let heading = format!("## {name}");
    let section = format!("{heading}\n\n{}\n", body.trim());
    let document = if document.trim().is_empty() { TITLE } else { document };
    let mut result = String::new();
    let mut inside = false;
    let mut replaced = false;
    for line in document.lines() {
        if line.starts_with("## ") {
            inside = line.trim_end() == heading;
            if inside && !replaced {
                result += &section;
                result.push('\n');
                replaced = true;
            }
        }
        if !inside {
            result += line;
            result.push('\n');
        }
    }
    if !replaced {
        result = format!("{}\n\n{section}", result.trim_end());
    }
    format!("{}\n", result.trim_end())
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests;
