//! Files of artifacts on their own: damage on every way of reading, and what writing leaves.

use std::io::{BufRead, Read, Write};
use std::sync::Barrier;

use thinking_injection::BoxError;

use super::*;

/// A directory of artifacts.
struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place { directory: tempfile::tempdir().unwrap() }
    }

    fn artifacts(&self) -> PathBuf {
        self.directory.path().join("lab.redb.artifacts")
    }

    fn store(&self, content: &[u8]) -> Artifact {
        let (artifacts, mut finished) = (self.artifacts(), Vec::new());
        let mut writer = ArtifactWriter::new("weights.bin", &artifacts, &mut finished).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap()
    }

    /// The names of all files, without their directories.
    fn files(&self) -> Vec<String> {
        fn walk(directory: &Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(directory).into_iter().flatten() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => walk(&path, found),
                    false => found.push(path.file_name().unwrap().to_string_lossy().into_owned()),
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.artifacts(), &mut found);
        found.sort();
        found
    }

    /// Each way of reading, with its name: the content, or what the reader was told.
    fn read(&self, artifact: &Artifact) -> Vec<(&'static str, Result<Vec<u8>, StoreError>)> {
        let (artifacts, export) = (self.artifacts(), self.directory.path().join("exported"));
        let streamed = |artifact| {
            let mut content = Vec::new();
            ArtifactReader::open(&artifacts, artifact)?.read_to_end(&mut content).map_err(told)?;
            Ok(content)
        };
        let exactly = |artifact: &Artifact| {
            let mut reader = ArtifactReader::open(&artifacts, artifact)?;
            let mut content = vec![0; artifact.size as usize];
            reader.read_exact(&mut content).map_err(told)?;
            Ok(content)
        };
        let finished = |artifact: &Artifact| {
            let mut reader = ArtifactReader::open(&artifacts, artifact)?;
            let first = reader.read(&mut [0; 1]).map_err(told);
            assert!(first? <= 1);
            reader.finish().map(|()| std::fs::read(artifact.file(&artifacts)).unwrap())
        };
        vec![
            ("stream", streamed(artifact)),
            ("exactly", exactly(artifact)),
            ("finish", finished(artifact)),
            ("codec", artifact.read(&artifacts, &Bytes)),
            ("codec that stops early", artifact.read(&artifacts, &FirstLine)),
            ("codec that fails", artifact.read(&artifacts, &Failing)),
            ("map", ArtifactMap::open(&artifacts, artifact).map(|map| map.to_vec())),
            (
                "export",
                artifact.export(&artifacts, &export).map(|file| std::fs::read(file).unwrap()),
            ),
        ]
    }
}

fn told(error: io::Error) -> StoreError {
    error.downcast().unwrap()
}

/// Reads a line, and gives the whole content as no other would.
struct FirstLine;

impl Codec<Vec<u8>> for FirstLine {
    fn write(&self, _: &Vec<u8>, _: &mut dyn Write) -> Result<(), BoxError> {
        Err("no line".into())
    }

    fn read(&self, from: &mut dyn BufRead) -> Result<Vec<u8>, BoxError> {
        let mut line = Vec::new();
        from.read_until(b'\n', &mut line)?;
        Ok(line)
    }
}

struct Failing;

impl Codec<Vec<u8>> for Failing {
    fn write(&self, _: &Vec<u8>, to: &mut dyn Write) -> Result<(), BoxError> {
        to.write_all(&[7; 2 * BUFFER_BYTES])?;
        Err("cannot be said".into())
    }

    fn read(&self, _: &mut dyn BufRead) -> Result<Vec<u8>, BoxError> {
        Err("not understood".into())
    }
}

/// Content of some length, no two parts of which are the same.
fn content(bytes: usize) -> Vec<u8> {
    let mut content = vec![0; bytes];
    blake3::Hasher::new().update(&bytes.to_le_bytes()).finalize_xof().fill(&mut content);
    content
}

/// Sizes around those of the buffer.
const SIZES: [usize; 7] =
    [0, 1, 1000, BUFFER_BYTES - 1, BUFFER_BYTES, BUFFER_BYTES + 1, 3 * BUFFER_BYTES + 5];

#[test]
fn whole_content_comes_back_on_every_way() {
    for size in SIZES {
        let (place, content) = (Place::new(), content(size));
        let artifact = place.store(&content);
        assert_eq!(artifact.size, size as u64);
        for (way, read) in place.read(&artifact) {
            match way {
                "codec that fails" => {
                    let error = read.unwrap_err();
                    let expected = "artifact `weights.bin` cannot be read as `alloc::vec::Vec<u8>`";
                    assert_eq!(error.to_string(), expected);
                }
                "codec that stops early" => assert!(content.starts_with(&read.unwrap())),
                _ => assert!(read.unwrap() == content, "{way}, {size} bytes"),
            }
        }
    }
}

#[test]
fn damage_is_found_and_named_on_every_way() {
    for size in SIZES {
        let (place, content) = (Place::new(), content(size));
        let artifact = place.store(&content);
        let file = artifact.file(&place.artifacts());
        let mut damages: Vec<Vec<u8>> = [0, size / 2, size.saturating_sub(1)]
            .into_iter()
            .filter(|_| size > 0)
            .map(|at| {
                let mut damaged = content.clone();
                damaged[at] ^= 1;
                damaged
            })
            .collect();
        damages.push([&content[..], b"x"].concat());
        if size > 0 {
            damages.extend([content[..size - 1].to_vec(), Vec::new()]);
        }
        for damage in damages {
            std::fs::write(&file, &damage).unwrap();
            for (way, read) in place.read(&artifact) {
                let error = read.expect_err(way);
                assert_eq!(
                    error.to_string(),
                    format!(
                        "artifact `weights.bin` is damaged: `{}` does not have the recorded content",
                        file.display()
                    ),
                    "{way}, {} bytes of {size}",
                    damage.len()
                );
            }
            assert!(!place.directory.path().join("exported/weights.bin").exists());
        }
        std::fs::remove_file(&file).unwrap();
        for (way, read) in place.read(&artifact) {
            let expected =
                format!("artifact `weights.bin` is missing: there is no `{}`", file.display());
            assert_eq!(read.expect_err(way).to_string(), expected, "{way}");
        }
    }
}

/// The file is cut while it is read; its length was right when it was opened.
#[test]
fn content_that_vanishes_while_it_is_read_is_damage() {
    let (place, content) = (Place::new(), content(5 * BUFFER_BYTES));
    let artifact = place.store(&content);
    let mut reader = ArtifactReader::open(&place.artifacts(), &artifact).unwrap();
    let mut read = vec![0; BUFFER_BYTES + 1];
    reader.read_exact(&mut read).unwrap();
    let file = artifact.file(&place.artifacts());
    File::options().write(true).open(&file).unwrap().set_len(2 * BUFFER_BYTES as u64 + 7).unwrap();
    let error = reader.read_to_end(&mut read).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    assert!(error.to_string().starts_with("artifact `weights.bin` is damaged"), "{error}");
    // Nothing of the half part, and the same answer from then on.
    assert!(read == content[..2 * BUFFER_BYTES]);
    assert!(reader.read(&mut [0; 8]).is_err());
    assert!(matches!(reader.finish(), Err(StoreError::DamagedArtifact { .. })));
}

/// A reader that was told of damage once does not call the rest whole.
#[test]
fn the_last_part_is_handed_out_only_if_all_is_whole() {
    let (place, content) = (Place::new(), content(2 * BUFFER_BYTES));
    let artifact = place.store(&content);
    let mut damaged = content.clone();
    damaged[0] ^= 1;
    std::fs::write(artifact.file(&place.artifacts()), damaged).unwrap();
    let mut reader = ArtifactReader::open(&place.artifacts(), &artifact).unwrap();
    let mut read = Vec::new();
    assert!(reader.read_to_end(&mut read).is_err());
    assert_eq!(read.len(), BUFFER_BYTES);
}

#[test]
fn memory_does_not_grow_with_the_content() {
    let (place, content) = (Place::new(), content(40 * BUFFER_BYTES));
    let (artifacts, mut finished) = (place.artifacts(), Vec::new());
    let mut writer = ArtifactWriter::new("weights.bin", &artifacts, &mut finished).unwrap();
    for part in content.chunks(1000) {
        writer.write_all(part).unwrap();
    }
    let artifact = writer.finish().unwrap();
    let mut reader = ArtifactReader::open(&artifacts, &artifact).unwrap();
    let mut read = 0;
    loop {
        let part = reader.fill_buf().unwrap();
        if part.is_empty() {
            break;
        }
        assert!(part == &content[read..read + part.len()]);
        let taken = part.len();
        read += taken;
        reader.consume(taken);
        assert!(taken <= BUFFER_BYTES, "{taken}");
    }
    assert_eq!(read, content.len());
}

#[test]
fn writers_of_the_same_content_do_not_disturb_each_other() {
    const WRITERS: usize = 8;
    let (place, content) = (Place::new(), content(3 * BUFFER_BYTES));
    let begin = Barrier::new(WRITERS);
    let artifacts: Vec<_> = std::thread::scope(|scope| {
        let write = || {
            begin.wait();
            let artifact = place.store(&content);
            assert!(artifact.read(&place.artifacts(), &Bytes).unwrap() == content);
            artifact
        };
        let threads: Vec<_> = (0..WRITERS).map(|_| scope.spawn(write)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(artifacts.iter().all(|artifact| *artifact == artifacts[0]));
    assert_eq!(place.files(), [artifacts[0].hash.clone()]);
}

#[test]
fn a_codec_that_fails_leaves_nothing() {
    let place = Place::new();
    let (artifacts, mut finished) = (place.artifacts(), Vec::new());
    let writer = ArtifactWriter::new("weights.bin", &artifacts, &mut finished).unwrap();
    let error = writer.value(&Failing, &Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), "artifact `weights.bin` cannot be written");
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "cannot be said");
    assert_eq!((place.files(), finished), (vec![], vec![]));
}

/// A mapping holds the content though another writer replaces the file, or it is removed.
#[cfg(unix)]
#[test]
fn a_map_keeps_its_content() {
    let (place, content) = (Place::new(), content(BUFFER_BYTES));
    let artifact = place.store(&content);
    let map = ArtifactMap::open(&place.artifacts(), &artifact).unwrap();
    place.store(&content);
    std::fs::remove_file(artifact.file(&place.artifacts())).unwrap();
    assert!(*map == content[..]);
}
