//! The root: the directory that holds the program's configuration files.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Names the root.
const VARIABLE: &str = "THINKING_ROOT";

/// Names the package that cargo runs.
const VARIABLE_OF_CARGO: &str = "CARGO_MANIFEST_DIR";

/// The directory of the configuration files, with the reason why it is this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The directory.
    pub path: PathBuf,
    /// Why it was chosen.
    pub reason: RootReason,
}

/// Why a directory is the [`Root`], in the order in which they are tried.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RootReason {
    /// The program or its command line named it.
    #[error("given by `--root`")]
    Given,
    /// The environment names it.
    #[error("named by the environment variable `THINKING_ROOT`")]
    Environment,
    /// `cargo run` or `cargo test` started the program from its own package.
    #[error("the package that cargo runs")]
    Cargo,
    /// The nearest directory upwards from the working directory with a facet file.
    #[error("the nearest directory with a facet file, `{0}`")]
    FacetFile(String),
    /// The executable stands beside a facet file.
    #[error("the directory of the executable, with `{0}`")]
    Executable(String),
    /// The package's directory at build.
    #[error("the package's directory when it was built")]
    Built,
    /// The nearest directory upwards with a workspace's `Cargo.toml`.
    #[error("the nearest directory with a workspace")]
    Workspace,
    /// Nothing else was found.
    #[error("the working directory, as nothing else was found")]
    WorkingDirectory,
}

/// What the search for the [`Root`] looks at. All of it is given, so that tests can.
#[derive(Debug, Clone, Default)]
pub struct RootSearch {
    /// From the command line or the program.
    pub given: Option<PathBuf>,
    /// `THINKING_ROOT`.
    pub environment: Option<PathBuf>,
    /// `CARGO_MANIFEST_DIR` of the running process.
    pub cargo: Option<PathBuf>,
    /// Where the process was started.
    pub working_directory: PathBuf,
    /// The program's file.
    pub executable: Option<PathBuf>,
    /// The package's directory at build.
    pub built: Option<PathBuf>,
    /// File names that mark a root: `logs.toml`, `dbs.toml`, the program's own.
    pub facet_files: Vec<String>,
}

impl RootSearch {
    /// Collects what this process knows about itself.
    pub fn of_process(built: Option<PathBuf>, facet_files: Vec<String>) -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        RootSearch {
            given: None,
            environment: variable(VARIABLE).map(PathBuf::from),
            cargo: variable(VARIABLE_OF_CARGO).map(PathBuf::from),
            working_directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            executable: std::env::current_exe().ok(),
            built,
            facet_files,
        }
    }

    /// Replaces what the process's environment says.
    pub fn environment(mut self, variables: &[(String, String)]) -> Self {
        let value = |name| {
            let found = variables.iter().rev().find(|(variable, _)| variable == name);
            found.map(|(_, value)| value).filter(|value| !value.is_empty()).map(PathBuf::from)
        };
        (self.environment, self.cargo) = (value(VARIABLE), value(VARIABLE_OF_CARGO));
        self
    }

    /// Finds the root. Costs a few look-ups of files per directory above the working directory.
    ///
    /// A directory that was named explicitly is taken as it is, existing or not: that it is missing
    /// is reported with the reason, and nothing is looked for elsewhere.
    pub fn find(&self) -> Root {
        let found = |path: &Path, reason| Root { path: self.absolute(path), reason };
        if let Some(given) = &self.given {
            return found(given, RootReason::Given);
        }
        if let Some(named) = &self.environment {
            return found(named, RootReason::Environment);
        }
        if let (Some(cargo), Some(built)) = (&self.cargo, &self.built)
            && cargo == built
        {
            return found(cargo, RootReason::Cargo);
        }
        for directory in self.working_directory.ancestors() {
            if let Some(file) = self.facet_file_in(directory) {
                return found(directory, RootReason::FacetFile(file));
            }
        }
        if let Some(directory) = self.executable.as_deref().and_then(Path::parent)
            && let Some(file) = self.facet_file_in(directory)
        {
            return found(directory, RootReason::Executable(file));
        }
        if let Some(built) = self.built.as_deref().filter(|built| built.is_dir()) {
            return found(built, RootReason::Built);
        }
        for directory in self.working_directory.ancestors() {
            if is_workspace(directory) {
                return found(directory, RootReason::Workspace);
            }
        }
        found(&self.working_directory, RootReason::WorkingDirectory)
    }

    fn facet_file_in(&self, directory: &Path) -> Option<String> {
        self.facet_files.iter().find(|file| directory.join(file).is_file()).cloned()
    }

    fn absolute(&self, path: &Path) -> PathBuf {
        self.working_directory.join(path)
    }
}

fn is_workspace(directory: &Path) -> bool {
    std::fs::read_to_string(directory.join("Cargo.toml"))
        .is_ok_and(|text| text.lines().any(|line| line.trim_start().starts_with("[workspace")))
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.path.display(), self.reason)
    }
}

#[cfg(test)]
mod tests;
