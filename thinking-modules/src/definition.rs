//! What a module defines: one registered item with its kind and its place in the source.

use std::any::Any;
use std::fmt;

use crate::ModulePath;

/// One registered item: a component, facet, task, test or another thing an attribute declared.
///
/// Registered by [`register!`](crate::register) in a `static`, so every field is known at
/// compile time.
#[derive(Clone, Copy)]
pub struct Definition {
    /// The module that holds the item, as `module_path!()` gives it.
    pub module: &'static str,
    /// The item's simple name.
    pub name: &'static str,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Where its attribute stands; of a test without rows, where its name does.
    pub place: Place,
    /// The description that the crate owning the kind needs; read with
    /// [`registry::items`](crate::registry::items).
    pub item: &'static (dyn Any + Send + Sync),
}

impl Definition {
    /// Returns the path of the module that holds the item.
    pub fn module_path(&self) -> ModulePath {
        ModulePath::from_static(self.module)
    }

    /// Tells whether the item is defined in `module`: in the module itself or in one below it.
    pub fn is_defined_in(&self, module: &ModulePath) -> bool {
        module.is_ancestor_of(&self.module_path())
    }

    /// Returns the item's full name: `module::name`.
    pub fn path(&self) -> String {
        format!("{}::{}", self.module, self.name)
    }
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}` at {}", self.kind, self.path(), self.place)
    }
}

/// The sort of a [`Definition`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A typed section of configuration.
    Facet,
    /// A trait that components provide.
    Interface,
    /// A type or function that the container builds.
    Component,
    /// A source of components that depend on configuration, such as the databases of `dbs.toml`.
    Contributor,
    /// What decides about the components of the program.
    Choices,
    /// A container of tasks.
    Stage,
    /// A task that may change data.
    Step,
    /// A test case.
    Test,
    /// Something done once, in order, before the body of `main`.
    Action,
    /// A named switch of the configuration.
    Profile,
    /// A function or `impl` block whose code counts for the steps that use it.
    Tracked,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Kind::Facet => "facet",
            Kind::Interface => "interface",
            Kind::Component => "component",
            Kind::Contributor => "contributor",
            Kind::Choices => "choices",
            Kind::Stage => "stage",
            Kind::Step => "step",
            Kind::Test => "test",
            Kind::Action => "action",
            Kind::Profile => "profile",
            Kind::Tracked => "tracked",
        })
    }
}

/// A place in the program's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Returns the [`Place`] where the macro is written.
#[macro_export]
macro_rules! here {
    () => {
        $crate::Place { file: ::core::file!(), line: ::core::line!(), column: ::core::column!() }
    };
}
