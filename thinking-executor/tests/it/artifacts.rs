//! Files that steps leave: named by content, checked when they are read.

use std::io::Write;
use std::path::{Path, PathBuf};

use thinking::{Artifact, ExecutorError, Stage, StoreError, Tx, stage, step};
use thinking_injection::BoxError;

use crate::lab::{Lab, note};

/// Writes an artifact in two parts.
#[step]
fn save(name: String, content: String, tx: &mut Tx) -> Result<Artifact, BoxError> {
    note(tx.path().as_str());
    let (first, second) = content.as_bytes().split_at(content.len() / 2);
    let mut writer = tx.artifact(&name)?;
    writer.write_all(first)?;
    writer.write_all(second)?;
    Ok(writer.finish()?)
}

#[step]
fn save_and_fail(tx: &mut Tx) -> Result<Artifact, BoxError> {
    let mut writer = tx.artifact("lost.txt")?;
    writer.write_all(b"lost")?;
    writer.finish()?;
    Err("after the artifact".into())
}

/// Writes an artifact that is never finished.
#[step]
fn abandon(tx: &mut Tx) -> Result<(), BoxError> {
    tx.artifact("half.txt")?.write_all(b"half")?;
    Ok(())
}

#[stage(key = "files")]
fn files(pairs: Vec<(String, String)>, stage: &Stage) -> Result<Vec<Artifact>, BoxError> {
    let saved = pairs.into_iter().map(|(name, content)| stage.run(save(name, content)));
    Ok(saved.collect::<Result<_, _>>()?)
}

#[stage(key = "files")]
fn exported(
    name: String,
    content: String,
    to: PathBuf,
    stage: &Stage,
) -> Result<PathBuf, BoxError> {
    let artifact = stage.run(save(name, content))?;
    Ok(stage.export(&artifact, &to)?)
}

fn pairs(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(name, content)| (name.to_string(), content.to_string())).collect()
}

/// The files below the directory of artifacts, relative to it.
fn stored(lab: &Lab) -> Vec<String> {
    fn walk(directory: &Path, base: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(directory).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, base, found),
                false => found.push(path.strip_prefix(base).unwrap().display().to_string()),
            }
        }
    }
    let (base, mut found) = (lab.directory.path().join("lab.redb.artifacts"), Vec::new());
    walk(&base, &base, &mut found);
    found.sort();
    found
}

fn place_of(content: &str) -> String {
    let hash = blake3::hash(content.as_bytes()).to_hex();
    format!("{}/{hash}", &hash[..2])
}

#[test]
fn content_names_a_file_and_is_stored_once() {
    let lab = Lab::new();
    let task = || files(pairs(&[("a.txt", "one"), ("b.txt", "two"), ("c.txt", "one")]));
    let artifacts = lab.session(task()).result.unwrap();
    let mut expected = [place_of("one"), place_of("two")];
    expected.sort();
    assert_eq!(stored(&lab), expected);
    assert_eq!(artifacts[0].hash, artifacts[2].hash);
    assert_eq!((artifacts[2].name.as_str(), artifacts[2].size), ("c.txt", 3));
    let again = lab.session(task());
    assert_eq!((again.executed.len(), again.result.unwrap()), (0, artifacts));
    let steps = &lab.view().runs[0].steps;
    assert_eq!(
        steps.iter().flat_map(|step| &step.artifacts).collect::<Vec<_>>(),
        ["a.txt", "b.txt", "c.txt"]
    );
}

#[test]
fn an_export_is_a_checked_copy_under_the_artifacts_name() {
    let (lab, target) = (Lab::new(), tempfile::tempdir().unwrap());
    let to = target.path().join("new/directory");
    let run = || lab.session(exported("a.txt".to_owned(), "one".to_owned(), to.clone())).result;
    assert_eq!(run().unwrap(), to.join("a.txt"));
    assert_eq!(std::fs::read_to_string(to.join("a.txt")).unwrap(), "one");

    let file = lab.directory.path().join("lab.redb.artifacts").join(place_of("one"));
    std::fs::write(&file, "ome").unwrap();
    let ExecutorError::Stage { source, .. } = run().unwrap_err() else { panic!() };
    let error: &StoreError = source.downcast_ref().unwrap();
    assert!(matches!(error, StoreError::DamagedArtifact { name, .. } if name == "a.txt"));
    assert_eq!(
        error.to_string(),
        format!(
            "artifact `a.txt` is damaged: `{}` does not have the recorded content",
            file.display()
        )
    );
    assert_eq!(std::fs::read_to_string(to.join("a.txt")).unwrap(), "one", "it is as it was");

    std::fs::remove_file(&file).unwrap();
    let ExecutorError::Stage { source, .. } = run().unwrap_err() else { panic!() };
    assert!(source.to_string().ends_with("cannot be accessed"), "{source}");
}

/// Content whose file was there already was not written again, so a damaged file stayed damaged
/// whatever was done, and new records named it.
#[test]
fn a_step_that_writes_the_content_again_heals_a_damaged_file() {
    let (lab, target) = (Lab::new(), tempfile::tempdir().unwrap());
    let task = |name: &str| exported(name.to_owned(), "one".to_owned(), target.path().to_owned());
    lab.session(task("a.txt")).result.unwrap();
    let file = lab.directory.path().join("lab.redb.artifacts").join(place_of("one"));
    std::fs::write(&file, "ome").unwrap();
    assert!(lab.session(task("a.txt")).result.is_err());
    assert!(lab.session(task("b.txt")).result.is_ok());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "one");
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    for name in ["a/b", "../a", "..", ".", "", "/", "/a", "a/"] {
        let lab = Lab::new();
        let error = lab.session(files(pairs(&[(name, "one")]))).result.unwrap_err();
        let ExecutorError::Step { source, .. } = error else { panic!("{error}") };
        assert!(matches!(source.downcast_ref(), Some(StoreError::ArtifactName(_))), "{source}");
        assert_eq!(
            source.to_string(),
            format!("`{name}` is no name for an artifact: it takes a plain file name")
        );
        assert_eq!(stored(&lab), [""; 0]);
    }
}

#[stage(key = "files")]
fn failing(stage: &Stage) -> Result<(), BoxError> {
    stage.run(save_and_fail())?;
    Ok(())
}

#[stage(key = "files")]
fn abandoning(stage: &Stage) -> Result<(), BoxError> {
    stage.run(abandon())?;
    Ok(())
}

#[test]
fn what_a_failing_step_wrote_is_not_recorded() {
    let lab = Lab::new();
    lab.session(failing()).result.unwrap_err();
    let run = lab.view().runs.remove(0);
    assert!(run.steps.is_empty() && run.failure.is_some());
}

#[test]
fn what_is_not_finished_is_no_artifact() {
    let lab = Lab::new();
    lab.session(abandoning()).result.unwrap();
    assert_eq!(stored(&lab), [""; 0]);
    assert!(lab.view().runs[0].steps[0].artifacts.is_empty());
}
