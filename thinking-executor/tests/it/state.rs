//! Tables against a naive model: a map per version.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::{Bound, RangeBounds};
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thinking::{Key, OnChange, Stage, Store, Table, TableMut, TableView, Tx, execute, stage, step};
use thinking_dbs::Database;
use thinking_injection::{BoxError, Container};

use crate::lab::options;

const WHOLE: Table<i64, f64> = Table::new("a");
/// Its name begins with another's, and its values are texts.
const TEXTS: Table<String, String> = Table::new("a\0");
const PAIRS: Table<(i8, String), Option<u32>> = Table::new("b");

/// An insertion, or a removal. A value may be an option itself.
type Write<K, V> = (K, Result<V, Removal>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Removal;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Change {
    Whole(Write<i64, f64>),
    Text(Write<String, String>),
    Pair(Write<(i8, String), Option<u32>>),
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Model {
    whole: BTreeMap<i64, f64>,
    texts: BTreeMap<String, String>,
    pairs: BTreeMap<(i8, String), Option<u32>>,
}

impl Model {
    fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Whole(write) => drop(put(&mut self.whole, write)),
                Change::Text(write) => drop(put(&mut self.texts, write)),
                Change::Pair(write) => drop(put(&mut self.pairs, write)),
            }
        }
    }
}

/// Does a write to the map of a model; returns whether the key was there.
fn put<K: Ord + Clone, V: Clone>(map: &mut BTreeMap<K, V>, (key, value): &Write<K, V>) -> bool {
    match value {
        Ok(value) => map.insert(key.clone(), value.clone()).is_some(),
        Err(Removal) => map.remove(key).is_some(),
    }
}

/// Does a write to a table and to its model, and compares them.
fn write<K: Key + Ord + Clone + Debug, V>(
    mut table: TableMut<K, V>,
    map: &mut BTreeMap<K, V>,
    write: &Write<K, V>,
) -> Result<(), BoxError>
where
    V: Serialize + DeserializeOwned + Clone + PartialEq + Debug,
{
    let there = put(map, write);
    match write {
        (key, Ok(value)) => table.insert(key, value)?,
        (key, Err(Removal)) => assert_eq!(table.remove(key)?, there),
    }
    assert_eq!(table.get(&write.0)?, map.get(&write.0).cloned(), "a write is seen at once");
    Ok(())
}

thread_local! {
    /// The state before the step that runs.
    static BEFORE: RefCell<Model> = RefCell::default();
}

#[step(key = "{n}")]
fn apply(n: usize, changes: Vec<Change>, tx: &mut Tx) -> Result<(), BoxError> {
    let mut model = BEFORE.take();
    let at = format!("step {n}");
    compare_all(|table| tx.table(table), |t| tx.table(t), |t| tx.table(t), &model, &at)?;
    for change in &changes {
        match change {
            Change::Whole(change) => write(tx.table_mut(WHOLE)?, &mut model.whole, change)?,
            Change::Text(change) => write(tx.table_mut(TEXTS)?, &mut model.texts, change)?,
            Change::Pair(change) => write(tx.table_mut(PAIRS)?, &mut model.pairs, change)?,
        }
    }
    compare_all(|table| tx.table(table), |t| tx.table(t), |t| tx.table(t), &model, &at)
}

/// Runs a step per list of changes. Reused or executed, each leaves what the model says.
#[stage(key = "model")]
fn program(steps: Vec<Vec<Change>>, stage: &Stage) -> Result<(), BoxError> {
    let mut model = Model::default();
    for (n, changes) in steps.iter().enumerate() {
        BEFORE.set(model.clone());
        stage.run(apply(n, changes.clone()))?;
        model.apply(changes);
        let at = format!("the stage after step {n}");
        compare_all(|t| stage.table(t), |t| stage.table(t), |t| stage.table(t), &model, &at)?;
    }
    Ok(())
}

type Opened<K, V> = Result<TableView<K, V>, thinking::StoreError>;

fn compare_all(
    whole: impl FnOnce(Table<i64, f64>) -> Opened<i64, f64>,
    texts: impl FnOnce(Table<String, String>) -> Opened<String, String>,
    pairs: impl FnOnce(Table<(i8, String), Option<u32>>) -> Opened<(i8, String), Option<u32>>,
    model: &Model,
    at: &str,
) -> Result<(), BoxError> {
    let pair_keys: Vec<_> =
        NUMBERS.iter().flat_map(|n| TEXT_KEYS.map(|text| (*n, text.to_owned()))).collect();
    compare(&whole(WHOLE)?, &model.whole, &WHOLE_KEYS, at)?;
    compare(&texts(TEXTS)?, &model.texts, &TEXT_KEYS.map(str::to_owned), at)?;
    compare(&pairs(PAIRS)?, &model.pairs, &pair_keys, at)
}

fn compare<K: Key + Ord + Clone + Debug, V>(
    view: &TableView<K, V>,
    map: &BTreeMap<K, V>,
    keys: &[K],
    at: &str,
) -> Result<(), BoxError>
where
    V: DeserializeOwned + Clone + PartialEq + Debug,
{
    for key in keys {
        assert_eq!(view.get(key)?, map.get(key).cloned(), "{key:?} in {at}");
    }
    let all: Vec<_> = map.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    assert_eq!(view.iter()?.collect::<Result<Vec<_>, _>>()?, all, "in {at}");
    assert_eq!((view.len()?, view.is_empty()?), (map.len() as u64, map.is_empty()), "in {at}");
    // Every kind of bound, in order, equal and upside down.
    let (low, high) = (&keys[1], &keys[keys.len() - 2]);
    for (from, to) in [(low, high), (low, low), (high, low)] {
        for range in ranges(from.clone(), to.clone()) {
            let inside = all.iter().filter(|(key, _)| range.contains(key)).cloned();
            let rows = view.range(range.clone())?.collect::<Result<Vec<_>, _>>()?;
            assert_eq!(rows, inside.collect::<Vec<_>>(), "{range:?} in {at}");
        }
    }
    Ok(())
}

fn ranges<K: Clone>(from: K, to: K) -> Vec<(Bound<K>, Bound<K>)> {
    let bounds = |key: K| [Bound::Included(key.clone()), Bound::Excluded(key), Bound::Unbounded];
    let (starts, ends) = (bounds(from), bounds(to));
    starts.iter().flat_map(|start| ends.iter().map(|end| (start.clone(), end.clone()))).collect()
}

const WHOLE_KEYS: [i64; 7] = [i64::MIN, -256, -1, 0, 1, 256, i64::MAX];
const TEXT_KEYS: [&str; 7] = ["", "\0", "\0\u{1}", "a", "a\0", "ab", "é"];
const NUMBERS: [i8; 3] = [-1, 0, 1];

fn a_change() -> impl Strategy<Value = Change> {
    let text = || select(&TEXT_KEYS[..]).prop_map(str::to_owned);
    let number = prop_oneof![Just(-0.0), Just(f64::INFINITY), any::<i16>().prop_map(f64::from)];
    prop_oneof![
        (select(&WHOLE_KEYS[..]), or_removal(number)).prop_map(Change::Whole),
        (text(), or_removal(text())).prop_map(Change::Text),
        ((select(&NUMBERS[..]), text()), or_removal(proptest::option::of(0..3_u32)))
            .prop_map(Change::Pair),
    ]
}

fn or_removal<V: Debug>(
    value: impl Strategy<Value = V>,
) -> impl Strategy<Value = Result<V, Removal>> {
    proptest::option::of(value).prop_map(|value| value.ok_or(Removal))
}

fn some_steps() -> impl Strategy<Value = Vec<Vec<Change>>> {
    proptest::collection::vec(proptest::collection::vec(a_change(), 0..6), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() })]

    /// Each session keeps a part of the last program and goes on in another way: it appends, or
    /// leaves steps out at the end, or forks.
    #[test]
    fn tables_are_maps_at_every_version_of_every_branch(
        sessions in proptest::collection::vec((0.0..1.2, some_steps()), 1..6),
    ) {
        let backend = redb::backends::InMemoryBackend::new();
        let database = Database::with_backend("model", Path::new("model.redb"), backend).unwrap();
        let store = Store::open(Arc::new(database)).unwrap();
        let container = Container::builder().build().unwrap();
        let mut steps: Vec<Vec<Change>> = Vec::new();
        for (kept, more) in sessions {
            steps.truncate((steps.len() as f64 * kept) as usize);
            steps.extend(more);
            let task = program(steps.clone());
            execute(task, &container, store.clone(), options(OnChange::Fork)).unwrap();
        }
    }
}
