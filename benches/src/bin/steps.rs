//! Runs durable steps and, between them, appends to a file on the same disk; prints how long each
//! took: a line per round, nanoseconds of the step and of the append, separated by a space.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::time::Instant;

use thinking::prelude::*;

/// What is measured.
#[derive(Debug, Serialize, Deserialize, Facet)]
#[facet(name = "bench")]
struct Bench {
    /// How many rounds are run.
    #[facet(default = 1000)]
    rounds: u32,
}

const APPENDED_BYTES: usize = 4096;
const COUNTS: Table<u32, u64> = Table::new("counts");

#[step]
fn count(n: u32, tx: &mut Tx) -> Result<u32> {
    tx.table_mut(COUNTS)?.insert(&n, &u64::from(n))?;
    Ok(n)
}

#[stage]
fn rounds(stage: &Stage, bench: Config<Bench>, container: Container) -> Result<()> {
    let root = container.runtime().context("no runtime")?.root().path.clone();
    let mut file = OpenOptions::new().append(true).create(true).open(root.join("appended"))?;
    let mut lines = String::new();
    for n in 0..bench.rounds() {
        let begin = Instant::now();
        stage.run(count(n))?;
        let step = begin.elapsed().as_nanos();
        let begin = Instant::now();
        append(&mut file)?;
        lines += &format!("{step} {}\n", begin.elapsed().as_nanos());
    }
    Ok(std::io::stdout().write_all(lines.as_bytes())?)
}

fn append(file: &mut File) -> Result<()> {
    file.write_all(&[7; APPENDED_BYTES])?;
    Ok(file.sync_data()?)
}

#[thinking::main]
fn main(app: App) -> Result<()> {
    app.experiment(rounds())
}
