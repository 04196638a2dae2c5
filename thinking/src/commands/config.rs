//! `config`: every setting, its value and where that came from.

use thinking_runtime::{KeyReport, Runtime};

/// Where `config` puts the origins of a facet's values, unless one of them is longer.
const ORIGIN_COLUMN: usize = 40;
/// Where it puts them at the most; the lines that are longer still stick out.
const LAST_ORIGIN_COLUMN: usize = 70;

/// Renders the effective settings.
pub(super) fn text(runtime: &Runtime) -> String {
    let mut text = format!("root: {}\n", runtime.root());
    let profiles: Vec<_> = runtime.profiles().names().collect();
    let profiles = if profiles.is_empty() { "none".to_owned() } else { profiles.join(", ") };
    text.push_str(&format!("profiles: {profiles}\n"));
    for facet in runtime.facets().report() {
        text.push_str(&format!("\n[{}]\n", facet.name));
        let lines: Vec<_> = facet.keys.iter().map(line).collect();
        let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
        let width = longest.clamp(ORIGIN_COLUMN, LAST_ORIGIN_COLUMN);
        for (key, line) in facet.keys.iter().zip(lines) {
            text.push_str(&format!("{line:<width$} # {}\n", origin(key)));
        }
    }
    text
}

fn line(key: &KeyReport) -> String {
    match &key.value {
        Some(value) => format!("{} = {value}", key.key),
        // As a comment, so that what is printed stays TOML.
        None => format!("# {}", key.key),
    }
}

fn origin(key: &KeyReport) -> String {
    let origin = key.origin.as_ref().map_or("not set".to_owned(), ToString::to_string);
    let overrode = key.overrode.iter().map(|over| format!("{} from {}", over.value, over.origin));
    let overrode: Vec<_> = overrode.collect();
    match overrode.is_empty() {
        true => origin,
        false => format!("{origin}, over {}", overrode.join(", ")),
    }
}
