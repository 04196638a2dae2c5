//! What it costs to run steps: one by one, in groups, and in a store that holds many.

use std::path::{Path, PathBuf};

use thinking::prelude::*;

use crate::below::{Appended, Bare};
use crate::{execute, print, store, timed};

/// How many steps share a commit.
const GROUP: u32 = 64;
/// How many steps a session runs in each store by turns.
const BLOCK: u32 = 20;
const COUNTS: Table<u32, u64> = Table::new("counts");

#[step]
fn count(n: u32, tx: &mut Tx) -> Result<u32> {
    tx.table_mut(COUNTS)?.insert(&n, &u64::from(n))?;
    Ok(n)
}

/// Runs durable steps by turns with what a disk and the database do for as much.
pub(crate) fn durable(directory: &Path, rounds: u32) -> Result<()> {
    execute(rounds_of_one(directory.to_owned(), rounds), &store(directory)?)
}

#[stage]
fn rounds_of_one(stage: &Stage, directory: PathBuf, rounds: u32) -> Result<()> {
    let (mut appended, mut bare) = (Appended::open(&directory)?, Bare::create(&directory)?);
    let mut samples = [const { Vec::new() }; 3];
    for n in 0..rounds {
        samples[0].push(timed(|| Ok(stage.run(count(n))?))?);
        samples[1].push(timed(|| appended.append())?);
        samples[2].push(timed(|| bare.commit(1))?);
    }
    ["step", "append", "redb"].iter().zip(&samples).try_for_each(|(row, all)| print(row, all))
}

/// Runs groups of small steps by turns with commits of as many items; the time is that of an item.
pub(crate) fn groups(directory: &Path, rounds: u32) -> Result<()> {
    execute(rounds_of_many(directory.to_owned(), rounds), &store(directory)?)
}

#[stage]
fn rounds_of_many(stage: &Stage, directory: PathBuf, rounds: u32) -> Result<()> {
    let mut bare = Bare::create(&directory)?;
    let (mut ours, mut other) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let items = (round * GROUP..(round + 1) * GROUP).map(count);
        ours.push(timed(|| Ok(stage.run_all(items)?))? / u64::from(GROUP));
        other.push(timed(|| bare.commit(u64::from(GROUP)))? / u64::from(GROUP));
    }
    print("step", &ours)?;
    print("redb", &other)
}

/// Runs durable steps and nothing else.
pub(crate) fn steps(directory: &Path, number: u32) -> Result<()> {
    execute(only_steps(number), &store(directory)?)
}

#[stage]
fn only_steps(stage: &Stage, number: u32) -> Result<()> {
    for n in 0..number {
        stage.run(count(n))?;
    }
    Ok(())
}

/// Runs durable steps by turns in a directory's store and in one that begins empty.
pub(crate) fn grown(directory: &Path, blocks: u32) -> Result<()> {
    let (grown, empty) = (store(directory)?, store(&directory.join("empty"))?);
    for number in 0..blocks {
        print("grown", &execute(block(number, std::process::id()), &grown)?)?;
        print("empty", &execute(block(number, std::process::id()), &empty)?)?;
    }
    Ok(())
}

/// A block of steps, which no other process has run.
#[stage]
fn block(stage: &Stage, number: u32, process: u32) -> Result<Vec<u64>> {
    let _ = (number, process);
    // The first step of a session opens what the others find open.
    stage.run(count(0))?;
    (1..=BLOCK).map(|n| timed(|| Ok(stage.run(count(n))?))).collect()
}
