//! The bench `step`: one durable step, beside one append and `fdatasync` on the same disk.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::comparison::{Bound, Comparison, Results, Samples};
use super::programs;

/// The ratio that a step may cost of what its disk must do for it.
const BOUND: Bound = Bound::Ratio(1.25);

pub(super) fn run() -> Result<Results> {
    let programs = programs::build()?;
    let root = tempfile::tempdir_in(&programs)?;
    let output = programs::run(&programs.join("steps"), root.path())?;
    let mut samples = (Vec::new(), Vec::new());
    for line in String::from_utf8(output.stdout)?.lines() {
        let (step, append) = line.split_once(' ').context("two figures per line are expected")?;
        samples.0.push(Duration::from_nanos(step.parse()?));
        samples.1.push(Duration::from_nanos(append.parse()?));
    }
    ensure!(!samples.0.is_empty(), "nothing was measured");
    Ok(vec![Comparison {
        name: "a durable step with one write".to_owned(),
        ours: Samples::new(samples.0),
        other: Samples::new(samples.1),
        bound: Some(BOUND),
        note: "the other is an append of 4 KiB and `fdatasync` to a file beside the store, by \
               turns with the steps, 1,000 rounds in one process"
            .to_owned(),
    }]
    .into())
}
