//! `modules`: what each module defines, and where.

use std::process::ExitCode;

use serde::Serialize;
use termtree::Tree;
use thinking_modules::{Definition, ModulePath, registry};
use thinking_runtime::exit_code;

use super::print;
use crate::{Error, failure};

/// How much alike two names are, from 0 to 1, if one may be meant by the other.
const NEAR: f64 = 0.7;

/// A definition as tools read it; `docs/modules.md` promises the form.
#[derive(Serialize)]
struct Entry {
    module: &'static str,
    name: &'static str,
    kind: String,
    file: &'static str,
    line: u32,
    column: u32,
}

/// Prints the definitions, all or those in `subtree`.
pub(super) fn show(subtree: Option<&ModulePath>, json: bool) -> ExitCode {
    let all = registry::definitions();
    let shown: Vec<_> = match subtree {
        None => all.to_vec(),
        Some(module) => registry::in_subtree(module).collect(),
    };
    match subtree {
        Some(module) if shown.is_empty() => {
            failure::report_error(&Error::msg(nothing_in(module, all)));
            ExitCode::from(exit_code::USAGE)
        }
        _ if json => print(&as_json(&shown)),
        _ => print(&as_tree(subtree, &shown)),
    }
}

/// Says that `module` holds nothing, and which module may have been meant.
fn nothing_in(module: &ModulePath, all: &[&Definition]) -> String {
    let holders = all.iter().flat_map(|definition| {
        std::iter::successors(Some(definition.module_path()), ModulePath::parent)
    });
    // A path that lacks only its beginning is nearer than any that is spelled alike.
    let end = format!("::{module}");
    let nearness = |path: &ModulePath| match path.as_str().ends_with(&end) {
        true => 2.0,
        false => strsim::jaro(path.as_str(), module.as_str()),
    };
    let near_enough = |path: &ModulePath| nearness(path) >= NEAR;
    let nearest = holders.filter(near_enough).max_by(|a, b| {
        // Of modules that are equally near the first, whatever defines more.
        nearness(a).total_cmp(&nearness(b)).then_with(|| b.cmp(a))
    });
    let hint = nearest.map_or(String::new(), |path| format!("; the nearest module is `{path}`"));
    format!("this program defines nothing in the module `{module}` or below it{hint}")
}

fn as_json(shown: &[&Definition]) -> String {
    let entries: Vec<_> = shown
        .iter()
        .map(|definition| Entry {
            module: definition.module,
            name: definition.name,
            kind: definition.kind.to_string(),
            file: definition.place.file,
            line: definition.place.line,
            column: definition.place.column,
        })
        .collect();
    // Writing plain text and numbers to memory cannot fail.
    serde_json::to_string_pretty(&entries).unwrap_or_default() + "\n"
}

/// Stands between an item and its place until the column of the places is known.
const GAP: char = '\t';

fn as_tree(subtree: Option<&ModulePath>, shown: &[&Definition]) -> String {
    let text: String = match subtree {
        Some(module) => tree(module, format!("mod {module}"), shown).to_string(),
        None => shown
            .chunk_by(|a, b| a.module_path().krate() == b.module_path().krate())
            .map(|of_crate| {
                let krate = ancestor(&of_crate[0].module_path(), 1);
                tree(&krate, format!("crate {krate}"), of_crate).to_string()
            })
            .collect(),
    };
    let items = || text.lines().map(|line| line.split_once(GAP));
    let width = items().flatten().map(|(item, _)| item.chars().count()).max().unwrap_or_default();
    let lines = text.lines().zip(items()).map(|(line, item)| match item {
        Some((item, place)) => format!("{item:<width$}  {place}\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

/// Builds the tree of `module` from all definitions in it and below it, in registry order.
fn tree(module: &ModulePath, label: String, definitions: &[&Definition]) -> Tree<String> {
    let own = definitions.partition_point(|definition| definition.module == module.as_str());
    let (own, below) = definitions.split_at(own);
    let items = own.iter().map(|Definition { kind, name, place, .. }| {
        Tree::new(format!("{kind} {name}{GAP}{place}"))
    });
    let depth = module.depth() + 1;
    let child = |definition: &Definition| ancestor(&definition.module_path(), depth);
    let children = below.chunk_by(|a, b| child(a) == child(b)).map(|definitions| {
        let module = child(definitions[0]);
        let label = format!("mod {}", module.simple_name());
        tree(&module, label, definitions)
    });
    Tree::new(label).with_leaves(items.chain(children).collect::<Vec<_>>())
}

/// Returns the ancestor of `path` with so many parts, or the path itself if it has fewer.
fn ancestor(path: &ModulePath, depth: usize) -> ModulePath {
    let mut ancestors = std::iter::successors(Some(path.clone()), ModulePath::parent);
    ancestors.find(|ancestor| ancestor.depth() <= depth).unwrap_or_else(|| path.clone())
}
