//! What `cargo xtask bench executor` measures of the executor, a figure at a time, and of the
//! database below it: `executor FIGURE DIRECTORY NUMBER`.
//!
//! Prints a line per sample: the row, a tab, and a whole number, which is nanoseconds unless the
//! row says otherwise.

mod below;
mod commits;
mod items;
mod past;
mod reopening;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use thinking::executor::{Options, StageTask, Store};
use thinking::prelude::*;

fn main() -> Result<()> {
    begin();
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().context("`executor FIGURE DIRECTORY NUMBER`");
    let (figure, directory) = (next()?, PathBuf::from(next()?));
    let number = next()?.parse().context("a whole number is expected")?;
    match &*figure {
        "durable" => commits::durable(&directory, number),
        "groups" => commits::groups(&directory, number),
        "steps" => commits::steps(&directory, number),
        "grown" => commits::grown(&directory, number),
        "build" => items::build(&directory, number),
        "skip" => items::skip(&directory, number),
        "past" => past::read(&directory, number),
        "open" => reopening::open(&directory, number),
        "fill" => reopening::fill(&directory, number),
        "fill-and-train" => reopening::fill_and_train(&directory, number),
        "reopen" => reopening::reopen(&directory),
        _ => bail!("no figure is called `{figure}`"),
    }
}

/// Opens the store of a directory, as a program that has no other database does.
fn store(directory: &Path) -> Result<Store> {
    Ok(Store::open(Arc::new(Database::open("executor", &file(directory))?))?)
}

/// Returns the file of a directory's store: where a program with this root has its own.
fn file(directory: &Path) -> PathBuf {
    directory.join(".thinking/executor.redb")
}

/// Runs an experiment without components, with the options that programs have by default.
fn execute<T>(experiment: StageTask<T>, store: &Store) -> Result<T> {
    let container = Container::builder().build()?;
    Ok(thinking::executor::execute(experiment, &container, store.clone(), Options::default())?)
}

/// Returns the nanoseconds since the process began, near enough.
fn now() -> u64 {
    u64::try_from(begin().elapsed().as_nanos()).unwrap_or(u64::MAX)
}

fn begin() -> Instant {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    *BEGIN.get_or_init(Instant::now)
}

/// Times some work, in nanoseconds.
fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<u64> {
    let begin = now();
    work()?;
    Ok(now() - begin)
}

/// Prints samples of a row.
fn print(row: &str, samples: &[u64]) -> Result<()> {
    let lines: String = samples.iter().map(|sample| format!("{row}\t{sample}\n")).collect();
    Ok(std::io::stdout().write_all(lines.as_bytes())?)
}
