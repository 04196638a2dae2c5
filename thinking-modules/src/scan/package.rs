//! A scanned package and its targets.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cargo_metadata::TargetKind as CargoKind;

use super::finding::Finding;
use super::module::Module;
use super::walk::Walk;
use super::{Targets, orphans};
use crate::TargetKind;

/// A package, with what its sources say.
#[derive(Debug, Clone)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its identity, as cargo writes it.
    pub id: String,
    /// The directory of its manifest.
    pub directory: PathBuf,
    /// The targets that were scanned: by kind, then by name.
    pub targets: Vec<Target>,
    /// What is wrong with its files.
    pub findings: Vec<Finding>,
    /// The crates through which its sources reach the framework's attributes.
    framework: Vec<String>,
    chosen: Targets,
    /// The crate roots of all its targets, those that are not scanned included.
    roots: BTreeSet<PathBuf>,
}

/// A target of a package.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name, as cargo writes it.
    pub name: String,
    /// The sort of the target.
    pub kind: TargetKind,
    /// Whether its crate root has a `#[thinking::main]`.
    pub is_program: bool,
    /// Its crate, with all modules.
    pub module: Module,
}

impl Target {
    /// Returns the crate's name.
    pub fn krate(&self) -> &str {
        self.module.path.krate()
    }
}

impl Package {
    /// Returns the target with a crate of this name.
    pub(super) fn target(&self, kind: TargetKind, krate: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.kind == kind && target.krate() == krate)
    }

    /// Takes over what cargo says; the sources are still to be scanned.
    pub(super) fn new(package: &cargo_metadata::Package, chosen: Targets) -> Package {
        let mut targets: Vec<_> = package
            .targets
            .iter()
            .filter_map(|target| {
                let kind = kind(target)?;
                if chosen == Targets::Libraries && kind != TargetKind::Library {
                    return None;
                }
                let module = Module::root(&target.name, target.src_path.as_std_path())?;
                Some(Target { name: target.name.clone(), kind, is_program: false, module })
            })
            .collect();
        targets.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        let roots = package.targets.iter().map(|target| target.src_path.as_std_path().to_owned());
        Package {
            name: package.name.to_string(),
            version: package.version.to_string(),
            id: package.id.to_string(),
            directory: package
                .manifest_path
                .parent()
                .map(|directory| directory.as_std_path().to_owned())
                .unwrap_or_default(),
            targets,
            findings: Vec::new(),
            framework: framework(package),
            chosen,
            roots: roots.collect(),
        }
    }

    /// Reads the files of the chosen targets.
    pub(super) fn scan(&mut self) {
        let mut walk = Walk::new(&self.framework);
        for target in &mut self.targets {
            target.is_program = walk.crate_root(&mut target.module);
        }
        let mut findings = walk.findings;
        // Without its binaries, their modules would seem to belong to nothing.
        if self.chosen == Targets::All {
            walk.files.append(&mut self.roots);
            findings.extend(orphans::find(&walk.directories, &walk.files));
        }
        // Two targets may share a file.
        findings.sort();
        findings.dedup();
        self.findings = findings;
    }
}

#[cfg(test)]
impl Package {
    /// A package with one target, for tests that read no files.
    pub(super) fn by_hand(name: &str, kind: TargetKind, module: Module) -> Package {
        let target = Target { name: name.to_owned(), kind, is_program: false, module };
        Package {
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            id: name.to_owned(),
            directory: PathBuf::new(),
            targets: vec![target],
            findings: Vec::new(),
            framework: Vec::new(),
            chosen: Targets::All,
            roots: BTreeSet::new(),
        }
    }
}

/// Returns the sort of a target; build scripts have none.
pub(super) fn kind(target: &cargo_metadata::Target) -> Option<TargetKind> {
    match target.kind.first()? {
        CargoKind::CustomBuild => None,
        CargoKind::Bin => Some(TargetKind::Binary),
        CargoKind::Example => Some(TargetKind::Example),
        CargoKind::Test => Some(TargetKind::Test),
        CargoKind::Bench => Some(TargetKind::Bench),
        _ => Some(TargetKind::Library),
    }
}

/// Lists the names by which the package's sources may call the framework's crates; without any,
/// attributes that are called as the framework's are another's.
fn framework(package: &cargo_metadata::Package) -> Vec<String> {
    let is_ours = |name: &str| name == "thinking" || name.starts_with("thinking-");
    let ours = package.dependencies.iter().filter(|dependency| is_ours(&dependency.name));
    let mut names: Vec<_> = ours
        .map(|dependency| dependency.rename.as_ref().unwrap_or(&dependency.name).replace('-', "_"))
        .collect();
    if !names.is_empty() {
        // Below the facade, the crate that is used gets its name.
        names.push("thinking".to_owned());
    }
    names.sort();
    names.dedup();
    names
}
