//! Where the digits come from.

use std::path::PathBuf;

use thinking::prelude::*;

use crate::dataset::{DatasetError, Digits};
use crate::settings::Data;

/// A place that digits can be read from.
#[interface]
pub(crate) trait DataSource: Send + Sync {
    /// Returns a text that changes when the digits do; it becomes part of the step that reads
    /// them. What cannot be read has a digest, too: the step says what is wrong with it.
    fn digest(&self) -> String;

    /// Reads the digits.
    ///
    /// # Errors
    ///
    /// The source cannot be read, or is damaged.
    fn digits(&self) -> Result<Digits, DatasetError>;
}

/// A CSV file, by default the one beside this program.
struct CsvFile {
    path: PathBuf,
    rows: usize,
}

#[component(provides = dyn DataSource)]
fn csv_file(data: Config<Data>) -> CsvFile {
    CsvFile { path: data.file().to_path_buf(), rows: data.rows() }
}

impl DataSource for CsvFile {
    fn digest(&self) -> String {
        match std::fs::read(&self.path) {
            Ok(bytes) => blake3::hash(&bytes).to_hex()[..16].to_owned(),
            Err(error) => error.kind().to_string(),
        }
    }

    fn digits(&self) -> Result<Digits, DatasetError> {
        Digits::load(&self.path, self.rows)
    }
}
