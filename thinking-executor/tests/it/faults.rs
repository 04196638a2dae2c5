//! Disks that fail and forget: after each fault the store holds whole steps, every step that was
//! reported done, and lets the experiment finish as if nothing had happened.
//!
//! What is expected is computed here, from rows that are decoded without the crate's own readers,
//! on all branches of programs that change between sessions. The simulator knows one program, and
//! compares it with itself; so neither check makes the other one shorter.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use thinking::simulator::{Disk, Random};
use thinking::{ExecutorError, Old, OnChange, Store, execute};
use thinking_dbs::{Database, DatabaseError};
use thinking_injection::Container;

use crate::change::container;
use crate::lab::{Op, assert_kept, bodies, broken, executed, experiment, options, returned};
use crate::rows::{self, Rows, opened};

/// The seeds of the random programs; `cargo xtask soak` gives others, as `FIRST..END`.
const SEEDS: Range<u64> = 0..200;
/// The values of the setting that steps of the random programs read.
const DEPTHS: [i64; 2] = [3, 7];
const SEEDS_VARIABLE: &str = "SOAK_SEEDS";

/// Says which case failed, since the panic may be anywhere below.
struct Case(&'static str, u64);

#[expect(clippy::print_stderr, reason = "a failing test says with what")]
impl Drop for Case {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("failed with the {} {}", self.0, self.1);
        }
    }
}

fn open(disk: &Disk) -> Result<Arc<Database>, DatabaseError> {
    Database::with_backend("disk", Path::new("disk.redb"), disk.clone()).map(Arc::new)
}

/// A session on a disk, which may fail at any operation.
fn session(disk: &Disk, ops: &[Op], container: &Container) -> Result<Vec<i64>, ExecutorError> {
    returned();
    let database = match open(disk) {
        Ok(database) => database,
        Err(_) => return Err(ExecutorError::Ended { reason: "it did not open".to_owned() }),
    };
    let store = Store::open(database)?;
    execute(experiment(ops.to_vec()), container, store, options(OnChange::Fork))
}

/// Opens the database after a crash, checks all that is promised of it, and returns its rows.
///
/// A database that was never opened may have been lost while it was created; nothing was
/// recorded in it then, and there is an empty disk instead.
fn recovered(disk: &mut Disk, before: &Rows) -> Rows {
    let returned = returned();
    let database = match open(disk) {
        Ok(database) => database,
        Err(error) => {
            assert!(before.is_empty() && returned.is_empty(), "{error:?}");
            *disk = Disk::default();
            return Rows::new();
        }
    };
    let rows = rows::of(database.redb());
    assert_kept(before, &rows);
    let history = History::of(&rows);
    history.check();
    let done = history.line();
    let mut rest = &done[..];
    for path in returned {
        // Of a sealed stage that was skipped whole, all steps.
        let count = match path.ends_with('/') {
            true => rest.iter().take_while(|step| step.starts_with(&path)).count(),
            false => usize::from(rest.first() == Some(&path)),
        };
        assert!(count > 0, "what was reported is recorded: {path}, {done:?}");
        rest = &rest[count..];
    }
    rows
}

/// A branch and a position on it.
type Place = (u32, u64);

/// A row of state: table, key and value.
type StateRow = (String, Vec<u8>, Value);

/// The records and the state of a store, decoded.
#[derive(Default)]
struct History {
    /// By branch: its parent and the position where it left.
    parents: BTreeMap<u32, Option<Place>>,
    head: u32,
    /// The paths.
    steps: BTreeMap<Place, String>,
    results: BTreeMap<Place, Value>,
    state: BTreeMap<Place, Vec<StateRow>>,
}

impl History {
    fn of(rows: &Rows) -> History {
        let mut history = History::default();
        for ((table, key), bytes) in rows {
            // Keys are texts of tuples of numbers, which JSON reads as arrays.
            let json = |text: &str| format!("[{}]", text.trim_matches(['(', ')']));
            let place = || serde_json::from_str::<Place>(&json(key)).unwrap();
            match *table {
                "branches" => {
                    let parent = serde_json::from_value(opened(bytes)["parent"].clone());
                    history.parents.insert(key.parse().unwrap(), parent.unwrap());
                }
                "heads" => history.head = u32::from_be_bytes(bytes[..].try_into().unwrap()),
                "steps" => {
                    let path = opened(bytes)["path"].as_str().unwrap().to_owned();
                    history.steps.insert(place(), path);
                }
                "results" => drop(history.results.insert(place(), opened(bytes))),
                "state" => {
                    let row: (String, Vec<u8>, u32, u64) =
                        serde_json::from_str(&json(key)).unwrap();
                    let rows = history.state.entry((row.2, row.3)).or_default();
                    rows.push((row.0, row.1, opened(bytes)));
                }
                _ => {}
            }
        }
        history
    }

    /// Where each position of a line lies, from the first on.
    fn places(&self, branch: u32) -> Vec<Place> {
        let mut places = match self.parents.get(&branch) {
            Some(Some((parent, position))) => {
                let mut places = self.places(*parent);
                places.truncate(*position as usize);
                assert_eq!(places.len() as u64, *position, "a fork leaves no gap");
                places
            }
            _ => Vec::new(),
        };
        let own = self.steps.keys().filter(|(b, _)| *b == branch);
        for place in own {
            assert_eq!(place.1, places.len() as u64, "positions have no gaps");
            places.push(*place);
        }
        places
    }

    /// The paths on the current branch.
    fn line(&self) -> Vec<String> {
        self.places(self.head).iter().map(|place| self.steps[place].clone()).collect()
    }

    /// Data and results on the current branch.
    fn data(&self) -> Vec<(String, Value)> {
        let places = self.places(self.head);
        places
            .iter()
            .map(|place| (self.steps[place].clone(), self.results[place].clone()))
            .collect()
    }

    /// The data is what exactly the recorded steps do.
    fn check(&self) {
        assert!(self.steps.keys().eq(self.results.keys()), "each step has a result");
        assert!(self.steps.keys().eq(self.state.keys()), "each step has data, and no other has");
        for branch in self.parents.keys() {
            let mut total = 0;
            for (index, place) in self.places(*branch).iter().enumerate() {
                let path = &self.steps[place];
                total = match path.contains("/deep[") {
                    true => effect_of_a_setting(&self.results[place], total),
                    false => effect(path, total),
                };
                assert_eq!(self.results[place], Value::from(total), "{path}");
                let rows = &self.state[place];
                let table = |name: &str| rows.iter().find(|row| row.0 == name).unwrap();
                assert_eq!(rows.len(), 2);
                assert_eq!(table("numbers").2, Value::from(total), "{path}");
                assert_eq!(table("history").2, Value::from(path.as_str()));
                assert_eq!(table("history").1, (index as u64).to_be_bytes());
            }
        }
    }
}

/// What a step of the laboratory does to the total.
fn effect(path: &str, total: i64) -> i64 {
    let identity = path.rsplit_once('/').unwrap().1;
    let (name, key) = identity.split_once('[').unwrap_or((identity, "3]"));
    let number: i64 = key.trim_end_matches(']').parse().unwrap();
    match name {
        "scale" => total.wrapping_mul(number),
        _ => total.wrapping_add(number),
    }
}

/// What a step does that adds a setting, which sessions have with one of two values.
fn effect_of_a_setting(result: &Value, total: i64) -> i64 {
    let result = result.as_i64().unwrap();
    assert!(DEPTHS.iter().any(|depth| total.wrapping_add(*depth) == result), "{total} {result}");
    result
}

fn small() -> [Op; 4] {
    let group = |name: &str, ops: &[Op]| Op::Group(name.to_owned(), ops.to_vec());
    let sealed = |name: &str, ops: &[Op]| Op::Sealed(name.to_owned(), ops.to_vec());
    [
        Op::Add(1),
        Op::Tuned,
        group("g", &[Op::Add(2), sealed("h", &[sealed("i", &[Op::Scale(3)]), Op::Add(4)])]),
        Op::Add(5),
    ]
}

#[test]
fn a_fault_at_every_operation_of_a_small_experiment() {
    let container = container(&[], None);
    let undisturbed = Disk::default();
    let expected = session(&undisturbed, &small(), &container).unwrap();
    let operations = undisturbed.operations();
    let expected_rows = rows::timeless(&rows::of(open(&undisturbed).unwrap().redb()));
    assert!(operations > 40, "{operations}");
    for n in 0..operations {
        let _case = Case("operation", n);
        let disk = Disk::default();
        disk.fail_from(n);
        let result = session(&disk, &small(), &container);
        if let Ok(result) = result {
            // Only closing the database failed.
            assert_eq!(result, expected);
        }
        let mut disk = disk.crash(&mut Random::new(n));
        recovered(&mut disk, &Rows::new());
        assert_eq!(session(&disk, &small(), &container).unwrap(), expected);
        let rows = rows::of(open(&disk).unwrap().redb());
        assert_eq!(rows::timeless(&rows), expected_rows);
    }
}

/// A fault that passes: the process goes on, opens the store again, and finds all it wrote.
#[test]
fn a_session_after_a_fault_without_a_crash() {
    let container = container(&[], None);
    let undisturbed = Disk::default();
    let expected = session(&undisturbed, &small(), &container).unwrap();
    for n in (0..undisturbed.operations()).step_by(3) {
        let _case = Case("operation", n);
        let mut disk = Disk::default();
        session(&disk, &small(), &container).unwrap();
        let before = recovered(&mut disk, &Rows::new());
        let mut longer = small().to_vec();
        longer.push(Op::Add(6));
        disk.fail_from(disk.operations() + n);
        let ended = session(&disk, &longer, &container);
        disk.fail_from(u64::MAX);
        recovered(&mut disk, &before);
        let finished = session(&disk, &longer, &container).unwrap();
        assert_eq!(finished.len(), expected.len() + 1);
        assert!(ended.is_err() || ended.unwrap() == finished);
    }
}

/// A fault at every operation of a removal of old branches: what the current branch needs is there,
/// and nothing refers to what is gone.
#[test]
fn a_fault_at_every_operation_of_the_removal_of_garbage() {
    let container = Container::builder().build().unwrap();
    let old = Old { branches: true, ..Old::default() };
    let adds = |numbers: &[i64]| numbers.iter().map(|n| Op::Add(*n)).collect::<Vec<_>>();
    let last = adds(&[1, 2, 5, 7]);
    let branched = || {
        let disk = Disk::default();
        session(&disk, &adds(&[1, 2, 3, 4]), &container).unwrap();
        session(&disk, &adds(&[1, 2, 5, 6]), &container).unwrap();
        session(&disk, &last, &container).unwrap();
        disk
    };
    let collect = |disk: &Disk| {
        let store = open(disk).ok().and_then(|database| Store::open(database).ok());
        store.and_then(|store| store.collect_garbage(&old).ok())
    };
    let undisturbed = branched();
    let before = undisturbed.operations();
    let removed = collect(&undisturbed).unwrap();
    assert_eq!(removed.rows["steps"], 3);
    let operations = undisturbed.operations() - before;
    assert!(operations > 5, "{operations}");
    let expected = rows::timeless(&rows::of(open(&undisturbed).unwrap().redb()));
    for n in 0..operations {
        let _case = Case("operation", n);
        let disk = branched();
        disk.fail_from(disk.operations() + n);
        let removed = collect(&disk).is_some();
        let disk = disk.crash(&mut Random::new(n));
        let whole = rows::of(open(&disk).unwrap().redb());
        let history = History::of(&whole);
        // All or nothing.
        let steps = history.steps.len();
        assert!(steps == 4 || (steps == 7 && !removed), "{steps}");
        executed();
        assert_eq!(session(&disk, &last, &container).unwrap(), [1, 3, 8, 15]);
        assert_eq!(executed(), [""; 0]);
        collect(&disk).unwrap();
        assert_eq!(rows::timeless(&rows::of(open(&disk).unwrap().redb())), expected);
    }
}

/// Parts of an experiment. All identities differ, by numbers that are taken from `next`.
fn random_ops(random: &mut Random, next: &mut i64, depth: u64) -> Vec<Op> {
    let count = 1 + random.below(5);
    let mut op = || {
        *next += 1;
        match random.below(if depth == 0 { 7 } else { 13 }) {
            0 | 1 => Op::Add(*next),
            2 => Op::Deep(*next),
            3 => Op::Scale(*next),
            4 => Op::Try(Box::new(Op::Fragile(*next))),
            // It succeeds with its last attempt at the latest, or fails with it.
            5 => Op::Flaky(*next, random.below(3) as u32),
            6 => Op::Try(Box::new(Op::Flaky(*next, 3))),
            7 => {
                Op::Try(Box::new(Op::Group(next.to_string(), random_ops(random, next, depth - 1))))
            }
            8 | 9 => Op::Group(next.to_string(), random_ops(random, next, depth - 1)),
            10 => {
                Op::Try(Box::new(Op::Sealed(next.to_string(), random_ops(random, next, depth - 1))))
            }
            _ => Op::Sealed(next.to_string(), random_ops(random, next, depth - 1)),
        }
    };
    (0..count).map(|_| op()).collect()
}

fn seeds() -> Range<u64> {
    let Ok(given) = std::env::var(SEEDS_VARIABLE) else { return SEEDS };
    let (first, end) = given.split_once("..").unwrap();
    first.parse().unwrap()..end.parse().unwrap()
}

#[test]
fn random_programs_on_disks_that_fail() {
    let threads = 4;
    let (seeds, faults) = (seeds(), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let own = seeds.clone().skip(thread).step_by(threads);
            let run = |seed| {
                faults.fetch_add(random_program(seed), Ordering::Relaxed);
            };
            scope.spawn(move || own.for_each(run));
        }
    });
    // `cargo xtask soak` counts.
    println!("faults: {}", faults.into_inner());
}

/// A few sessions, each with a changed program or setting, a fault and a crash; then one without
/// faults.
/// Returns how many had a fault.
fn random_program(seed: u64) -> u64 {
    let _case = Case("seed", seed);
    let mut random = Random::new(seed);
    let containers = DEPTHS.map(|depth| container(&[&format!("tuning.depth={depth}")], None));
    let (mut disk, mut rows) = (Disk::default(), Rows::new());
    let mut next = 0;
    let mut ops = random_ops(&mut random, &mut next, 2);
    broken(true);
    let sessions = 1 + random.below(4);
    for _ in 0..sessions {
        if random.below(3) == 0 {
            ops.truncate(random.below(1 + ops.len() as u64) as usize);
            ops.extend(random_ops(&mut random, &mut next, 1));
        }
        if random.below(3) == 0 {
            let (a, b) = (random.below(ops.len() as u64), random.below(ops.len() as u64));
            ops.swap(a as usize, b as usize);
        }
        let operations = [20, 120][random.below(2) as usize];
        let fault = random.below(operations);
        disk.fail_from(fault);
        session(&disk, &ops, &containers[random.below(2) as usize]).ok();
        disk = disk.crash(&mut random);
        rows = recovered(&mut disk, &rows);
    }
    let container = &containers[random.below(2) as usize];
    let undisturbed = Disk::default();
    let expected = session(&undisturbed, &ops, container).unwrap();
    assert_eq!(session(&disk, &ops, container).unwrap(), expected);
    let data = |disk: &Disk| History::of(&rows::of(open(disk).unwrap().redb())).data();
    let done = data(&disk);
    assert_eq!(done, data(&undisturbed));
    rows = recovered(&mut disk, &rows);
    // What is finished is not executed again, nor is what failed and was handled; and a sealed stage
    // is skipped whole, unless nothing in it was done.
    executed();
    bodies();
    assert_eq!(session(&disk, &ops, container).unwrap(), expected);
    assert_eq!(executed(), [""; 0]);
    for body in bodies() {
        let inside = format!("/{body}/");
        assert!(done.iter().all(|(path, _)| !path.contains(&inside)), "{body} in {done:?}");
    }
    recovered(&mut disk, &rows);
    sessions
}
