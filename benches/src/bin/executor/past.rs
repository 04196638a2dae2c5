//! Reading what a key was half a store ago, while another run writes.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use thinking::prelude::*;

use crate::below::Bare;
use crate::items::{TOTALS, item};
use crate::{execute, print, store, timed};

/// How often the value is read at least, and how many steps are committed meanwhile.
const READS: u64 = 2000;
const COMMITS: u64 = 50;

/// Where the bare database is made: no argument, as the stage has the arguments of the one that
/// made the store.
static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
static DONE: AtomicBool = AtomicBool::new(false);
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// Skips half of a store's steps and reads there, by turns with reads of a bare database with as
/// many rows; tells also how many steps were committed meanwhile.
pub(crate) fn read(directory: &Path, number: u32) -> Result<()> {
    let _ = DIRECTORY.set(directory.to_owned());
    let store = store(directory)?;
    let other = store.clone();
    let writer = thread::spawn(move || {
        let written = execute(writing(std::process::id()), &other);
        DONE.store(true, Ordering::Relaxed);
        written
    });
    let read = execute(items(number), &store);
    DONE.store(true, Ordering::Relaxed);
    writer.join().map_err(|_| Error::msg("the writer panicked"))??;
    read
}

#[stage]
fn items(stage: &Stage, number: u32) -> Result<()> {
    let directory = DIRECTORY.get().context("the directory is known")?;
    let mut bare = Bare::create(directory)?;
    bare.commit(u64::from(number))?;
    let half = number / 2;
    for n in 0..number {
        stage.run(item(n))?;
        if n != half {
            continue;
        }
        let begin = WRITTEN.load(Ordering::Relaxed);
        let committed = || WRITTEN.load(Ordering::Relaxed) - begin;
        let (mut ours, mut other) = (Vec::new(), Vec::new());
        for round in 0.. {
            // A writer that failed says why when it is joined.
            let is_enough = round >= READS && committed() >= COMMITS;
            if is_enough || DONE.load(Ordering::Relaxed) {
                break;
            }
            ours.push(timed(|| {
                let found = stage.table(TOTALS)?.get(&0)?;
                ensure!(found == Some(u64::from(half)), "{found:?} was read at {half}");
                Ok(())
            })?);
            let item = round % u64::from(number);
            other.push(timed(|| bare.read(item))?);
        }
        print("read", &ours)?;
        print("redb", &other)?;
        print("committed", &[committed()])?;
    }
    Ok(())
}

/// Commits steps, which no other process has, until the reader is done.
#[stage]
fn writing(stage: &Stage, process: u32) -> Result<()> {
    let _ = process;
    for n in 0.. {
        if DONE.load(Ordering::Relaxed) {
            break;
        }
        stage.run(item(n))?;
        WRITTEN.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
