//! What a step may return, keep and take: what comes back as what it was, and nothing else.

use std::error::Error;

use thinking::{ExecutorError, Stage, Table, Tx, stage, step};
use thinking_injection::BoxError;

use crate::lab::{Lab, note};

const LIMITS: Table<u8, Option<Option<u32>>> = Table::new("limits");

#[step]
fn nested(tx: &mut Tx) -> Result<Option<Option<u32>>, BoxError> {
    note(tx.path().as_str());
    Ok(Some(None))
}

#[step]
fn kept(tx: &mut Tx) -> Result<Option<Option<u32>>, BoxError> {
    let mut limits = tx.table_mut(LIMITS)?;
    limits.insert(&1, &Some(Some(1)))?;
    let error = limits.insert(&1, &Some(None)).unwrap_err();
    assert_eq!(causes(&error)[0], "a value of table `limits` cannot be written");
    Ok(limits.get(&1)?.flatten())
}

#[step(key = "k")]
fn takes(limit: Option<Option<u32>>) -> Result<bool, BoxError> {
    Ok(limit.is_some())
}

#[stage(key = "results")]
fn outer(which: u8, stage: &Stage) -> Result<Option<Option<u32>>, BoxError> {
    Ok(match which {
        0 => stage.run(nested())?,
        1 => stage.run(kept())?,
        _ => stage.run(takes(Some(None))).map(|_| None)?,
    })
}

fn causes(error: &(dyn Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |error| (**error).source())
        .map(ToString::to_string)
        .collect()
}

const REASON: &str =
    "`Some(None)` would be read back as `None`: take an enum that has a name for each case";

/// It was recorded as `None`, so that the next session went on with another value.
#[test]
fn a_result_that_would_come_back_as_another_is_an_error() {
    let lab = Lab::new();
    let error = lab.session(outer(0)).result.unwrap_err();
    assert_eq!(
        causes(&error),
        [
            "step `outer[results]/nested` could not be committed",
            "the result of `outer[results]/nested` cannot be written",
            "the value cannot be encoded",
            REASON,
        ]
    );
    assert_eq!(lab.session(outer(0)).executed, ["nested"], "nothing of it was recorded");
}

#[test]
fn a_value_of_a_table_that_would_come_back_as_another_leaves_the_table_as_it_was() {
    let lab = Lab::new();
    assert_eq!(lab.session(outer(1)).result.unwrap(), Some(Some(1)));
    assert_eq!(lab.session(outer(1)).result.unwrap(), Some(Some(1)));
}

/// `takes(None)` and `takes(Some(None))` were the same call.
#[test]
fn an_argument_that_would_be_taken_for_another_is_an_error() {
    let lab = Lab::new();
    let error = lab.session(outer(2)).result.unwrap_err();
    assert!(matches!(error, ExecutorError::Argument { argument: "limit", .. }), "{error}");
    assert_eq!(causes(&error).last().unwrap(), REASON);
}
