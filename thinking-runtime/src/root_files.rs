//! The TOML files at the root: which are facets, which belong to others, which to nobody.

use std::path::Path;

use crate::diagnostic::{Diagnostic, nearest};

/// The facet of the test runner, which no program links whose tests it runs.
pub(crate) const OF_RUNNER: &str = "tests";

/// Facets of the framework, which not every program links.
const OURS: [&str; 4] = ["dbs", "executor", "logs", OF_RUNNER];

/// Files of other tools that lie beside those of a program.
const OTHER_TOOLS: [&str; 63] = [
    "Anchor.toml",
    "Cargo.toml",
    "Cross.toml",
    "Dioxus.toml",
    "Embed.toml",
    "Gopkg.toml",
    "Makefile.toml",
    "Move.toml",
    "Project.toml",
    "Rocket.toml",
    "Scarb.toml",
    "Secrets.toml",
    "Shuttle.toml",
    "Tauri.toml",
    "Trunk.toml",
    "Xargo.toml",
    "about.toml",
    "askama.toml",
    "audit.toml",
    "bacon.toml",
    "book.toml",
    "buf.toml",
    "cbindgen.toml",
    "cliff.toml",
    "clippy.toml",
    "codebook.toml",
    "committed.toml",
    "deny.toml",
    "diesel.toml",
    "dist-workspace.toml",
    "dist.toml",
    "dylint.toml",
    "fly.toml",
    "foundry.toml",
    "hugo.toml",
    "i18n.toml",
    "knope.toml",
    "lefthook.toml",
    "lychee.toml",
    "mise.toml",
    "netlify.toml",
    "nextest.toml",
    "pdm.toml",
    "pixi.toml",
    "pylock.toml",
    "pyproject.toml",
    "release-plz.toml",
    "release.toml",
    "ruff.toml",
    "rust-analyzer.toml",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "selene.toml",
    "spin.toml",
    "starship.toml",
    "stylua.toml",
    "taplo.toml",
    "tarpaulin.toml",
    "tombi.toml",
    "treefmt.toml",
    "typos.toml",
    "uv.toml",
    "wrangler.toml",
];

/// Reports the files `*.toml` at the root that belong neither to a known facet nor to another tool.
///
/// Where no file of a facet lies, the root may be any directory, with the files of anything in it;
/// there only a name that is nearly a facet's is reported.
pub(crate) fn unknown(root: &Path, facets: &[&str], others: &[String]) -> Vec<Diagnostic> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        (name.ends_with(".toml") && !name.starts_with('.')).then_some(name)
    });
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    let is_known = |name: &String| facets.contains(&stem(name));
    let is_project = names.iter().any(is_known);
    let is_named = |name: &String| {
        others.iter().any(|other| other == name || *other == format!("{}.toml", stem(name)))
    };
    let strange = names.iter().filter(|name| {
        let ours = OURS.contains(&stem(name));
        !is_known(name) && !ours && !OTHER_TOOLS.contains(&name.as_str()) && !is_named(name)
    });
    strange
        .filter_map(|name| {
            let near = nearest(stem(name), facets.iter().copied());
            if !is_project && near.is_none() {
                return None;
            }
            let mut known = facets.to_vec();
            known.sort_unstable();
            let meant = near.map(|near| {
                let rest = &name[stem(name).len()..];
                format!("did you mean `{near}{rest}`?")
            });
            let diagnostic = Diagnostic::error(format!("`{name}` is the file of no facet"))
                .note(format!("it is `{}`", root.join(name).display()))
                .note(format!("known facets: {}", known.join(", ")));
            Some(match meant {
                Some(meant) => diagnostic.help(meant),
                None => diagnostic.help(
                    "move it away from the root, or name it with `other_files` if another \
                     program reads it",
                ),
            })
        })
        .collect()
}

/// Returns what stands before the profile and the extension.
fn stem(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests;
