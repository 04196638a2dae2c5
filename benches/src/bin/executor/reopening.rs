//! Opening a store: a large one, and one whose process was killed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use thinking::prelude::*;

use crate::{execute, file, now, print, store, timed};

/// What a step writes to fill a store.
const CHUNK_BYTES: usize = 256 << 10;
/// What a step takes whose commit is settled.
const LONG: Duration = Duration::from_millis(1500);
const CHUNKS: Table<u32, Vec<u8>> = Table::new("chunks");

/// Opens a directory's store up to a first step, by turns with opening its file as a database.
pub(crate) fn open(directory: &Path, rounds: u32) -> Result<()> {
    let (mut ours, mut other) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let begin = now();
        let store = store(directory)?;
        ours.push(execute(first(round, std::process::id()), &store)? - begin);
        drop(store);
        other.push(timed(|| {
            let database = redb::Database::open(file(directory))?;
            redb::ReadableDatabase::begin_read(&database)?;
            Ok(())
        })?);
    }
    print("open", &ours)?;
    print("redb", &other)
}

/// Returns when the body of the first step began; no other process has run that.
#[stage]
fn first(stage: &Stage, round: u32, process: u32) -> Result<u64> {
    let _ = (round, process);
    Ok(stage.run(moment())?)
}

#[step]
fn moment() -> Result<u64> {
    Ok(now())
}

/// Fills a directory's store to so many MiB, says so, and goes on until it is killed.
pub(crate) fn fill(directory: &Path, mebibytes: u32) -> Result<()> {
    execute(filling(directory.to_owned(), mebibytes), &store(directory)?)
}

#[stage]
fn filling(stage: &Stage, directory: PathBuf, mebibytes: u32) -> Result<()> {
    let mut said = false;
    for n in 0.. {
        stage.run(chunk(n))?;
        if !said && is_full(&directory, mebibytes)? {
            print("filled", &[u64::from(n)])?;
            said = true;
        }
    }
    Ok(())
}

/// Fills a directory's store to so many MiB with short steps, runs a long one, says so, and is in
/// the next long one until it is killed.
pub(crate) fn fill_and_train(directory: &Path, mebibytes: u32) -> Result<()> {
    execute(training(directory.to_owned(), mebibytes), &store(directory)?)
}

#[stage]
fn training(stage: &Stage, directory: PathBuf, mebibytes: u32) -> Result<()> {
    let mut n = 0;
    while !is_full(&directory, mebibytes)? {
        stage.run(chunk(n))?;
        n += 1;
    }
    stage.run(epoch(0))?;
    print("filled", &[u64::from(n)])?;
    stage.run(epoch(1))?;
    Ok(())
}

/// The first one ends, the next one does not.
#[step]
fn epoch(number: u32) -> Result<()> {
    std::thread::sleep(if number == 0 { LONG } else { Duration::MAX });
    Ok(())
}

fn is_full(directory: &Path, mebibytes: u32) -> Result<bool> {
    Ok(std::fs::metadata(file(directory))?.len() >= u64::from(mebibytes) << 20)
}

/// Writes a large value, each into a key of its own.
#[step]
fn chunk(n: u32, tx: &mut Tx) -> Result<()> {
    tx.table_mut(CHUNKS)?.insert(&n, &vec![7; CHUNK_BYTES])?;
    Ok(())
}

/// Opens a directory's file as a database after a crash, and ends as a process does that crashes.
pub(crate) fn reopen(directory: &Path) -> Result<()> {
    let database = redb::Database::open(file(directory))?;
    let transaction = database.begin_write()?;
    // Nothing is closed or undone on the way out.
    std::mem::forget(transaction);
    std::process::exit(0)
}
