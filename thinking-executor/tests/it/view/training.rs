//! A program to look at: it learns for some epochs, and leaves tables and artifacts.

use serde::{Deserialize, Serialize};
use thinking::{Artifact, Stage, Table, Tx, stage, step};
use thinking_injection::BoxError;

const LOSSES: Table<u32, Loss> = Table::new("losses");
const PAIRS: Table<(u32, String), Vec<u8>> = Table::new("pairs");
/// With keys whose type is none that the view knows.
const ODD: Table<Result<u16, bool>, ()> = Table::new("odd");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Loss {
    epoch: u32,
    loss: f64,
    note: Option<String>,
}

#[step]
fn epoch(n: u32, rate: f64, tx: &mut Tx) -> Result<Loss, BoxError> {
    let note = (n == 2).then(|| "half-way, \"so\" to say".to_owned());
    let loss = Loss { epoch: n, loss: rate / f64::from(n), note };
    tx.table_mut(LOSSES)?.insert(&n, &loss)?;
    Ok(loss)
}

#[step]
fn finish(tx: &mut Tx) -> Result<Vec<Artifact>, BoxError> {
    tx.table_mut(PAIRS)?.insert(&(1, "a".to_owned()), &vec![1, 2])?;
    tx.table_mut(ODD)?.insert(&Ok(258), &())?;
    tx.table_mut(LOSSES)?.remove(&1)?;
    let mut artifacts = Vec::new();
    for (name, content) in [("a.txt", "one"), ("b.txt", "two")] {
        let mut artifact = tx.artifact(name)?;
        std::io::Write::write_all(&mut artifact, content.as_bytes())?;
        artifacts.push(artifact.finish()?);
    }
    Ok(artifacts)
}

#[stage(key = "{n}")]
pub(super) fn trained(n: u32, rate: f64, stage: &Stage) -> Result<(), BoxError> {
    for n in 1..=n {
        stage.run(epoch_of(n, rate))?;
    }
    stage.run(finish())?;
    Ok(())
}

/// The rate is no part of the key, so that a changed one changes the step.
#[step(key = "{n}")]
fn epoch_of(n: u32, rate: f64, tx: &mut Tx) -> Result<Loss, BoxError> {
    let loss = Loss { epoch: n, loss: rate / f64::from(n), note: None };
    tx.table_mut(LOSSES)?.insert(&n, &loss)?;
    Ok(loss)
}

#[stage]
pub(super) fn training(epochs: u32, stage: &Stage) -> Result<(), BoxError> {
    for n in 1..=epochs {
        stage.run(epoch(n, 0.5))?;
    }
    stage.run(finish())?;
    Ok(())
}
