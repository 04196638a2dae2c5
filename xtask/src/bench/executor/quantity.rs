//! What is counted and not timed: syncs, bytes, memory.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::stores::{self, Stores};
use super::{Sizes, counted};
use crate::bench::markdown;

/// The syncs of a step, and of a file that grows now and then.
const SYNCS: f64 = 1.01;
/// What a step's record may take, besides twice what the step writes.
const RECORD_BYTES: f64 = 4096.0;
/// What a step of these programs writes: a key and a value, sealed, behind the table's name.
const WRITTEN_BYTES: f64 = 64.0;
/// The cache of a database and what a small program needs.
const MEMORY_KIB: f64 = 96.0 * 1024.0;

/// A figure with its bound.
pub(super) struct Quantity {
    pub(super) name: String,
    /// Nothing where it cannot be counted.
    found: Option<f64>,
    bound: f64,
    unit: &'static str,
}

impl Quantity {
    pub(super) fn is_ok(&self) -> bool {
        self.found.is_none_or(|found| found <= self.bound)
    }
}

/// Counts everything.
pub(super) fn all(stores: &Stores, large: &Path, sizes: Sizes) -> Result<Vec<Quantity>> {
    let quantity = |name: String, found, bound, unit| Quantity { name, found, bound, unit };
    let tenth = stores.directory("tenth")?;
    let few = sizes.steps / 10;
    stores.run("build", &tenth, few)?;
    let memory = |directory: &Path, steps| -> Result<f64> {
        Ok(stores.run("skip", directory, steps)?.one("kib")? as f64)
    };
    let one_by_one = stores.directory("growth")?;
    stores.run("steps", &one_by_one, sizes.counted)?;
    let growth = |directory: &Path, steps| -> Result<f64> {
        let bytes = fs::metadata(stores::file(directory))?.len();
        Ok(bytes as f64 / f64::from(steps))
    };
    let grouped = growth(large, sizes.steps)?;
    let bytes = RECORD_BYTES + 2.0 * WRITTEN_BYTES;
    Ok(vec![
        quantity("syncs of a durable step, by strace".to_owned(), syncs(stores, sizes)?, SYNCS, ""),
        quantity(
            format!("the store's file by its {} durable steps", counted(sizes.counted)),
            Some(growth(&one_by_one, sizes.counted)?),
            bytes,
            "bytes",
        ),
        quantity(
            format!("the store's file by its {} small steps in groups", counted(sizes.steps)),
            Some(grouped),
            bytes,
            "bytes",
        ),
        quantity(
            format!("memory at most, {} steps skipped", counted(few)),
            Some(memory(&tenth, few)?),
            MEMORY_KIB,
            "KiB",
        ),
        quantity(
            format!("memory at most, {} steps skipped", counted(sizes.steps)),
            Some(memory(large, sizes.steps)?),
            MEMORY_KIB,
            "KiB",
        ),
    ])
}

/// Renders the figures as an aligned Markdown table.
pub(super) fn table(quantities: &[Quantity]) -> String {
    let mut rows = vec![["what", "ours", "bound", ""].map(str::to_owned).to_vec()];
    rows.extend(quantities.iter().map(|quantity| {
        let number = |number: f64| match quantity.unit {
            "" => format!("{number:.3}"),
            unit => format!("{number:.0} {unit}"),
        };
        let found = quantity.found.map_or("not counted".to_owned(), number);
        let state = match (quantity.found, quantity.is_ok()) {
            (None, _) => "",
            (Some(_), true) => "ok",
            (Some(_), false) => "short",
        };
        vec![quantity.name.clone(), found, number(quantity.bound), state.to_owned()]
    }));
    markdown::table(&rows)
}

/// Counts the syncs that each further step costs; nothing without strace.
fn syncs(stores: &Stores, sizes: Sizes) -> Result<Option<f64>> {
    let more = sizes.counted.min(1000);
    let count = |steps| -> Result<Option<f64>> {
        let directory = stores.directory("syncs")?;
        let summary = directory.join("summary");
        let mut strace = Command::new("strace");
        strace.args(["-f", "-c", "-e", "trace=fsync,fdatasync,sync_file_range,msync", "-o"]);
        strace.arg(&summary).args(stores.arguments("steps", &directory, steps));
        match strace.output() {
            Ok(output) if output.status.success() => {}
            _ => return Ok(None),
        }
        let text = fs::read_to_string(&summary).context("strace wrote no summary")?;
        Ok(Some(total(&text)))
    };
    let (without, with) = (count(1)?, count(1 + more)?);
    Ok(without.zip(with).map(|(without, with)| (with - without) / f64::from(more)))
}

/// Reads how many calls a summary of strace counts.
fn total(summary: &str) -> f64 {
    let calls = summary.lines().filter_map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        let is_call = words.last().is_some_and(|name| name.contains("sync"));
        words.get(3).filter(|_| is_call)?.parse::<f64>().ok()
    });
    calls.sum()
}

#[cfg(test)]
mod tests {
    //! What strace says.

    use super::*;

    #[test]
    fn calls_are_added() {
        let summary = "\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 98.87    0.065000          65      1000           fdatasync
  1.13    0.000740         246         3         1 fsync
------ ----------- ----------- --------- --------- ----------------
100.00    0.065740          65      1003         1 total
";
        assert_eq!(total(summary), 1003.0);
        assert_eq!(total(""), 0.0);
    }
}
