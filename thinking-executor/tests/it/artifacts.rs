//! Files that steps leave: named by content, checked when they are read.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thinking::{
    Artifact, Bytes, Csv, ExecutorError, Json, Stage, StoreError, Text, Tx, stage, step,
};
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
    let missing = format!("artifact `a.txt` is missing: there is no `{}`", file.display());
    assert_eq!(source.to_string(), missing);
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

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Row {
    epoch: u32,
    loss: f64,
}

/// Writes values in several forms.
#[step]
fn write_all(tx: &mut Tx) -> Result<Vec<Artifact>, BoxError> {
    note(tx.path().as_str());
    let rows = vec![Row { epoch: 1, loss: 0.5 }, Row { epoch: 2, loss: 0.25 }];
    let csv = tx.write("metrics.csv", Csv, &rows)?;
    let json = tx.write("metrics.json", Json, &rows)?;
    let text = tx.write("report.md", Text, &"# Report".to_owned())?;
    let bytes = tx.write("weights.bin", Bytes, &vec![7; 100_000])?;
    Ok(vec![csv, json, text, bytes])
}

/// Reads them all in a later step: the rows of one, and how long the others are.
#[step]
fn read_all(artifacts: Vec<Artifact>, tx: &mut Tx) -> Result<(Vec<Row>, u64), BoxError> {
    note(tx.path().as_str());
    let [csv, json, text, bytes] = &artifacts[..] else { return Err("four of them".into()) };
    let rows: Vec<Row> = tx.read(csv, Csv)?;
    let again: Vec<Row> = tx.read(json, Json)?;
    assert_eq!(rows, again);
    let mut report = String::new();
    tx.open(text)?.read_to_string(&mut report)?;
    assert_eq!(report, "# Report");
    Ok((rows, report.len() as u64 + tx.map(bytes)?.len() as u64))
}

#[stage(key = "files")]
fn forms(stage: &Stage) -> Result<(Vec<Row>, u64), BoxError> {
    let artifacts = stage.run(write_all())?;
    let (rows, length) = stage.run(read_all(artifacts.clone()))?;
    assert_eq!(stage.read::<Vec<Row>>(&artifacts[0], Csv)?, rows);
    let mut report = String::new();
    stage.open(&artifacts[2])?.read_to_string(&mut report)?;
    assert_eq!(stage.map(&artifacts[2])?[..], *report.as_bytes());
    Ok((rows, length))
}

#[test]
fn values_go_from_step_to_step_and_to_the_stage() {
    let lab = Lab::new();
    let first = lab.session(forms());
    assert_eq!(first.executed.len(), 2);
    let (rows, length) = first.result.unwrap();
    assert_eq!((rows.len(), length), (2, 100_008));
    let again = lab.session(forms());
    assert_eq!((again.executed.len(), again.result.unwrap()), (0, (rows, length)));
    let content = "epoch,loss\n1,0.5\n2,0.25\n";
    let file = lab.directory.path().join("lab.redb.artifacts").join(place_of(content));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), content);

    std::fs::write(&file, content.replace('1', "3")).unwrap();
    let ExecutorError::Stage { source, .. } = lab.session(forms()).result.unwrap_err() else {
        panic!()
    };
    assert!(source.to_string().starts_with("artifact `metrics.csv` is damaged"), "{source}");
}

#[stage(key = "files")]
fn misread(stage: &Stage) -> Result<(), BoxError> {
    let artifacts = stage.run(write_all())?;
    stage.read::<Row>(&artifacts[1], Json)?;
    Ok(())
}

#[test]
fn content_of_another_type_is_an_error_with_both() {
    let ExecutorError::Stage { source, .. } = Lab::new().session(misread()).result.unwrap_err()
    else {
        panic!()
    };
    let expected = "artifact `metrics.json` cannot be read as `it::artifacts::Row`";
    assert_eq!(source.to_string(), expected);
    let reason = source.source().unwrap().to_string();
    assert!(reason.starts_with("invalid type: map, expected u32 at line 2"), "{reason}");
}

/// Later readers of the record could not tell them apart, and an export would lose one.
#[step]
fn write_twice(tx: &mut Tx) -> Result<(), BoxError> {
    // One that was not finished has no name yet.
    drop(tx.artifact("a.txt")?);
    tx.write("a.txt", Text, &"one".to_owned())?;
    let error = tx.artifact("a.txt").err().unwrap();
    assert!(matches!(&error, StoreError::ArtifactTwice(name) if name == "a.txt"));
    tx.write("a.txt", Text, &"two".to_owned())?;
    Ok(())
}

#[stage(key = "files")]
fn twice(stage: &Stage) -> Result<(), BoxError> {
    Ok(stage.run(write_twice())?)
}

#[test]
fn two_artifacts_of_a_step_have_different_names() {
    let ExecutorError::Step { source, .. } = Lab::new().session(twice()).result.unwrap_err() else {
        panic!()
    };
    let expected = "the step has two artifacts called `a.txt`: each needs a name of its own";
    assert_eq!(source.to_string(), expected);
}
