//! Writes an artifact: streamed into a file that gets its name once the content is whole.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{Artifact, BUFFER_BYTES, Codec, io_error, readable_by_others};
use crate::error::StoreError;

/// Writes an artifact's content; [`ArtifactWriter::finish`] makes it one.
///
/// It is buffered, so small writes are cheap. Memory does not grow with the content.
pub struct ArtifactWriter<'a> {
    name: String,
    directory: PathBuf,
    content: BufWriter<Content>,
    finished: &'a mut Vec<Artifact>,
}

impl<'a> ArtifactWriter<'a> {
    pub(crate) fn new(
        name: &str,
        directory: &Path,
        finished: &'a mut Vec<Artifact>,
    ) -> Result<Self, StoreError> {
        // The name becomes a file's name on export, so it must not lead anywhere else.
        let plain = Path::new(name).file_name().is_some_and(|file| file == name);
        if !plain {
            return Err(StoreError::ArtifactName(name.to_owned()));
        }
        if finished.iter().any(|artifact| artifact.name == name) {
            return Err(StoreError::ArtifactTwice(name.to_owned()));
        }
        let failed = |source| io_error(directory, source);
        std::fs::create_dir_all(directory).map_err(failed)?;
        let file =
            tempfile::Builder::new().prefix("new-").tempfile_in(directory).map_err(failed)?;
        let content = Content { file, hasher: blake3::Hasher::new(), size: 0 };
        Ok(ArtifactWriter {
            name: name.to_owned(),
            directory: directory.to_owned(),
            content: BufWriter::with_capacity(BUFFER_BYTES, content),
            finished,
        })
    }

    /// Writes a whole value.
    pub(crate) fn value<T>(
        mut self,
        codec: &impl Codec<T>,
        value: &T,
    ) -> Result<Artifact, StoreError> {
        codec.write(value, &mut self).map_err(|source| {
            let what = format!("artifact `{}`", self.name);
            StoreError::Unwritable { what, source }
        })?;
        self.finish()
    }

    /// Syncs the content to disk and gives it its place; the step's commit names it.
    ///
    /// Content that is there already is replaced by the same: its file may have been damaged, and
    /// its name may not be on disk yet if an earlier attempt ended before that.
    ///
    /// # Errors
    ///
    /// The file cannot be written; nothing is left of it.
    pub fn finish(self) -> Result<Artifact, StoreError> {
        let content = self.content.into_inner();
        let Content { file, hasher, size } =
            content.map_err(|error| io_error(&self.directory, error.into_error()))?;
        let hash = hasher.finalize().to_hex().to_string();
        let artifact = Artifact { name: self.name, hash, size };
        let target = artifact.file(&self.directory);
        let failed = |source| io_error(&target, source);
        let shard = target.parent().unwrap_or(&self.directory);
        std::fs::create_dir_all(shard).map_err(failed)?;
        readable_by_others(file.as_file()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&target).map_err(|error| failed(error.error))?;
        // The names are on disk only when their directories are.
        for directory in [shard, &self.directory, beside(&self.directory)] {
            File::open(directory).and_then(|d| d.sync_all()).map_err(failed)?;
        }
        self.finished.push(artifact.clone());
        Ok(artifact)
    }
}

impl Write for ArtifactWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.content.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.content.flush()
    }
}

/// The file with what is known of its content.
struct Content {
    file: tempfile::NamedTempFile,
    hasher: blake3::Hasher,
    size: u64,
}

impl Write for Content {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Returns the directory that holds a directory.
fn beside(directory: &Path) -> &Path {
    match directory.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}
