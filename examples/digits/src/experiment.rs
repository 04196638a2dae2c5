//! The experiment: its stages and steps, and what they keep in the store.

use std::io::Write;
use std::path::PathBuf;

use thinking::prelude::*;

use crate::dataset::Digits;
use crate::evaluation::Evaluation;
use crate::report::{Report, ReportWriter, Setting};
use crate::settings::{Data, Training};
use crate::source::DataSource;
use crate::split::Split;
use crate::standardise::standardise;
use crate::trainer::{Model, Trainer};
use crate::training::EpochMetrics;

/// All digits as they were read, under the key 0.
const DIGITS: Table<u8, Digits> = Table::new("digits");
/// The divided and scaled digits, under the key 0.
const SPLIT: Table<u8, Split> = Table::new("split");
/// The model after each epoch; the fresh one is 0.
const MODELS: Table<u32, Model> = Table::new("models");
/// How each epoch went.
const METRICS: Table<u32, EpochMetrics> = Table::new("metrics");
const ONLY: u8 = 0;

/// Where the report is copied to, below the root.
const REPORT_DIRECTORY: &str = "report";

/// What came out of the experiment.
pub(crate) struct Findings {
    /// The share of the test digits that the network recognises.
    pub(crate) accuracy: f64,
    /// The page of the report.
    pub(crate) page: PathBuf,
}

/// From the file of digits to the report.
#[stage]
pub(crate) fn experiment(
    stage: &Stage,
    source: Arc<dyn DataSource>,
    training: Config<Training>,
) -> Result<Findings> {
    let epochs = training.epochs();
    stage.run(load(source.digest()))?;
    stage.run(divide())?;
    stage.run(train())?;
    let evaluation = stage.run(evaluate(epochs))?;
    let files = stage.run(report(epochs, evaluation.clone()))?;
    let mut pages = Vec::new();
    for file in &files {
        pages.push(stage.export(file, REPORT_DIRECTORY)?);
    }
    let page = pages.into_iter().next().context("the report has no files")?;
    Ok(Findings { accuracy: evaluation.accuracy(), page })
}

/// Reads and checks the digits. The digest ties the step to the content of their source.
#[step]
fn load(digest: String, source: Arc<dyn DataSource>, tx: &mut Tx) -> Result<usize> {
    let digits = source.digits()?;
    tracing::info!("{} digits, digest {digest}", digits.len());
    tx.table_mut(DIGITS)?.insert(&ONLY, &digits)?;
    Ok(digits.len())
}

/// Divides the digits into those to learn from and those to test on, and scales their pixels.
#[step]
fn divide(data: Config<Data>, tx: &mut Tx) -> Result<(usize, usize)> {
    let digits = tx.table(DIGITS)?.get(&ONLY)?.context("there are no digits to divide")?;
    let split = standardise(&Split::new(&digits, data.test_fraction(), data.seed())?);
    tx.table_mut(SPLIT)?.insert(&ONLY, &split)?;
    Ok((split.train.len(), split.test.len()))
}

/// Makes a network and lets it learn for a number of epochs, one step each.
///
/// The number is no argument: it would be part of the path of every epoch, and more epochs would
/// be others instead of more.
#[stage]
fn train(stage: &Stage, training: Config<Training>) -> Result<()> {
    let epochs = training.epochs();
    stage.expect(u64::from(epochs) + 1);
    stage.run(initialise())?;
    for n in 1..=epochs {
        stage.run(epoch(n))?;
    }
    Ok(())
}

/// Makes a network that has learned nothing yet.
#[step]
fn initialise(trainer: Arc<Trainer>, tx: &mut Tx) -> Result<()> {
    tx.table_mut(MODELS)?.insert(&0, &trainer.fresh())?;
    Ok(())
}

/// Lets the network see every training digit once.
#[step]
fn epoch(
    n: u32,
    trainer: Arc<Trainer>,
    training: Config<Training>,
    tx: &mut Tx,
) -> Result<EpochMetrics> {
    let split = tx.table(SPLIT)?.get(&ONLY)?.context("there are no digits to learn from")?;
    let mut model = tx.table(MODELS)?.get(&(n - 1))?.context("the epoch before left no model")?;
    let metrics = trainer.pass(&mut model, &split.train, n)?;
    tx.table_mut(MODELS)?.insert(&n, &model)?;
    tx.table_mut(METRICS)?.insert(&n, &metrics)?;
    if n.is_multiple_of(training.report_every()) {
        tracing::info!("loss {:.4}, accuracy {:.3}", metrics.loss, metrics.accuracy);
    }
    Ok(metrics)
}

/// Tests the network on digits that it has not seen.
#[step]
fn evaluate(epochs: u32, tx: &mut Tx) -> Result<Evaluation> {
    let split = tx.table(SPLIT)?.get(&ONLY)?.context("there are no digits to test on")?;
    let model = tx.table(MODELS)?.get(&epochs)?.context("the last epoch left no model")?;
    let evaluation = Evaluation::of(&model.weights, &split.test);
    tracing::info!("accuracy {:.3} on {} digits", evaluation.accuracy(), evaluation.rows());
    Ok(evaluation)
}

/// Writes the report.
#[step]
fn report(
    epochs: u32,
    evaluation: Evaluation,
    writer: Arc<dyn ReportWriter>,
    trainer: Arc<Trainer>,
    training: Config<Training>,
    data: Config<Data>,
    tx: &mut Tx,
) -> Result<Vec<Artifact>> {
    let mut metrics = Vec::new();
    for row in tx.table(METRICS)?.range(1..=epochs)? {
        metrics.push(row?.1);
    }
    let split = tx.table(SPLIT)?.get(&ONLY)?.context("there are no digits")?;
    let settings = settings(&trainer, &training, &data);
    let report = Report { settings, train_rows: split.train.len(), epochs: metrics, evaluation };
    let mut artifacts = Vec::new();
    for file in writer.write(&report)? {
        let mut artifact = tx.artifact(&file.name)?;
        artifact.write_all(&file.bytes)?;
        artifacts.push(artifact.finish()?);
    }
    Ok(artifacts)
}

fn settings(trainer: &Trainer, training: &Config<Training>, data: &Config<Data>) -> Vec<Setting> {
    vec![
        Setting::new("optimizer", trainer.optimizer_name()),
        Setting::new("data.rows", data.rows()),
        Setting::new("data.test_fraction", data.test_fraction()),
        Setting::new("data.seed", data.seed()),
        Setting::new("training.epochs", training.epochs()),
        Setting::new("training.batch_size", training.batch_size()),
        Setting::new("training.hidden_units", training.hidden_units()),
        Setting::new("training.learning_rate", training.learning_rate()),
        Setting::new("training.momentum", training.momentum()),
        Setting::new("training.beta1", training.beta1()),
        Setting::new("training.beta2", training.beta2()),
        Setting::new("training.seed", training.seed()),
    ]
}
