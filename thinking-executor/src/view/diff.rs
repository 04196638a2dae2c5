//! Two places side by side: where they part, and what is different behind that.

use std::collections::HashMap;

use serde::Serialize;

use super::state::open;
use super::value::Value;
use super::{StateTable, View, ViewError};
use crate::digest::Digest;
use crate::error::StoreError;
use crate::history::{Print, StepRecord};
use crate::selector::Place;
use crate::store::Lineage;
use crate::view::key::KeyType;

mod changes;
mod text;

pub use changes::Change;

/// What two places do not have in common: all that was done up to the one and up to the other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// The one place.
    pub a: Place,
    /// The other.
    pub b: Place,
    /// How many steps they share, as one history.
    pub shared: u64,
    /// The path of the last step that they share.
    pub parted_after: Option<String>,
    /// How many steps behind that are the same on both, results included.
    pub same: u64,
    /// The steps that only `a` has, in order; as many as asked for.
    pub only_a: Vec<SideStep>,
    /// How many there are.
    pub only_a_count: u64,
    /// The steps that only `b` has, in order; as many as asked for.
    pub only_b: Vec<SideStep>,
    /// How many there are.
    pub only_b_count: u64,
    /// What steps on both depend on and is not the same, with how many steps it concerns.
    pub changes: Vec<ChangeCount>,
    /// The steps on both that depend on something else or returned something else, in the order
    /// of `a`; as many as asked for.
    pub steps: Vec<StepDiff>,
    /// How many there are.
    pub steps_count: u64,
    /// The tables of state that have other rows.
    pub tables: Vec<TableDiff>,
}

/// A step that one side has.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SideStep {
    /// Where it stands in the tree.
    pub path: String,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// A difference that steps have in common.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangeCount {
    /// The difference.
    #[serde(flatten)]
    pub change: Change,
    /// How many steps have it.
    pub steps: u64,
    /// The path of the first.
    pub first: String,
}

/// A step on both sides that is not the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepDiff {
    /// Where it stands in the tree of `a`.
    pub path: String,
    /// How long it took on `a`, in seconds.
    pub seconds_a: f64,
    /// How long it took on `b`, in seconds.
    pub seconds_b: f64,
    /// What it depends on and is not the same.
    pub changes: Vec<Change>,
    /// What it returned on either side, if that is not the same.
    pub results: Option<Sides>,
}

/// A value on either side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sides {
    /// On `a`; nothing where there is none.
    pub a: Option<Value>,
    /// On `b`.
    pub b: Option<Value>,
}

/// A table of state with other rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableDiff {
    /// Its name.
    pub table: String,
    /// The rows that differ, in the order of their keys; as many as asked for.
    pub rows: Vec<RowDiff>,
    /// How many there are.
    pub rows_count: u64,
    /// How many rows are the same.
    pub same: u64,
}

/// A row that is not the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowDiff {
    /// Its key.
    pub key: Value,
    /// The value on either side.
    #[serde(flatten)]
    pub sides: Sides,
}

/// How much of a comparison is returned; what is left out is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiffLimits {
    /// How many steps of each kind.
    pub steps: usize,
    /// How many rows of each table.
    pub rows: usize,
}

impl View {
    /// Compares all that was done up to one place with all up to another: on two branches, at two
    /// moments of one, or in two runs. Steps are the same if their paths below the run are.
    ///
    /// Costs the records of the steps behind the place where they part, and two look-ups per row
    /// of state on each side.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn diff(&self, a: &Place, b: &Place, limits: DiffLimits) -> Result<Diff, ViewError> {
        let (line_a, line_b) = (self.lineage(a.line)?, self.lineage(b.line)?);
        let (end_a, end_b) = (a.positions.end, b.positions.end);
        let shared = line_a.shared(&line_b).min(end_a).min(end_b);
        let last = Place { positions: shared.saturating_sub(1)..shared, ..a.clone() };
        let mut diff = Diff {
            a: a.clone(),
            b: b.clone(),
            shared,
            parted_after: self.work(&last)?.1,
            same: 0,
            only_a: Vec::new(),
            only_a_count: 0,
            only_b: Vec::new(),
            only_b_count: 0,
            changes: Vec::new(),
            steps: Vec::new(),
            steps_count: 0,
            tables: Vec::new(),
        };
        self.compare_steps(&mut diff, (&line_a, &line_b), limits)?;
        for (name, types) in self.records.tables()? {
            let table = StateTable { table: name, key: types.key, value: types.value, rows: 0 };
            let table = self.compare_tables(&table, a, b, limits)?;
            diff.tables.extend(Some(table).filter(|table| table.rows_count > 0));
        }
        Ok(diff)
    }

    fn compare_steps(
        &self,
        diff: &mut Diff,
        (line_a, line_b): (&Lineage, &Lineage),
        limits: DiffLimits,
    ) -> Result<(), StoreError> {
        let behind = |place: &Place| {
            self.records_of(&Place { positions: diff.shared..place.positions.end, ..place.clone() })
        };
        let (steps_a, steps_b) = (behind(&diff.a)?, behind(&diff.b)?);
        let mut others = HashMap::new();
        for step in steps_b {
            let (position, step) = step?;
            others.insert(below_run(&step).to_owned(), (position, step));
        }
        let mut prints = Prints { view: self, prints: HashMap::new() };
        let mut counts = HashMap::new();
        for step in steps_a {
            let (position_a, step_a) = step?;
            let Some((position_b, step_b)) = others.remove(below_run(&step_a)) else {
                diff.only_a_count += 1;
                push(&mut diff.only_a, limits.steps, || Ok(SideStep::of(&step_a)))?;
                continue;
            };
            let changes = match step_a.same_inputs(&step_b) {
                true => Vec::new(),
                false => changes::of(
                    (&step_a, prints.get(step_a.print)?),
                    (&step_b, prints.get(step_b.print)?),
                ),
            };
            let sealed_a = self.result(line_a, position_a)?;
            let sealed_b = self.result(line_b, position_b)?;
            if changes.is_empty() && sealed_a == sealed_b {
                diff.same += 1;
                continue;
            }
            for change in &changes {
                let index = *counts.entry(change.clone()).or_insert_with(|| {
                    let first = step_a.path.as_str().to_owned();
                    diff.changes.push(ChangeCount { change: change.clone(), steps: 0, first });
                    diff.changes.len() - 1
                });
                diff.changes[index].steps += 1;
            }
            diff.steps_count += 1;
            push(&mut diff.steps, limits.steps, || {
                let open = |sealed: Option<Vec<u8>>| {
                    let what = || format!("the result of `{}`", step_a.path);
                    let open = |sealed: Vec<u8>| Value::open(&sealed);
                    sealed
                        .map(open)
                        .transpose()
                        .map_err(|source| StoreError::Unreadable { what: what(), source })
                };
                let results = match sealed_a == sealed_b {
                    true => None,
                    false => Some(Sides { a: open(sealed_a)?, b: open(sealed_b)? }),
                };
                Ok(StepDiff {
                    path: step_a.path.as_str().to_owned(),
                    seconds_a: step_a.took.as_secs_f64(),
                    seconds_b: step_b.took.as_secs_f64(),
                    changes,
                    results,
                })
            })?;
        }
        let mut left: Vec<_> = others.into_values().collect();
        left.sort_by_key(|(position, _)| *position);
        diff.only_b_count = left.len() as u64;
        diff.only_b = left.iter().take(limits.steps).map(|(_, step)| SideStep::of(step)).collect();
        Ok(())
    }

    fn compare_tables(
        &self,
        table: &StateTable,
        a: &Place,
        b: &Place,
        limits: DiffLimits,
    ) -> Result<TableDiff, StoreError> {
        let name = &table.table;
        let of = KeyType::parse(&table.key);
        let (mut rows_a, mut rows_b) = (self.sealed_rows(name, a)?, self.sealed_rows(name, b)?);
        let (mut next_a, mut next_b) = (rows_a.next().transpose()?, rows_b.next().transpose()?);
        let mut rows = Vec::new();
        let (mut rows_count, mut same) = (0, 0);
        loop {
            let (key, a, b) = match (next_a.take(), next_b.take()) {
                (None, None) => break,
                (Some((key, a)), None) => {
                    next_a = rows_a.next().transpose()?;
                    (key, Some(a), None)
                }
                (None, Some((key, b))) => {
                    next_b = rows_b.next().transpose()?;
                    (key, None, Some(b))
                }
                (Some(a), Some(b)) if a.0 < b.0 => {
                    (next_a, next_b) = (rows_a.next().transpose()?, Some(b));
                    (a.0, Some(a.1), None)
                }
                (Some(a), Some(b)) if a.0 > b.0 => {
                    (next_a, next_b) = (Some(a), rows_b.next().transpose()?);
                    (b.0, None, Some(b.1))
                }
                (Some((key, a)), Some((_, b))) => {
                    (next_a, next_b) = (rows_a.next().transpose()?, rows_b.next().transpose()?);
                    (key, Some(a), Some(b))
                }
            };
            if a == b {
                same += 1;
                continue;
            }
            rows_count += 1;
            push(&mut rows, limits.rows, || {
                let value = |sealed: Option<Vec<u8>>| {
                    let row = sealed.map(|sealed| open(name, of.as_ref(), &key, &sealed));
                    Ok::<_, StoreError>(row.transpose()?.map(|row| row.value))
                };
                let sides = Sides { a: value(a)?, b: value(b)? };
                Ok(RowDiff { key: super::key::decode(of.as_ref(), &key), sides })
            })?;
        }
        Ok(TableDiff { table: name.clone(), rows, rows_count, same })
    }
}

impl SideStep {
    fn of(step: &StepRecord) -> SideStep {
        let seconds = step.took.as_secs_f64();
        SideStep { path: step.path.as_str().to_owned(), seconds }
    }
}

/// What steps depend on, each read once.
struct Prints<'a> {
    view: &'a View,
    prints: HashMap<Digest, Print>,
}

impl Prints<'_> {
    fn get(&mut self, digest: Digest) -> Result<Print, StoreError> {
        if let Some(print) = self.prints.get(&digest) {
            return Ok(print.clone());
        }
        let print = self.view.records.print(digest)?;
        self.prints.insert(digest, print.clone());
        Ok(print)
    }
}

/// Adds to a list that is not full.
fn push<T>(
    list: &mut Vec<T>,
    max: usize,
    element: impl FnOnce() -> Result<T, StoreError>,
) -> Result<(), StoreError> {
    if list.len() < max {
        list.push(element()?);
    }
    Ok(())
}

/// Returns a path without the run's name, which differs between runs.
fn below_run(step: &StepRecord) -> &str {
    step.path.as_str().split_once('/').map_or("", |(_, path)| path)
}
