//! From a crate's root through the files of its modules.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::finding::{Finding, Problem};
use super::module::{Module, ModuleKind};
use super::source::{self, Conditional, Contents, Declared};
use crate::ModulePath;

/// Reads the files of a package's crates, and remembers what it met.
pub(super) struct Walk<'a> {
    framework: &'a [String],
    /// Every file that belongs to a module, or is included by one.
    pub(super) files: BTreeSet<PathBuf>,
    /// The directories in which the modules have their submodules.
    pub(super) directories: BTreeSet<PathBuf>,
    pub(super) findings: Vec<Finding>,
    /// The files that are being read, each declared in the one before.
    open: Vec<PathBuf>,
}

/// Where the modules are looked for that a file or an inline module declares.
#[derive(Clone)]
struct Places {
    /// The directory to which `#[path]` is relative.
    paths: PathBuf,
    /// The directory of the submodules.
    submodules: PathBuf,
}

/// A file that may hold a module.
struct Candidate {
    file: PathBuf,
    cfgs: Vec<String>,
    /// Whether its submodules lie beside it, as with `mod.rs`.
    owns_directory: bool,
}

impl Module {
    /// Returns the root of a crate, not yet read; nothing if no crate can be called so.
    pub(super) fn root(name: &str, file: &Path) -> Option<Module> {
        let path = name.replace('-', "_").parse().ok()?;
        Some(Module::new(path, ModuleKind::CrateRoot, file.to_owned(), 1))
    }

    fn new(path: ModulePath, kind: ModuleKind, file: PathBuf, line: u32) -> Module {
        let (cfgs, items, children) = (Vec::new(), Vec::new(), Vec::new());
        Module { path, kind, file, line, cfgs, items, children }
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(framework: &'a [String]) -> Self {
        let (files, directories) = (BTreeSet::new(), BTreeSet::new());
        Walk { framework, files, directories, findings: Vec::new(), open: Vec::new() }
    }

    /// Reads a crate, and tells whether its root has a `#[thinking::main]`.
    pub(super) fn crate_root(&mut self, module: &mut Module) -> bool {
        self.read(module, true)
    }

    /// Reads the module's file and those of its submodules.
    fn read(&mut self, module: &mut Module, owns_directory: bool) -> bool {
        let file = module.file.clone();
        self.files.insert(file.clone());
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => {
                self.find(&file, 1, Problem::Unreadable { reason: error.to_string() });
                return false;
            }
        };
        let contents = match source::read(&text, self.framework) {
            Ok(contents) => contents,
            Err((line, problem)) => {
                self.find(&file, line, problem);
                return false;
            }
        };
        let has_main = contents.has_main;
        let directory = file.parent().unwrap_or(Path::new("")).to_owned();
        let submodules = match file.file_stem() {
            Some(stem) if !owns_directory => directory.join(stem),
            _ => directory.clone(),
        };
        self.open.push(file);
        self.fill(module, contents, &Places { paths: directory, submodules });
        self.open.pop();
        has_main
    }

    /// Takes over what a file or an inline module holds.
    fn fill(&mut self, module: &mut Module, contents: Contents, places: &Places) {
        self.directories.insert(places.submodules.clone());
        // Relative to the file, also from an inline module.
        let beside = module.file.parent().unwrap_or(Path::new(""));
        let included = contents.included.iter().map(|included| normal(&beside.join(included)));
        self.files.extend(included);
        module.cfgs.extend(contents.cfgs);
        module.items = contents.items;
        for declared in contents.modules {
            let children = self.submodules(module, declared, places);
            module.children.extend(children);
        }
        module.children.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// Reads what a `mod` declares: one module, or one per file that conditions choose among.
    fn submodules(&mut self, parent: &Module, declared: Declared, places: &Places) -> Vec<Module> {
        let Ok(path) = parent.path.child(&declared.name) else { return Vec::new() };
        if let Some(body) = declared.body {
            let mut module =
                Module::new(path, ModuleKind::Inline, parent.file.clone(), declared.line);
            module.cfgs = declared.cfgs;
            let directory = match declared.paths.first() {
                Some(path) => normal(&places.paths.join(&path.value)),
                None => places.submodules.join(&declared.name),
            };
            let places = Places { paths: directory.clone(), submodules: directory };
            self.fill(&mut module, body, &places);
            return vec![module];
        }
        let candidates = self.candidates(parent, &path, &declared, places);
        let mut modules = Vec::new();
        for Candidate { file, cfgs, owns_directory } in candidates {
            if self.open.contains(&file) {
                let problem = Problem::Circular { module: path.to_string() };
                self.find(&parent.file, declared.line, problem);
                continue;
            }
            let mut module = Module::new(path.clone(), ModuleKind::File, file, 1);
            module.cfgs = cfgs;
            self.read(&mut module, owns_directory);
            modules.push(module);
        }
        modules
    }

    /// Finds the files of a module that is not inline.
    fn candidates(
        &mut self,
        parent: &Module,
        module: &ModulePath,
        declared: &Declared,
        places: &Places,
    ) -> Vec<Candidate> {
        let mut tried = Vec::new();
        let mut found = Vec::new();
        for Conditional { value, cfgs } in &declared.paths {
            let file = normal(&places.paths.join(value));
            let cfgs = [&declared.cfgs[..], cfgs].concat();
            match file.is_file() {
                true => found.push(Candidate { file, cfgs, owns_directory: true }),
                false => tried.push(file),
            }
        }
        let always = |path: &Conditional<_>| path.cfgs.is_empty();
        if !declared.paths.iter().any(always) {
            let flat = places.submodules.join(format!("{}.rs", declared.name));
            let nested = places.submodules.join(&declared.name).join("mod.rs");
            let mut cfgs = declared.cfgs.clone();
            if !declared.paths.is_empty() {
                let others = declared.paths.iter().map(|path| path.cfgs.join(", "));
                cfgs.push(format!("not(any({}))", others.collect::<Vec<_>>().join(", ")));
            }
            match (flat.is_file(), nested.is_file()) {
                (true, two) => {
                    if two {
                        let (module, first) = (module.to_string(), flat.clone());
                        // Otherwise it would be called an orphan, too.
                        self.files.insert(nested.clone());
                        let problem = Problem::TwoFiles { module, first, second: nested };
                        self.find(&parent.file, declared.line, problem);
                    }
                    found.push(Candidate { file: flat, cfgs, owns_directory: false });
                }
                (false, true) => {
                    found.push(Candidate { file: nested, cfgs, owns_directory: true });
                }
                // The conditions of `#[path]` may leave no other case.
                (false, false) if !found.is_empty() => {}
                (false, false) => tried.extend([flat, nested]),
            }
        }
        if !tried.is_empty() {
            let problem = Problem::MissingFile { module: module.to_string(), tried };
            self.find(&parent.file, declared.line, problem);
        }
        found
    }

    fn find(&mut self, file: &Path, line: u32, problem: Problem) {
        self.findings.push(Finding { file: file.to_owned(), line, problem });
    }
}

/// Resolves `.` and `..` in the text, so that one file has one name.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some() => {
                normal.pop();
            }
            component => normal.push(component),
        }
    }
    normal
}

#[cfg(test)]
mod tests;
