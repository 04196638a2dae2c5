//! The progress of a long step: it survives failures, is offered to the same step only, and is gone
//! when the step is done.

use std::cell::Cell;

use thinking::{ExecutorError, Stage, Table, Tx, stage, step};
use thinking_injection::BoxError;
use thinking_runtime::Config;

use crate::change::{Tuning, container};
use crate::lab::{Lab, Ran, note};
use crate::rows;

const SEEN: Table<u32, String> = Table::new("seen");

thread_local! {
    static FAILS_AT: Cell<u32> = const { Cell::new(u32::MAX) };
}

/// Counts to `end`, saves each third, and fails where it is told to.
#[step(key = "count")]
fn count(end: u32, tuning: Config<Tuning>, tx: &mut Tx) -> Result<Vec<u32>, BoxError> {
    let mut counted: Vec<u32> = tx.restore()?.unwrap_or_default();
    let from = counted.len() as u32;
    for n in from..end {
        note(&format!("x/{n}"));
        if FAILS_AT.get() == n {
            return Err("stopped".into());
        }
        tx.table_mut(SEEN)?.insert(&n, &format!("since {from}"))?;
        counted.push(n);
        if n % 3 == 2 {
            tx.checkpoint(&counted)?;
        }
        if n == 4 {
            let _ = tuning.rate();
        }
    }
    Ok(counted)
}

#[stage(key = "all")]
fn all(end: u32, stage: &Stage) -> Result<Vec<u32>, BoxError> {
    let counted = stage.run(count(end))?;
    let seen: Vec<_> = stage.table(SEEN)?.iter()?.collect::<Result<_, _>>()?;
    // What an earlier attempt wrote to tables is not there.
    assert!(seen.iter().all(|(_, since)| *since == seen[0].1), "{seen:?}");
    Ok(counted)
}

fn run(lab: &Lab, end: u32, fails_at: u32, rate: &str) -> Ran<Vec<u32>> {
    FAILS_AT.set(fails_at);
    lab.session_in(all(end), &container(&[&format!("tuning.rate={rate}")], None))
}

fn checkpoints(lab: &Lab) -> usize {
    lab.rows().keys().filter(|(table, _)| *table == "checkpoints").count()
}

#[test]
fn the_next_session_goes_on_from_the_last_one() {
    let lab = Lab::new();
    let failed = run(&lab, 9, 7, "0.5");
    assert!(matches!(failed.result, Err(ExecutorError::Step { .. })));
    assert_eq!(failed.executed, ["0", "1", "2", "3", "4", "5", "6", "7"]);
    assert_eq!(checkpoints(&lab), 1);
    let saved = lab.rows();
    let (_, saved) = saved.iter().find(|((table, _), _)| *table == "checkpoints").unwrap();
    assert_eq!(rows::opened(saved)["path"], "all[all]/count[count]");

    let failed = run(&lab, 9, 8, "0.5");
    assert_eq!(failed.executed, ["6", "7", "8"]);
    let done = run(&lab, 9, u32::MAX, "0.5");
    assert_eq!(done.executed, ["6", "7", "8"]);
    assert_eq!(done.result.unwrap(), (0..9).collect::<Vec<_>>());
    assert_eq!(checkpoints(&lab), 0);
    assert_eq!(run(&lab, 9, 0, "0.5").executed, [""; 0]);
}

#[test]
fn it_is_not_offered_to_a_step_with_other_arguments() {
    let lab = Lab::new();
    run(&lab, 9, 7, "0.5").result.unwrap_err();
    let other = run(&lab, 5, u32::MAX, "0.5");
    assert_eq!(other.executed, ["0", "1", "2", "3", "4"]);
    assert_eq!(checkpoints(&lab), 0);
}

#[test]
fn a_setting_counts_if_it_was_read_before_it() {
    let lab = Lab::new();
    // Saved at 2; the setting was read at 4.
    run(&lab, 9, 5, "0.5").result.unwrap_err();
    let failed = run(&lab, 9, 8, "0.75");
    assert_eq!(failed.executed[0], "3");
    // Saved at 5, after it was read.
    assert_eq!(run(&lab, 9, 8, "0.25").executed[0], "0");
}

#[stage(key = "all")]
fn types(stage: &Stage) -> Result<(), BoxError> {
    let again = FAILS_AT.get() == 0;
    // The arguments are none, so the closure is the same step.
    stage.step("typed", (), |tx| match again {
        true => tx.restore::<u32>().map(drop).map_err(Into::into),
        false => {
            tx.checkpoint(&"text")?;
            Err("stopped".into())
        }
    })?;
    Ok(())
}

#[test]
fn a_value_of_another_type_is_an_error_that_says_so() {
    let lab = Lab::new();
    FAILS_AT.set(1);
    lab.session(types()).result.unwrap_err();
    FAILS_AT.set(0);
    let error = lab.session(types()).result.unwrap_err();
    let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |e| e.source());
    let text = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    assert!(
        text.contains(
            "the checkpoint of `types[all]/typed` cannot be read: the bytes are no `u32`"
        ),
        "{text}"
    );
}
