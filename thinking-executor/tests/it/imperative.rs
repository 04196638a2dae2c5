//! Steps and stages that are closures: they borrow, they are skipped, and what they may have
//! captured counts.

use serde_json::json;
use thinking::{ExecutorError, Stage, Table, stage};
use thinking_injection::BoxError;
use thinking_runtime::Config;

use crate::change::{Tuning, container};
use crate::lab::{Lab, note};

const SUMS: Table<String, i64> = Table::new("sums");

/// Adds up the numbers, a stage per row.
#[stage(key = "sum")]
fn sum(rows: Vec<Vec<i64>>, stage: &Stage) -> Result<i64, BoxError> {
    let name = String::from("total");
    for (at, row) in rows.iter().enumerate() {
        stage.stage("row", at, |stage| {
            for number in row {
                stage.step("add", number, |tx| {
                    note(tx.path().as_str());
                    let before = tx.table(SUMS)?.get(&name)?.unwrap_or_default();
                    tx.table_mut(SUMS)?.insert(&name, &(before + number))?;
                    Ok(())
                })?;
            }
            Ok(())
        })?;
    }
    stage
        .step("report", (), |tx| {
            note(tx.path().as_str());
            Ok(tx.table(SUMS)?.get(&name)?.unwrap_or_default())
        })
        .map_err(Into::into)
}

#[test]
fn closures_borrow_and_are_skipped_when_they_are_recorded() {
    let lab = Lab::new();
    let rows = vec![vec![1, 2], vec![3]];
    let first = lab.session(sum(rows.clone()));
    assert_eq!(first.result.unwrap(), 6);
    assert_eq!(first.executed, ["row[0]/add[1]", "row[0]/add[2]", "row[1]/add[3]", "report"]);
    let second = lab.session(sum(rows));
    assert_eq!((second.result.unwrap(), second.executed.len()), (6, 0));
}

/// The rows are no part of any path, but the closures may have captured them.
#[test]
fn another_argument_of_the_stage_around_is_seen() {
    let lab = Lab::new();
    lab.session(sum(vec![vec![1, 2], vec![3]])).result.unwrap();
    let changed = lab.session(sum(vec![vec![1, 2], vec![3], vec![]]));
    assert_eq!(changed.result.unwrap(), 6);
    assert_eq!(changed.executed.len(), 4);
}

#[stage]
fn captured(tuning: Config<Tuning>, stage: &Stage) -> Result<f64, BoxError> {
    stage.step("before", (), |tx| {
        note(tx.path().as_str());
        Ok(())
    })?;
    let rate = tuning.rate();
    Ok(stage.stage("inner", (), |stage| {
        Ok(stage.step("after", (), |tx| {
            note(tx.path().as_str());
            Ok(rate)
        })?)
    })?)
}

#[test]
fn a_setting_that_the_stage_read_before_is_seen() {
    let lab = Lab::new();
    let run =
        |rate| lab.session_in(captured(), &container(&[&format!("tuning.rate={rate}")], None));
    assert_eq!(run("0.25").result.unwrap(), 0.25);
    let again = run("0.25");
    assert_eq!((again.result.unwrap(), again.executed.len()), (0.25, 0));
    let changed = run("0.75");
    assert_eq!((changed.result.unwrap(), changed.executed), (0.75, vec!["inner/after".to_owned()]));
}

#[stage]
fn keys(stage: &Stage) -> Result<(), BoxError> {
    let mut paths = Vec::new();
    for key in [json!("a"), json!(3), json!(null), json!({"a": 1})] {
        let path = stage.step("step", key, |tx| Ok(tx.path().to_string()))?;
        paths.push(path.split_once('/').unwrap().1.to_owned());
    }
    assert_eq!(paths[..3], ["step[a]", "step[3]", "step"]);
    assert_eq!(paths[3].len(), "step[0123456789abcdef]".len());
    Ok(())
}

#[test]
fn keys_are_readable_where_they_can_be() {
    Lab::new().session(keys()).result.unwrap();
}

#[stage]
fn failing(stage: &Stage) -> Result<i64, BoxError> {
    let failed = stage.step::<i64, _>("fails", 1, |_| Err("no".into()));
    assert!(matches!(failed, Err(ExecutorError::Step { .. })));
    let twice = stage.step("fails", 1, |_| Ok(2));
    assert!(matches!(twice, Err(ExecutorError::Duplicate { .. })));
    Ok(stage.step("fails", 2, |_| Ok(3))?)
}

#[test]
fn failures_and_duplicates_are_those_of_steps() {
    let error = Lab::new().session(failing()).result.unwrap_err();
    assert!(error.to_string().contains("failing/fails[1]"), "{error}");
}
