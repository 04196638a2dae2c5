//! `cargo xtask soak`: faults and kills for as long as one likes, with other seeds each time.

use std::env;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use jiff::{SignedDuration, Timestamp};

use crate::terminal;

/// How many random programs run between two rounds of kills.
const SEEDS_PER_ROUND: u64 = 200;

/// Runs random programs on disks that fail, and kills the program `digits` again and again.
///
/// After each fault and each kill, what was reported done has to be there, once, and in the end
/// the same data as without. CI does the same with a few fixed seeds.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  cargo xtask soak --for 10m\n  \
    cargo xtask soak --seeds 2000 --first 0")]
pub(crate) struct Arguments {
    /// Ends after so many random programs
    #[arg(long, value_name = "N", default_value_t = 1000, conflicts_with = "time")]
    seeds: u64,

    /// Ends with the first round after so long, such as `10m`
    #[arg(long = "for", value_name = "TIME", id = "time")]
    time: Option<SignedDuration>,

    /// The first seed; without it, one that was not used before
    #[arg(long, value_name = "SEED")]
    first: Option<u64>,
}

/// Runs the command. It fails with the first round that finds something lost.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let first = arguments.first.unwrap_or_else(|| {
        let microseconds = Timestamp::now().as_microsecond();
        u64::try_from(microseconds).unwrap_or_default()
    });
    let limit = arguments.time.map(|time| Duration::try_from(time).unwrap_or_default());
    let (started, mut seeds, mut faults, mut kills) = (Instant::now(), 0, 0, 0);
    loop {
        let end = match limit {
            Some(_) => SEEDS_PER_ROUND,
            None => SEEDS_PER_ROUND.min(arguments.seeds - seeds),
        };
        let range = format!("{}..{}", first + seeds, first + seeds + end);
        let test = "faults::random_programs_on_disks_that_fail";
        let Some(found) = counted("thinking-executor", test, "SOAK_SEEDS", &range)? else {
            terminal::verdict(false, &format!("random programs: SOAK_SEEDS={range}"));
            return Ok(ExitCode::FAILURE);
        };
        (seeds, faults) = (seeds + end, faults + found);
        let seed = (first + seeds).to_string();
        let test = "kill::killed_ten_times_while_it_trains";
        let Some(found) = counted("digits", test, "DIGITS_TEST_SEED", &seed)? else {
            terminal::verdict(false, &format!("kills: DIGITS_TEST_SEED={seed}"));
            return Ok(ExitCode::FAILURE);
        };
        kills += found;
        let took = started.elapsed();
        terminal::line(&format!(
            "{seeds} seeds from {first}, {faults} faults, {kills} kills in {} s: nothing was lost",
            took.as_secs()
        ));
        if limit.map_or(seeds >= arguments.seeds, |limit| took >= limit) {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// Runs a test with a variable, and returns the number that it prints; nothing if it fails.
fn counted(package: &str, test: &str, variable: &str, value: &str) -> Result<Option<u64>> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["test", "--quiet", "--package", package, "--test", "it", "--"]);
    cargo.args(["--exact", test, "--nocapture"]).env(variable, value);
    let output = cargo.stderr(Stdio::inherit()).output().context("cargo does not start")?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        terminal::line(&text);
        return Ok(None);
    }
    number(&text).map(Some).with_context(|| format!("`{test}` of `{package}` was not run"))
}

/// Reads the number after a test's word, as in `kills: 10`.
fn number(text: &str) -> Option<u64> {
    let words = text.split("faults: ").nth(1).or_else(|| text.split("kills: ").nth(1))?;
    words.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    //! What is read of the tests' output.

    use super::*;

    #[test]
    fn numbers_are_read() {
        assert_eq!(number("\nrunning 1 test\nfaults: 17\n."), Some(17));
        assert_eq!(number("running 1 test\ntest a ... kills: 3\nok"), Some(3));
        assert_eq!(number("running 0 tests"), None);
    }
}
