//! How steps and stages write and read artifacts.

use crate::artifact::{Artifact, ArtifactMap, ArtifactReader, ArtifactWriter, Codec};
use crate::error::StoreError;
use crate::stage::Stage;
use crate::tx::Tx;

impl Tx {
    /// Writes a value as an artifact with a plain file name, in the form that the codec gives it.
    ///
    /// What is written in parts, or does not fit into memory, goes through [`Tx::artifact`].
    ///
    /// # Errors
    ///
    /// The name is no plain file name, or the step has an artifact of that name; the codec cannot
    /// write the value; the store's directory cannot be written. Nothing is left of it.
    pub fn write<T>(
        &mut self,
        name: &str,
        codec: impl Codec<T>,
        value: &T,
    ) -> Result<Artifact, StoreError> {
        let writer = ArtifactWriter::new(name, &self.directory, &mut self.artifacts)?;
        writer.value(&codec, value)
    }

    /// Reads an artifact as a value, checked against its hash.
    ///
    /// # Errors
    ///
    /// - [`StoreError::MissingArtifact`], [`StoreError::DamagedArtifact`]: the content is gone.
    /// - [`StoreError::ArtifactValue`]: the content is not of that form or type.
    /// - [`StoreError::Artifact`]: the file cannot be read.
    pub fn read<T>(&self, artifact: &Artifact, codec: impl Codec<T>) -> Result<T, StoreError> {
        artifact.read(&self.directory, &codec)
    }

    /// Opens an artifact to read it as a stream, which is checked on its way.
    ///
    /// # Errors
    ///
    /// The artifact is missing, has another length than it should, or cannot be read.
    pub fn open(&self, artifact: &Artifact) -> Result<ArtifactReader, StoreError> {
        ArtifactReader::open(&self.directory, artifact)
    }

    /// Maps an artifact into memory. Costs one pass over its content, which checks it.
    ///
    /// # Errors
    ///
    /// The artifact is missing or damaged, or cannot be read or mapped.
    pub fn map(&self, artifact: &Artifact) -> Result<ArtifactMap, StoreError> {
        ArtifactMap::open(&self.directory, artifact)
    }
}

impl Stage {
    /// Reads an artifact as a value, checked against its hash.
    ///
    /// A stage's body runs in every session, and reads it each time.
    ///
    /// # Errors
    ///
    /// - [`StoreError::MissingArtifact`], [`StoreError::DamagedArtifact`]: the content is gone.
    /// - [`StoreError::ArtifactValue`]: the content is not of that form or type.
    /// - [`StoreError::Artifact`]: the file cannot be read.
    pub fn read<T>(&self, artifact: &Artifact, codec: impl Codec<T>) -> Result<T, StoreError> {
        artifact.read(self.session.store.artifacts(), &codec)
    }

    /// Opens an artifact to read it as a stream, which is checked on its way.
    ///
    /// # Errors
    ///
    /// The artifact is missing, has another length than it should, or cannot be read.
    pub fn open(&self, artifact: &Artifact) -> Result<ArtifactReader, StoreError> {
        ArtifactReader::open(self.session.store.artifacts(), artifact)
    }

    /// Maps an artifact into memory. Costs one pass over its content, which checks it.
    ///
    /// # Errors
    ///
    /// The artifact is missing or damaged, or cannot be read or mapped.
    pub fn map(&self, artifact: &Artifact) -> Result<ArtifactMap, StoreError> {
        ArtifactMap::open(self.session.store.artifacts(), artifact)
    }
}
