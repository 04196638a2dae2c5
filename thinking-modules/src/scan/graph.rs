//! Which libraries a program may link, as cargo resolves its dependencies.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, Node, NodeDep, Package as CargoPackage, PackageId};

use super::package::kind;
use super::{Package, Scan, ScanError, Targets, cargo};
use crate::TargetKind;

/// The packages of a workspace and their dependencies, on this machine's platform.
#[derive(Debug)]
pub struct Graph {
    metadata: Metadata,
    packages: BTreeMap<PackageId, usize>,
    nodes: BTreeMap<PackageId, usize>,
    /// The packages whose crates can register something: they reach the registry.
    registering: BTreeSet<PackageId>,
}

/// A program, with the libraries that it links if somebody names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The identity of its package, as cargo writes it.
    pub package: String,
    /// The sort of its target.
    pub kind: TargetKind,
    /// Its crate.
    pub krate: String,
    /// Its dependencies that can register something, the near ones first.
    pub libraries: Vec<Library>,
}

/// A library that a program depends on, directly or through others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// The identity of its package, as cargo writes it.
    pub package: String,
    /// Its crate.
    pub krate: String,
    /// Who could name it.
    pub dependents: Vec<Dependent>,
}

/// A crate that depends on a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependent {
    /// Its place among the program's libraries; nothing for the program itself.
    pub library: Option<usize>,
    /// What the library is called in it.
    pub name: String,
}

/// The crate that holds the registry.
const REGISTRY: &str = "thinking-modules";

impl Graph {
    /// Asks cargo about the workspace around `directory`, without the network.
    ///
    /// # Errors
    ///
    /// Cargo does not start or finds no workspace, or a dependency was never downloaded.
    pub fn read(directory: &Path) -> Result<Graph, ScanError> {
        Ok(Graph::new(cargo::graph(directory)?))
    }

    fn new(metadata: Metadata) -> Graph {
        let packages = metadata.packages.iter().enumerate();
        let packages = packages.map(|(index, package)| (package.id.clone(), index)).collect();
        let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes).enumerate();
        let nodes = nodes.map(|(index, node)| (node.id.clone(), index)).collect();
        let registering = BTreeSet::new();
        let mut graph = Graph { metadata, packages, nodes, registering };
        graph.registering = graph.registering();
        graph
    }

    /// Returns the directory of the workspace.
    pub fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    /// Describes a target of the package in `directory`. The crate is the target's name with `_`
    /// for `-`. Tests, benches and examples may also link dev-dependencies; unit tests do if
    /// `is_harness`.
    ///
    /// # Errors
    ///
    /// There is no such package, or it has no such target.
    pub fn program(
        &self,
        directory: &Path,
        kind: TargetKind,
        krate: &str,
        is_harness: bool,
    ) -> Result<Program, ScanError> {
        let mut packages = self.metadata.packages.iter();
        let package = packages
            .find(|package| package.manifest_path.parent().is_some_and(|own| own == directory))
            .ok_or_else(|| ScanError::NoPackage { directory: directory.to_owned() })?;
        let is_there = package.targets.iter().any(|target| {
            super::package::kind(target) == Some(kind) && target.name.replace('-', "_") == krate
        });
        if !is_there {
            let (package, target) = (package.name.to_string(), format!("{kind} `{krate}`"));
            return Err(ScanError::NoTarget { package, target });
        }
        let with_dev = is_harness || !matches!(kind, TargetKind::Library | TargetKind::Binary);
        let libraries = self.libraries(package, kind, with_dev);
        Ok(Program { package: package.id.to_string(), kind, krate: krate.to_owned(), libraries })
    }

    /// Scans the sources of programs and of all that they may link.
    pub fn scan(&self, programs: &[Program]) -> Scan {
        let own = programs.iter().map(|program| &program.package);
        let libraries = programs.iter().flat_map(|program| &program.libraries);
        let wanted: BTreeSet<_> = own.chain(libraries.map(|library| &library.package)).collect();
        let packages = self.metadata.packages.iter();
        let packages = packages.filter(|package| wanted.contains(&package.id.repr));
        let packages = packages.map(|package| {
            // What others published is taken as it is.
            let is_here = package.source.is_none();
            Package::new(package, if is_here { Targets::All } else { Targets::Libraries })
        });
        Scan::of_packages(packages.collect())
    }

    /// Lists the libraries below a target, breadth first.
    fn libraries(&self, package: &CargoPackage, kind: TargetKind, with_dev: bool) -> Vec<Library> {
        let mut found: Vec<(PackageId, Library)> = Vec::new();
        let mut waiting = VecDeque::new();
        let edges = self.edges(&package.id, with_dev);
        waiting.extend(edges.map(|(id, name)| (None, id.clone(), name.to_owned())));
        if kind != TargetKind::Library
            && let Some(own) = library_of(package)
            && self.registering.contains(&package.id)
        {
            waiting.push_front((None, package.id.clone(), own));
        }
        while let Some((library, id, name)) = waiting.pop_front() {
            let dependent = Dependent { library, name };
            if let Some((_, known)) = found.iter_mut().find(|(known, _)| *known == id) {
                known.dependents.push(dependent);
                continue;
            }
            let Some(krate) = self.package(&id).and_then(library_of) else { continue };
            let library = Some(found.len());
            let edges = self.edges(&id, false);
            waiting.extend(edges.map(|(id, name)| (library, id.clone(), name.to_owned())));
            let package = id.to_string();
            found.push((id, Library { package, krate, dependents: vec![dependent] }));
        }
        found.into_iter().map(|(_, library)| library).collect()
    }

    /// Lists the dependencies of a package that can register something, with their names in it.
    fn edges(&self, id: &PackageId, with_dev: bool) -> impl Iterator<Item = (&PackageId, &str)> {
        let all = self.node(id).into_iter().flat_map(|node| &node.deps);
        all.filter(move |dependency| is_linked(dependency, with_dev))
            .map(|dependency| (&dependency.pkg, dependency.name.as_str()))
            .filter(|(id, _)| self.registering.contains(id))
    }

    /// Finds the packages from which the registry is reached.
    fn registering(&self) -> BTreeSet<PackageId> {
        let mut dependents: BTreeMap<&PackageId, Vec<&PackageId>> = BTreeMap::new();
        for node in self.metadata.resolve.iter().flat_map(|resolve| &resolve.nodes) {
            for dependency in node.deps.iter().filter(|dependency| is_linked(dependency, true)) {
                dependents.entry(&dependency.pkg).or_default().push(&node.id);
            }
        }
        let registry = self.metadata.packages.iter().filter(|package| package.name == REGISTRY);
        let mut waiting: Vec<_> = registry.map(|package| &package.id).collect();
        let mut reached = BTreeSet::new();
        while let Some(id) = waiting.pop() {
            if reached.insert(id.clone()) {
                waiting.extend(dependents.get(id).into_iter().flatten());
            }
        }
        reached
    }

    fn package(&self, id: &PackageId) -> Option<&CargoPackage> {
        self.packages.get(id).map(|index| &self.metadata.packages[*index])
    }

    fn node(&self, id: &PackageId) -> Option<&Node> {
        let index = self.nodes.get(id)?;
        Some(&self.metadata.resolve.as_ref()?.nodes[*index])
    }
}

impl Program {
    /// Finds the crate root of the program, or of one of its libraries, in a scan.
    pub(super) fn root<'a>(&self, scan: &'a Scan, library: Option<usize>) -> Option<&'a PathBuf> {
        let (package, kind, krate) = match library {
            None => (&self.package, self.kind, &self.krate),
            Some(index) => {
                let library = self.libraries.get(index)?;
                (&library.package, TargetKind::Library, &library.krate)
            }
        };
        let package = scan.packages.iter().find(|scanned| scanned.id == *package)?;
        Some(&package.target(kind, krate)?.module.file)
    }
}

/// Returns the crate of the package's library, unless it is one of macros: those are linked into
/// the compiler.
fn library_of(package: &CargoPackage) -> Option<String> {
    let mut libraries = package
        .targets
        .iter()
        .filter(|target| kind(target) == Some(TargetKind::Library) && !target.is_proc_macro());
    Some(libraries.next()?.name.replace('-', "_"))
}

fn is_linked(dependency: &NodeDep, with_dev: bool) -> bool {
    dependency.dep_kinds.iter().any(|info| match info.kind {
        DependencyKind::Normal => true,
        DependencyKind::Development => with_dev,
        _ => false,
    })
}
