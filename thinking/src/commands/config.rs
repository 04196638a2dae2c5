//! `config`: every setting, its value and where that came from.

use std::process::ExitCode;

use thinking_runtime::{Diagnostic, Runtime, exit_code, nearest};

use crate::failure;

/// Where `config` puts the origins of a facet's values, unless one of them is longer.
const ORIGIN_COLUMN: usize = 40;
/// Where it puts them at the most; the lines that are longer still stick out.
const LAST_ORIGIN_COLUMN: usize = 70;

/// Prints the effective settings, of one facet or of all.
pub(super) fn print(runtime: &Runtime, facet: Option<&str>) -> ExitCode {
    let report = runtime.facets().report();
    let known = || report.iter().map(|(name, _)| *name);
    match facet {
        Some(facet) if !known().any(|name| name == facet) => {
            let near = nearest(facet, known()).map(|near| format!("did you mean `{near}`?"));
            let names = known().collect::<Vec<_>>().join(", ");
            let unknown = Diagnostic::error(format!("unknown facet `{facet}`"))
                .note(format!("known facets: {names}"))
                .help_if(near);
            failure::print(&format!("{}\n", unknown.render(true)));
            ExitCode::from(exit_code::USAGE)
        }
        _ => super::print(&text(runtime, facet)),
    }
}

fn text(runtime: &Runtime, only: Option<&str>) -> String {
    let mut text = format!("root: {}\n", runtime.root());
    let profiles: Vec<_> = runtime.profiles().names().collect();
    let profiles = if profiles.is_empty() { "none".to_owned() } else { profiles.join(", ") };
    text.push_str(&format!("profiles: {profiles}\n"));
    let wanted = |facet: &str| only.is_none_or(|only| only == facet);
    for (facet, keys) in runtime.facets().report().into_iter().filter(|(facet, _)| wanted(facet)) {
        text.push_str(&format!("\n[{facet}]\n"));
        let lines: Vec<_> = keys.iter().map(|key| format!("{} = {}", key.key, key.value)).collect();
        let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
        let width = longest.clamp(ORIGIN_COLUMN, LAST_ORIGIN_COLUMN);
        for (key, line) in keys.iter().zip(lines) {
            text.push_str(&format!("{line:<width$} # {}", key.origin));
            if !key.overrode.is_empty() {
                text.push_str(&format!(", over {}", key.overrode.join(", ")));
            }
            text.push('\n');
        }
    }
    text
}

/// Renders the root and the main module, each with the reason why it is that one.
pub(super) fn root(runtime: &Runtime) -> String {
    let (root, main, mode) = (runtime.root(), runtime.main(), runtime.mode());
    format!("root: {root}\nmain module: {main}\nmode: {mode}\n")
}
