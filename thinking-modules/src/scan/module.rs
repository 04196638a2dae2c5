//! A scanned module and what is written in it.

use std::path::PathBuf;

use crate::ModulePath;

/// A module, as its source says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Its name, the crate first.
    pub path: ModulePath,
    /// Where its source stands.
    pub kind: ModuleKind,
    /// The file that holds its source.
    pub file: PathBuf,
    /// The line of its first word in that file, from 1: 1 unless it is inline.
    pub line: u32,
    /// The conditions of its own `cfg` attributes, as they are written; those of the modules around
    /// it are not repeated.
    pub cfgs: Vec<String>,
    /// What its attributes define, by place.
    pub items: Vec<Item>,
    /// Its submodules, alphabetically. Two have the same name where `cfg`s choose between files.
    pub children: Vec<Module>,
}

/// Where the source of a module stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModuleKind {
    /// In the file that cargo gives the compiler.
    CrateRoot,
    /// In a file of its own.
    File,
    /// In braces, in the file of the module around it.
    Inline,
}

/// Something that an attribute of the framework defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its simple name.
    pub name: String,
    /// What it is, as [`Kind`](crate::Kind) writes it.
    pub kind: &'static str,
    /// The line of the attribute, from 1.
    pub line: u32,
    /// The column of the attribute, from 1.
    pub column: u32,
    /// The conditions under which it is compiled, as they are written; for a test, also `test`.
    pub cfgs: Vec<String>,
}

impl Module {
    /// Returns the module and all below it, each before its submodules.
    pub fn pre_order(&self) -> impl Iterator<Item = &Module> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let next = waiting.pop()?;
            waiting.extend(next.children.iter().rev());
            Some(next)
        })
    }
}
