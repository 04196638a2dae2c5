//! What a step may do: read and write state, write artifacts.

use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::artifact::{Artifact, ArtifactWriter};
use crate::error::StoreError;
use crate::path::TaskPath;
use crate::signals::Signals;
use crate::state::{Key, StateRows, Table, TableMut, TableView};

/// A step's write access. What was written is committed with the step's record if the step
/// returns `Ok`, and is gone otherwise. Until then rows are held in memory; what is large belongs
/// into an artifact.
pub struct Tx {
    /// With an overlay.
    pub(crate) rows: StateRows,
    pub(crate) artifacts: Vec<Artifact>,
    pub(crate) path: TaskPath,
    pub(crate) directory: PathBuf,
    pub(crate) signals: Signals,
}

impl Tx {
    /// Returns a table as the step sees it: the state so far, and its own writes.
    ///
    /// # Errors
    ///
    /// The store fails, or the table was written with keys of another type.
    pub fn table<K: Key, V: DeserializeOwned>(
        &self,
        table: Table<K, V>,
    ) -> Result<TableView<K, V>, StoreError> {
        TableView::new(self.rows.clone(), table)
    }

    /// Returns a table to change.
    ///
    /// # Errors
    ///
    /// As [`Tx::table`].
    pub fn table_mut<K: Key, V: Serialize + DeserializeOwned>(
        &mut self,
        table: Table<K, V>,
    ) -> Result<TableMut<K, V>, StoreError> {
        TableMut::new(self.rows.clone(), table)
    }

    /// Begins an artifact with a plain file name. It belongs to the step once
    /// [`ArtifactWriter::finish`] is called.
    ///
    /// # Errors
    ///
    /// The name is no plain file name, or the store's directory cannot be written.
    pub fn artifact(&mut self, name: &str) -> Result<ArtifactWriter<'_>, StoreError> {
        ArtifactWriter::new(name, &self.directory, &mut self.artifacts)
    }

    /// Returns the step's place in the tree: also a key for effects outside the store that is the
    /// same in every attempt.
    pub fn path(&self) -> &TaskPath {
        &self.path
    }

    /// Tells whether the process was asked to stop. A long step may end early with an error.
    pub fn cancelled(&self) -> bool {
        self.signals.received().is_some()
    }
}
