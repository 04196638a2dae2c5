//! `config`: every setting, its value and where that came from.

use std::process::ExitCode;

use serde::Serialize;
use thinking_runtime::{Diagnostic, FacetReport, KeyReport, Runtime, exit_code, nearest};

use crate::failure;

/// Where `config` puts the origins of a facet's values, unless one of them is longer.
const ORIGIN_COLUMN: usize = 40;
/// Where it puts them at the most; the lines that are longer still stick out.
const LAST_ORIGIN_COLUMN: usize = 70;

/// Prints the effective settings, or those of one facet.
pub(super) fn print(runtime: &Runtime, wanted: Option<&str>, json: bool) -> ExitCode {
    let mut facets = runtime.facets().report();
    if let Some(wanted) = wanted {
        let Some(facet) = facets.iter().find(|facet| facet.name == wanted) else {
            failure::show(&[unknown(wanted, &facets)], json);
            return ExitCode::from(exit_code::USAGE);
        };
        facets = vec![facet.clone()];
    }
    match json {
        false => super::print(&text(runtime, &facets, wanted.is_none())),
        true => {
            let profiles = runtime.profiles().names().collect();
            let document = Document { root: root(runtime), profiles, facets };
            super::print(&failure::json_text(&document))
        }
    }
}

/// Renders the root and the main module, each with the reason why it is that one.
pub(super) fn root_text(runtime: &Runtime) -> String {
    let (root, main, mode) = (runtime.root(), runtime.main(), runtime.mode());
    format!("root: {root}\nmain module: {main}\nmode: {mode}\n")
}

/// The same for tools.
pub(super) fn root_json(runtime: &Runtime) -> String {
    failure::json_text(&RootDocument {
        root: root(runtime),
        main: runtime.main().to_string(),
        mode: runtime.mode().to_string(),
    })
}

/// What `config --json` prints.
#[derive(Serialize)]
struct Document<'a> {
    root: RootText,
    profiles: Vec<&'a str>,
    facets: Vec<FacetReport>,
}

/// What `config --root --json` prints.
#[derive(Serialize)]
struct RootDocument {
    root: RootText,
    main: String,
    mode: String,
}

#[derive(Serialize)]
struct RootText {
    path: String,
    reason: String,
}

fn root(runtime: &Runtime) -> RootText {
    let root = runtime.root();
    RootText { path: root.path.display().to_string(), reason: root.reason.to_string() }
}

fn unknown(wanted: &str, facets: &[FacetReport]) -> Diagnostic {
    let names: Vec<_> = facets.iter().map(|facet| facet.name).collect();
    let near = nearest(wanted, names.iter().copied());
    Diagnostic::error(format!("unknown facet `{wanted}`"))
        .note(format!("known facets: {}", names.join(", ")))
        .help_if(near.map(|near| format!("did you mean `{near}`?")))
}

fn text(runtime: &Runtime, facets: &[FacetReport], with_root: bool) -> String {
    let mut text = String::new();
    if with_root {
        let profiles: Vec<_> = runtime.profiles().names().collect();
        let profiles = if profiles.is_empty() { "none".to_owned() } else { profiles.join(", ") };
        text.push_str(&format!("root: {}\nprofiles: {profiles}\n\n", runtime.root()));
    }
    let facets = facets.iter().map(facet);
    text.push_str(&facets.collect::<Vec<_>>().join("\n"));
    text
}

fn facet(facet: &FacetReport) -> String {
    let mut text = format!("[{}]\n", facet.name);
    let lines: Vec<_> = facet.keys.iter().map(line).collect();
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
    let width = longest.clamp(ORIGIN_COLUMN, LAST_ORIGIN_COLUMN);
    for (key, line) in facet.keys.iter().zip(lines) {
        text.push_str(&format!("{line:<width$} # {}\n", origin(key)));
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
