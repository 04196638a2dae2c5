//! The bench `startup`: from the start of a process to `main`'s body and to its first step, beside
//! an empty `main`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::comparison::{Bound, Comparison, Results};
use super::programs;

const ROUNDS: usize = 100;
/// What is wanted of a start, beyond that of an empty `main`.
const BOUND: Bound = Bound::Beyond(Duration::from_millis(5));
/// The files of the program that is measured to `main`'s body.
const FILES: [(&str, &str); 3] = [
    ("training.toml", "epochs = 40\nlearning_rate = 0.02\n[schedule]\nwarm_up = \"30s\"\n"),
    ("data.toml", "path = \"digits.csv\"\nfolds = [1, 2, 3]\n"),
    ("report.toml", "title = \"Digits\"\n"),
];

const NOTE: &str = "the other is an empty `main`; both from `spawn` to the end of the process, \
                    which the step itself ends";

pub(super) fn run() -> Result<Results> {
    let programs = programs::build()?;
    let (ours, empty) = (programs.join("first-step"), programs.join("empty"));
    let stored = tempfile::tempdir()?;
    let nothing = || programs::run(&empty, stored.path()).map(|_| ());
    let files = tempfile::tempdir()?;
    for (name, text) in FILES {
        std::fs::write(files.path().join(name), text)?;
    }
    let body = Comparison::interleaved(
        "to `main`'s body, three facets with files, default logging",
        ROUNDS,
        || programs::run_as_is(&programs.join("body"), files.path()).map(|_| ()),
        nothing,
    )?;
    let first = to_first_step(&programs, ROUNDS)?;
    let again = Comparison::interleaved(
        "to the first step, store of an interrupted run",
        ROUNDS,
        || programs::run(&ours, stored.path()).map(|_| ()),
        nothing,
    )?;
    let counted =
        instructions(&programs.join("body"), files.path()).zip(instructions(&empty, files.path()));
    let counted =
        counted.map_or("not counted, as there is no valgrind".to_owned(), |(ours, empty)| {
            format!(
                "{:.2} million, the empty `main` {:.2} million",
                millions(ours),
                millions(empty)
            )
        });
    let body_note = format!(
        "the other is an empty `main`; both from `spawn` to the end of the process, which the \
         body itself ends. Instructions, by callgrind: {counted}"
    );
    let bounded = |comparison, note: &str| Comparison {
        note: note.to_owned(),
        bound: Some(BOUND),
        ..comparison
    };
    Ok(vec![bounded(body, &body_note), bounded(first, NOTE), bounded(again, NOTE)].into())
}

/// Measures how long a process takes to its first step where there is no store yet.
pub(super) fn to_first_step(programs: &Path, rounds: usize) -> Result<Comparison> {
    let (ours, empty) = (programs.join("first-step"), programs.join("empty"));
    // A root per round, the one that is not counted included: the store is made on the way.
    let roots = (0..=rounds).map(|_| tempfile::tempdir()).collect::<std::io::Result<Vec<_>>>()?;
    let mut unused = roots.iter();
    let comparison = Comparison::interleaved(
        "to the first step, empty store",
        rounds,
        || {
            let root = unused.next().context("more rounds than roots")?;
            programs::run(&ours, root.path()).map(|_| ())
        },
        || programs::run(&empty, Path::new(".")).map(|_| ()),
    )?;
    Ok(Comparison { note: NOTE.to_owned(), ..comparison })
}

/// Counts the instructions of a program; `None` without valgrind, or if it says nothing that is
/// understood.
fn instructions(program: &Path, root: &Path) -> Option<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
    let output = valgrind.env("THINKING_ROOT", root).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let (_, count) = said.lines().find_map(|line| line.split_once("Collected :"))?;
    count.trim().parse().ok()
}

fn millions(count: u64) -> f64 {
    count as f64 / 1e6
}
