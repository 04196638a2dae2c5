//! The bench `startup`: from the start of a process to its first step, beside an empty `main`.

use anyhow::{Context, Result};

use super::comparison::Comparison;
use super::programs;

const ROUNDS: usize = 100;

pub(super) fn run() -> Result<Vec<Comparison>> {
    let programs = programs::build()?;
    let (ours, empty) = (programs.join("first-step"), programs.join("empty"));
    let stored = tempfile::tempdir()?;
    let nothing = || programs::run(&empty, stored.path()).map(|_| ());
    // A root per round, the one that is not counted included: the store is made on the way.
    let roots = (0..=ROUNDS).map(|_| tempfile::tempdir()).collect::<std::io::Result<Vec<_>>>()?;
    let mut unused = roots.iter();
    let first = Comparison::interleaved(
        "to the first step, empty store",
        ROUNDS,
        || {
            let root = unused.next().context("more rounds than roots")?;
            programs::run(&ours, root.path()).map(|_| ())
        },
        nothing,
    )?;
    let again = Comparison::interleaved(
        "to the first step, store of an interrupted run",
        ROUNDS,
        || programs::run(&ours, stored.path()).map(|_| ()),
        nothing,
    )?;
    let note = "the other is an empty `main`; both from `spawn` to the end of the process, which \
                the step itself ends. Wanted: at most 5 ms";
    let bounded = |comparison| Comparison { note: note.to_owned(), ..comparison };
    Ok(vec![bounded(first), bounded(again)])
}
