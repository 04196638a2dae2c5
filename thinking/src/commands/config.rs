//! `config`: every setting, its value and where that came from.

use thinking_runtime::Runtime;

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
    for (facet, keys) in runtime.facets().report() {
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
