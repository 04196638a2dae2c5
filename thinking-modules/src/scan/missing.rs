//! What the sources of a program define and its registry lacks. Values in, findings out.

use std::collections::HashSet;

use super::finding::{Finding, Problem};
use super::graph::{Library, Program};
use super::module::{Item, Module};
use super::registered::Registered;
use super::{Package, Scan, Target};
use crate::TargetKind;

/// Compares the sources of a program and of the libraries that it depends on with its registry.
///
/// The findings are the crates of which nothing is there, each with the line that names it and the
/// file to add it to, and the single modules and definitions that are absent. What stands below a
/// `cfg` may rightly be absent, so it never makes a finding.
///
/// The scan must hold the program's package and its libraries'; [`Graph::scan`] gives it.
///
/// [`Graph::scan`]: super::Graph::scan
pub fn missing(scan: &Scan, program: &Program, registered: &[Registered]) -> Vec<Finding> {
    let registry = Registry::new(registered);
    let mut findings = Vec::new();
    if let Some(own) = target(scan, &program.package, program.kind, &program.krate) {
        registry.below(&own.module, &mut findings);
    }
    for library in &program.libraries {
        let Some(target) = of_library(scan, library) else { continue };
        if !registry.is_lost(target) {
            registry.below(&target.module, &mut findings);
            continue;
        }
        let dependents = library.dependents.iter();
        // Whoever is linked needs to name it; a lost crate that does would stay lost with it.
        let nearest = dependents.min_by_key(|dependent| match dependent.library {
            None => 0,
            Some(index) => {
                let library = program.libraries.get(index);
                let target = library.and_then(|library| of_library(scan, library));
                1 + u8::from(target.is_some_and(|target| registry.is_lost(target)))
            }
        });
        let Some(dependent) = nearest else { continue };
        let Some(file) = program.root(scan, dependent.library) else { continue };
        let lost = certain(&target.module).map(|(module, item)| label(module, item)).collect();
        let (krate, add) = (library.krate.clone(), format!("use {} as _;", dependent.name));
        let problem = Problem::LostCrate { krate, lost, add };
        findings.push(Finding { file: file.clone(), line: 1, problem });
    }
    findings
}

struct Registry<'a> {
    crates: HashSet<&'a str>,
    definitions: HashSet<(&'a str, &'a str, &'a str)>,
}

impl<'a> Registry<'a> {
    fn new(registered: &'a [Registered]) -> Self {
        let definitions = registered
            .iter()
            .map(|definition| (&*definition.module, &*definition.name, &*definition.kind));
        let crates = registered.iter().map(Registered::krate).collect();
        Registry { crates, definitions: definitions.collect() }
    }

    fn holds(&self, module: &Module, item: &Item) -> bool {
        self.definitions.contains(&(module.path.as_str(), &*item.name, item.kind))
    }

    /// Tells whether the crate would register something and has registered nothing at all.
    fn is_lost(&self, target: &Target) -> bool {
        !self.crates.contains(target.krate()) && certain(&target.module).next().is_some()
    }

    /// Finds what is absent of a module that is linked, and of those below it.
    fn below(&self, module: &Module, findings: &mut Vec<Finding>) {
        if !module.cfgs.is_empty() {
            return;
        }
        let (file, line) = (module.file.clone(), module.line);
        let mut expected = certain(module).peekable();
        if expected.peek().is_some() && expected.all(|(module, item)| !self.holds(module, item)) {
            let lost = certain(module).map(|(module, item)| label(module, item)).collect();
            let problem = Problem::LostModule { module: module.path.to_string(), lost };
            findings.push(Finding { file, line, problem });
            return;
        }
        for item in module.items.iter().filter(|item| item.cfgs.is_empty()) {
            if !self.holds(module, item) {
                let problem = Problem::LostDefinition { lost: label(module, item) };
                findings.push(Finding { file: file.clone(), line: item.line, problem });
            }
        }
        for child in &module.children {
            self.below(child, findings);
        }
    }
}

/// Lists the definitions in a module and below it that no condition can take away.
fn certain(module: &Module) -> impl Iterator<Item = (&Module, &Item)> {
    let mut waiting = vec![module];
    let modules = std::iter::from_fn(move || {
        let next = waiting.pop()?;
        if next.cfgs.is_empty() {
            waiting.extend(next.children.iter().rev());
        }
        Some(next)
    });
    let modules = modules.filter(|module| module.cfgs.is_empty());
    modules.flat_map(|module| {
        let items = module.items.iter().filter(|item| item.cfgs.is_empty());
        items.map(move |item| (module, item))
    })
}

fn label(module: &Module, item: &Item) -> String {
    format!("{} `{}::{}`", item.kind, module.path, item.name)
}

fn of_library<'a>(scan: &'a Scan, library: &Library) -> Option<&'a Target> {
    target(scan, &library.package, TargetKind::Library, &library.krate)
}

fn target<'a>(scan: &'a Scan, id: &str, kind: TargetKind, krate: &str) -> Option<&'a Target> {
    let package = scan.packages.iter().find(|package| package.id == id);
    package.and_then(|package: &Package| package.target(kind, krate))
}

#[cfg(test)]
mod tests;
