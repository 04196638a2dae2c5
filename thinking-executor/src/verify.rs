//! Checks everything that a store has: rows, what they say of each other, and artifacts.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use thinking_dbs::{Owner, Snapshot};

use crate::artifact::{Artifact, ArtifactReader};
use crate::error::StoreError;
use crate::garbage;
use crate::progress::Progress;
use crate::storage::{self, Space};
use crate::store::{Records, artifact_directory, migration};
use crate::view::ViewError;

mod finding;
mod rows;

pub use finding::Finding;
use finding::Meaning;
use rows::Rows;

/// What a check of a whole store found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Verification {
    /// The store's file.
    pub store: String,
    /// The process that is writing it, if one is.
    pub owner: Option<Owner>,
    /// How many rows were checked.
    pub rows: u64,
    /// How many files of artifacts were checked.
    pub artifacts: u64,
    /// How many bytes these have.
    pub artifact_bytes: u64,
    /// How many files lie beside them that no record names: a crash or a failed step left them.
    pub unnamed_files: u64,
    /// Everything that is not as it should be.
    pub findings: Vec<Finding>,
}

impl Verification {
    /// Checks the store at `path`, from a copy: a process may be writing it. Costs a copy of the
    /// file, and reads all of it and of its artifacts. On a terminal a bar shows how far it is.
    ///
    /// What was found is no error. A database whose own structure is damaged is one finding, and
    /// its rows are not read.
    ///
    /// # Errors
    ///
    /// There is no store, or its file cannot be copied or is no database; it is as it was.
    pub fn of(path: &Path) -> Result<Verification, ViewError> {
        let mut snapshot = Snapshot::take("store", path)?;
        let mut verification = Verification {
            store: path.display().to_string(),
            owner: Owner::of(path),
            ..Verification::default()
        };
        if let Err(error) = snapshot.check() {
            let what = "the database".to_owned();
            verification.findings.push(Finding::new(what, &error, Meaning::Database));
            return Ok(verification);
        }
        migration::migrate(snapshot.redb(), || snapshot.redb().begin_write())?;
        let rows = storage::snapshot(snapshot.redb())?;
        let records = Records::new(Box::new(storage::snapshot(snapshot.redb())?));
        if records.known_format()?.is_none() {
            return Ok(verification);
        }
        verification.check(&rows, &artifact_directory(path))?;
        Ok(verification)
    }

    /// Tells whether everything is as it should be.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    /// Says what was checked and found, for people.
    pub fn text(&self) -> String {
        let mut text: String =
            self.findings.iter().map(|finding| format!("{finding}\n\n")).collect();
        let sound = match self.findings.len() {
            0 => "the store is sound".to_owned(),
            1 => "1 finding".to_owned(),
            count => format!("{count} findings"),
        };
        text.push_str(&format!(
            "{sound}: {} rows and {} artifacts ({} bytes) checked in `{}`\n",
            self.rows, self.artifacts, self.artifact_bytes, self.store
        ));
        if self.unnamed_files > 0 {
            let count = self.unnamed_files;
            text.push_str(&format!("files that no record names: {count}; `gc` lists them\n"));
        }
        text
    }

    fn check(
        &mut self,
        snapshot: &dyn storage::Snapshot,
        directory: &Path,
    ) -> Result<(), StoreError> {
        let mut rows = Rows::new(snapshot);
        rows.check_all()?;
        self.rows = rows.count;
        self.findings.append(&mut rows.findings);
        self.check_artifacts(&rows.artifacts, directory);
        let named = rows.artifacts.keys().map(|(hash, _)| hash.as_str()).collect();
        self.unnamed_files = garbage::unnamed(directory, &named, None)?.len() as u64;
        Ok(())
    }

    /// Reads each artifact once, however many steps have it.
    fn check_artifacts(&mut self, named: &BTreeMap<(String, u64), Named>, directory: &Path) {
        let bar = Progress::new("artifacts", named.len() as u64);
        for ((hash, size), Named { name, path }) in named {
            bar.running(name);
            let artifact = Artifact { name: name.clone(), hash: hash.clone(), size: *size };
            self.artifacts += 1;
            self.artifact_bytes += size;
            let whole = ArtifactReader::open(directory, &artifact).and_then(ArtifactReader::finish);
            if let Err(error) = whole {
                let what = format!("artifact `{name}` of step `{path}`");
                self.findings.push(Finding::new(what, &error, Meaning::Artifact));
            }
            bar.advance();
        }
    }
}

/// Checks all rows, and no artifacts.
#[cfg(feature = "simulator")]
pub(crate) fn rows_of(snapshot: &dyn storage::Snapshot) -> Result<Vec<Finding>, StoreError> {
    let mut rows = Rows::new(snapshot);
    rows.check_all()?;
    Ok(rows.findings)
}

/// An artifact by the step that named it first.
struct Named {
    name: String,
    path: String,
}

/// All kinds of rows, with the meaning of damage in them.
fn meaning(space: Space) -> Meaning {
    match space {
        Space::Branches | Space::Heads | Space::Meta | Space::Tables => Meaning::History,
        Space::Steps | Space::Prints => Meaning::Step,
        Space::Results => Meaning::Result,
        Space::State => Meaning::State,
        Space::Seals => Meaning::Seal,
        Space::Failures
        | Space::Sessions
        | Space::Logs
        | Space::Checkpoints
        | Space::Acceptances => Meaning::Account,
    }
}
