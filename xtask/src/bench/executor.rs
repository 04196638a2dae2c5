//! The bench `executor`: every promise about the executor's cost, each beside what it is compared
//! with, and other durable executors where they can be installed.

mod neighbours;
mod quantity;
mod stores;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::comparison::{Bound, Comparison, Results, Samples};
use super::effort::Effort;
use super::{programs, startup};
use crate::terminal;
use neighbours::Neighbours;
use stores::Stores;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    /// How often the programs are run by turns.
    turns: usize,
    /// Steps, or groups of them, that a program runs in a turn.
    rounds: u32,
    /// Steps of the large store, and of the one that is a tenth of it.
    steps: u32,
    /// Of the store whose process is killed.
    mebibytes: u32,
    /// Starts of a process.
    starts: usize,
    /// Steps of which the growth and the syncs are counted.
    counted: u32,
    /// Steps of other executors: of memable, and of those in Python.
    others: (u32, u32),
}

impl Sizes {
    fn of(effort: Effort) -> Sizes {
        match effort {
            Effort::Full => Sizes {
                turns: 5,
                rounds: 400,
                steps: 1_000_000,
                mebibytes: 256,
                starts: 50,
                counted: 20_000,
                others: (5_000, 500),
            },
            Effort::Quick => Sizes {
                turns: 2,
                rounds: 20,
                steps: 10_000,
                mebibytes: 16,
                starts: 5,
                counted: 200,
                others: (100, 10),
            },
        }
    }
}

pub(super) fn run(effort: Effort) -> Result<Results> {
    let sizes = Sizes::of(effort);
    let programs = programs::build()?;
    let stores = Stores::new(&programs)?;
    terminal::line("building what other executors are measured with");
    let neighbours = Neighbours::install()?;

    let mut comparisons = durable(&stores, &neighbours, sizes)?;
    comparisons.extend(groups(&stores, sizes)?);
    comparisons.push(Comparison {
        bound: Some(Bound::Within(Duration::from_millis(5))),
        ..startup::to_first_step(&programs, sizes.starts)?
    });
    for crash in [LONG_STEP, SHORT_STEPS] {
        comparisons.push(after_a_crash(&stores, &programs, sizes, crash)?);
    }

    terminal::line(&format!("filling a store with {} steps", sizes.steps));
    let large = stores.directory("large")?;
    stores.run("build", &large, sizes.steps)?;
    let quantities = quantity::all(&stores, &large, sizes)?;
    comparisons.extend(skipping(&stores, &large, &neighbours, sizes)?);
    comparisons.push(opening(&stores, &large, sizes)?);
    comparisons.push(past(&stores, &large, sizes)?);
    comparisons.push(grown(&stores, &large, sizes)?);

    let mut figures = quantity::table(&quantities);
    for missing in neighbours.missing() {
        figures += &format!("\n- {missing}\n");
    }
    let short = quantities.iter().filter(|quantity| !quantity.is_ok());
    let short = short.map(|quantity| quantity.name.clone()).collect();
    Ok(Results { comparisons, figures, short })
}

/// A durable step, beside what its disk and its database must do for it, and others' steps.
fn durable(stores: &Stores, neighbours: &Neighbours, sizes: Sizes) -> Result<Vec<Comparison>> {
    let mut ours = stores::Rows::default();
    let mut others = neighbours::Times::default();
    for turn in 0..sizes.turns {
        terminal::line(&format!("durable steps, turn {} of {}", turn + 1, sizes.turns));
        ours.extend(stores.run("durable", &stores.directory("durable")?, sizes.rounds)?);
        neighbours.run_steps(stores, sizes, &mut others)?;
    }
    let step = ours.samples("step")?;
    let beside = |name: &str, other, bound, note: &str| Comparison {
        name: format!("a durable step, {name}"),
        ours: step.clone(),
        other,
        bound,
        note: note.to_owned(),
    };
    let mut comparisons = vec![
        beside(
            "append",
            ours.samples("append")?,
            Some(Bound::Ratio(1.25)),
            "one write of data with its record; the other is an append of 4 KiB and `fdatasync` \
             to a file beside the store, by turns with the steps",
        ),
        beside(
            "bare redb",
            ours.samples("redb")?,
            None,
            "the other is a durable commit of two rows of 150 and 16 bytes, in two tables, by \
             turns with the steps",
        ),
    ];
    comparisons.extend(others.into_samples().map(|(neighbour, other)| {
        beside(neighbour.name(), other, None, neighbour.note_on_steps())
    }));
    Ok(comparisons)
}

fn groups(stores: &Stores, sizes: Sizes) -> Result<Vec<Comparison>> {
    terminal::line("groups of small steps");
    let mut rows = stores::Rows::default();
    for _ in 0..sizes.turns {
        rows.extend(stores.run("groups", &stores.directory("groups")?, sizes.rounds)?);
    }
    Ok(vec![Comparison {
        name: "a small step of a group of 64".to_owned(),
        ours: rows.samples("step")?,
        other: rows.samples("redb")?,
        bound: Some(Bound::Within(Duration::from_micros(6))),
        note: "the time of a group by its steps, sync included; the other is a durable commit of \
               64 times two rows in bare redb, by turns"
            .to_owned(),
    }])
}

/// When the process of a store is killed.
#[derive(Clone, Copy)]
struct Crash {
    /// What the program calls the way to fill the store.
    figure: &'static str,
    name: &'static str,
    note: &'static str,
}

const LONG_STEP: Crash = Crash {
    figure: "fill-and-train",
    name: "in a long step",
    note: "the process that filled the store was killed with SIGKILL in a step, after one of 1.5 s: \
           the commit of that one was settled",
};
const SHORT_STEPS: Crash = Crash {
    figure: "fill",
    name: "amid short steps",
    note: "the process was killed while it filled the store: of such commits one per second is \
           settled, and that was not the last",
};
/// How often a crashed store is opened.
const OPENED: usize = 7;

/// To the first step in a store whose process was killed.
fn after_a_crash(
    stores: &Stores,
    programs: &Path,
    sizes: Sizes,
    crash: Crash,
) -> Result<Comparison> {
    let name = format!("store of {} MiB after a crash {}", sizes.mebibytes, crash.name);
    terminal::line(&format!("to the first step, {name}"));
    let crashed = stores.directory("crashed")?;
    stores.kill_while_filling(crash.figure, &crashed, sizes.mebibytes)?;
    // What a program has opened is not as it was: each start has a copy. redb alone leaves it so.
    let rounds = OPENED.min(sizes.starts);
    let copies = (0..=rounds).map(|_| stores.copy(&crashed, "crashed-copy"));
    let mut copies = copies.collect::<Result<Vec<_>>>()?;
    let comparison = Comparison::interleaved(
        &format!("to the first step, {name}"),
        rounds,
        || {
            let copy = copies.pop().context("there are as many copies as starts")?;
            programs::run(&programs.join("first-step"), &copy).map(|_| ())
        },
        || stores.run("reopen", &crashed, 0).map(|_| ()),
    )?;
    Ok(Comparison {
        bound: Some(Bound::Within(Duration::from_millis(50))),
        note: format!(
            "{}. The other opens the file with redb alone; both from `spawn` to the end of the \
             process",
            crash.note
        ),
        ..comparison
    })
}

fn skipping(
    stores: &Stores,
    large: &Path,
    neighbours: &Neighbours,
    sizes: Sizes,
) -> Result<Vec<Comparison>> {
    let mut ours = Vec::new();
    let mut others = neighbours::Times::default();
    let prepared = neighbours.prepare(stores, sizes)?;
    for turn in 0..sizes.turns {
        terminal::line(&format!("skipping finished steps, turn {} of {}", turn + 1, sizes.turns));
        ours.extend(stores.run("skip", large, sizes.steps)?.of("skip"));
        prepared.run_skips(sizes, &mut others)?;
    }
    let ours = Samples::new(ours);
    let bound = Some(Bound::Within(Duration::from_micros(1)));
    let name = |other: &str| format!("skipping a finished step, {other}");
    let mut comparisons: Vec<_> = others
        .into_samples()
        .map(|(neighbour, other)| Comparison {
            name: name(neighbour.name()),
            ours: ours.clone(),
            other,
            bound,
            note: neighbour.note_on_skips().to_owned(),
        })
        .collect();
    if comparisons.is_empty() {
        let other = Samples::new(vec![Duration::from_micros(1)]);
        let note = "no other executor could be installed; the other is the bound".to_owned();
        comparisons.push(Comparison { name: name("alone"), ours, other, bound, note });
    }
    Ok(comparisons)
}

fn opening(stores: &Stores, large: &Path, sizes: Sizes) -> Result<Comparison> {
    let rounds = u32::try_from(sizes.starts).context("few starts")?;
    let rows = stores.run("open", large, rounds)?;
    Ok(Comparison {
        name: format!("opening a store with {} finished steps", counted(sizes.steps)),
        ours: rows.samples("open")?,
        other: rows.samples("redb")?,
        bound: Some(Bound::Within(Duration::from_millis(50))),
        note: "to the first step of another run in it; the other opens the file with redb alone"
            .to_owned(),
    })
}

fn past(stores: &Stores, large: &Path, sizes: Sizes) -> Result<Comparison> {
    let rows = stores.run("past", large, sizes.steps)?;
    let committed = rows.one("committed")?;
    Ok(Comparison {
        name: format!("a value at an old one of {} versions", counted(sizes.steps)),
        ours: rows.samples("read")?,
        other: rows.samples("redb")?,
        bound: Some(Bound::Within(Duration::from_micros(10))),
        note: format!(
            "the version in the middle, the view of the table included, while another run of the \
             same process committed {committed} steps; the other is a read in a transaction of \
             its own from bare redb with as many rows"
        ),
    })
}

fn grown(stores: &Stores, large: &Path, sizes: Sizes) -> Result<Comparison> {
    let rows = stores.run("grown", large, sizes.rounds.div_ceil(20))?;
    Ok(Comparison {
        name: format!("a commit in a store of {} steps, in an empty one", counted(sizes.steps)),
        ours: rows.samples("grown")?,
        other: rows.samples("empty")?,
        bound: Some(Bound::Ratio(1.3)),
        note: "durable steps with one write, 20 in each store by turns; the other is the store \
               that began empty"
            .to_owned(),
    })
}

/// Writes a number with its thousands apart.
fn counted(number: u32) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}
