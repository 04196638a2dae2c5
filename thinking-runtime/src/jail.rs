//! A root and an environment of a test's own.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use thinking_modules::{MainModule, Mode};

use crate::{Runtime, RuntimeBuilder};

/// A temporary root with an environment of its own, for tests of facets, profiles and messages.
///
/// Neither the process's environment nor its working directory has a part in it, so that tests in
/// a jail can run side by side. The directory is removed when the jail is dropped.
///
/// ```
/// # extern crate thinking_runtime as thinking;
/// use serde::Deserialize;
/// use thinking::{Facet, Jail};
///
/// #[derive(Debug, Deserialize, Facet)]
/// #[facet(name = "training")]
/// struct Training {
///     epochs: u32,
/// }
///
/// # fn main() {
/// let jail = || Jail::new(thinking_modules::main_module!()).file("training.toml", "epochs = 3");
/// let runtime = jail().set("training.epochs=4").load();
/// assert_eq!(runtime.facets().config::<Training>().unwrap().epochs(), 4);
///
/// let messages = jail().variable("THINKING_TRAINING__EPOCHS", "many").messages();
/// assert!(messages.starts_with("error: wrong value for `training.epochs`"));
/// # }
/// ```
#[derive(Debug)]
pub struct Jail {
    root: TempDir,
    main: MainModule,
    mode: Mode,
    environment: Vec<(String, String)>,
    assignments: Vec<String>,
    profiles: Vec<String>,
    disabled: Vec<String>,
}

impl Jail {
    /// Makes an empty root for the program `main`.
    ///
    /// # Panics
    ///
    /// There is no place for a temporary directory; a test cannot go on then.
    pub fn new(main: MainModule) -> Self {
        let root = tempfile::tempdir().expect("a temporary directory can be made");
        Jail {
            root,
            main,
            mode: Mode::Application,
            environment: Vec::new(),
            assignments: Vec::new(),
            profiles: Vec::new(),
            disabled: Vec::new(),
        }
    }

    /// Writes a file, with its directories; `path` is relative to the root.
    ///
    /// # Panics
    ///
    /// The file cannot be written.
    pub fn file(self, path: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> Self {
        let path = self.root.path().join(path);
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).expect("a directory can be made in the jail");
        }
        fs::write(path, contents).expect("a file can be written in the jail");
        self
    }

    /// Adds an environment variable.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Adds an assignment `facet.key=value`.
    pub fn set(mut self, assignment: impl Into<String>) -> Self {
        self.assignments.push(assignment.into());
        self
    }

    /// Activates a profile.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profiles.push(name.into());
        self
    }

    /// Disables an action.
    pub fn disable(mut self, action: impl Into<String>) -> Self {
        self.disabled.push(action.into());
        self
    }

    /// Sets what kind of process this is; an application if unset.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Returns the directory of the configuration files.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// Returns the builder of the jail's runtime, for what the jail itself has no method for.
    pub fn builder(&self) -> RuntimeBuilder {
        Runtime::builder(self.main)
            .mode(self.mode)
            .root(Some(self.root.path().to_owned()))
            .environment(self.environment.clone())
            .assignments(self.assignments.clone())
            .profiles(self.profiles.clone())
            .disable(self.disabled.clone())
    }

    /// Loads the runtime.
    ///
    /// # Panics
    ///
    /// There are mistakes; the panic shows them.
    pub fn load(&self) -> Runtime {
        let (runtime, mistakes) = self.builder().load();
        assert!(mistakes.is_empty(), "{}", render(&mistakes));
        runtime
    }

    /// Loads the runtime and returns what is wrong, as it would be printed, with the root's path
    /// as `ROOT`; empty if nothing is.
    pub fn messages(&self) -> String {
        let (_, mistakes) = self.builder().load();
        render(&mistakes).replace(&self.root.path().display().to_string(), "ROOT")
    }
}

fn render(mistakes: &[crate::Diagnostic]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}
