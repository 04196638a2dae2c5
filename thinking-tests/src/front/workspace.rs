//! The workspace under test, as cargo describes it.

use std::path::{Path, PathBuf};

use cargo_metadata::{MetadataCommand, TargetKind};

use super::command::{capture, cargo};
use super::error::FrontError;

const PROGRAM: &str = "cargo metadata";

/// What of the workspace matters for a test run.
#[derive(Debug)]
pub(super) struct Workspace {
    pub(super) root: PathBuf,
    pub(super) target_dir: PathBuf,
    pub(super) packages: Vec<Package>,
}

/// A package of the workspace.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    /// As cargo writes it in its messages.
    pub(super) id: String,
    pub(super) dir: PathBuf,
    /// The crate of the library, if it has doctests.
    pub(super) documented_crate: Option<String>,
    /// The names of targets, other than the library, that may hold tests.
    pub(super) test_binaries: Vec<String>,
}

impl Workspace {
    /// Asks cargo about the workspace around `dir`.
    pub(super) fn read(dir: &Path) -> Result<Self, FrontError> {
        let mut command = cargo();
        command.current_dir(dir);
        command.args(["metadata", "--format-version", "1", "--no-deps"]);
        let output = capture(&mut command)?;
        if !output.status.success() {
            return Err(FrontError::Backend { program: PROGRAM.to_owned(), status: output.status });
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let metadata =
            MetadataCommand::parse(text).map_err(|source| FrontError::answer(PROGRAM, source))?;
        Ok(Self {
            root: metadata.workspace_root.into_std_path_buf(),
            target_dir: metadata.target_directory.into_std_path_buf(),
            packages: metadata.packages.iter().map(Package::new).collect(),
        })
    }

    /// Returns the package of this name.
    pub(super) fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }

    /// Returns the name of the workspace's directory.
    pub(super) fn title(&self) -> String {
        let name = self.root.file_name().unwrap_or(self.root.as_os_str());
        name.to_string_lossy().into_owned()
    }
}

impl Package {
    fn new(package: &cargo_metadata::Package) -> Self {
        let documented = package.targets.iter().find(|target| target.doctest);
        let binaries = package.targets.iter().filter(|target| {
            target.test
                && !target.kind.contains(&TargetKind::CustomBuild)
                && !target.kind.iter().any(is_library)
        });
        let dir = package.manifest_path.parent();
        Self {
            name: package.name.to_string(),
            version: package.version.to_string(),
            id: package.id.to_string(),
            dir: dir.map(|dir| dir.as_std_path().to_owned()).unwrap_or_default(),
            documented_crate: documented.map(|target| target.name.replace('-', "_")),
            test_binaries: binaries.map(|target| target.name.clone()).collect(),
        }
    }
}

pub(super) fn is_library(kind: &TargetKind) -> bool {
    !matches!(kind, TargetKind::Bin | TargetKind::Test | TargetKind::Example | TargetKind::Bench)
}
