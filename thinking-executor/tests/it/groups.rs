//! Steps that share commits: fewer commits, and the same promises.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use thinking::storage::{Batch, MemoryStorage, Snapshot, Space, Storage, StorageError};
use thinking::{ExecutorError, OnChange, Stage, Store, Table, Tx, execute, stage, step};
use thinking_injection::BoxError;

use crate::lab::{empty, executed, note, options};

const SUM: Table<(), u64> = Table::new("sum");

/// Counts commits with steps, and refuses them from a number on.
#[derive(Clone, Default)]
struct Counting {
    rows: Arc<MemoryStorage>,
    commits: Arc<AtomicU64>,
    refused_from: Arc<AtomicU64>,
}

impl Counting {
    fn commits(&self) -> u64 {
        self.commits.swap(0, Ordering::SeqCst)
    }

    fn refuse_from(&self, commit: u64) {
        self.refused_from.store(commit, Ordering::SeqCst);
    }
}

impl Storage for Counting {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StorageError> {
        self.rows.snapshot()
    }

    fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        if batch.rows().any(|(space, _, _)| space == Space::Steps) {
            let commit = self.commits.fetch_add(1, Ordering::SeqCst);
            if commit >= self.refused_from.load(Ordering::SeqCst) {
                return Err(StorageError::new("refused"));
            }
        }
        self.rows.commit(batch)
    }
}

fn session(storage: &Counting, task: thinking::StageTask<u64>) -> Result<u64, ExecutorError> {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::with_storage(storage.clone(), directory.path().to_owned()).unwrap();
    execute(task, &empty(), store, options(OnChange::Fork))
}

fn storage() -> Counting {
    let storage = Counting::default();
    storage.refuse_from(u64::MAX);
    storage
}

/// Adds to the sum; fails at one number.
#[step(key = "{n}")]
fn add(n: u64, fails: bool, tx: &mut Tx) -> Result<u64, BoxError> {
    note(tx.path().as_str());
    let sum = tx.table(SUM)?.get(&())?.unwrap_or_default() + n;
    tx.table_mut(SUM)?.insert(&(), &sum)?;
    match fails {
        true => Err("this one".into()),
        false => Ok(sum),
    }
}

#[stage(key = "all")]
fn all(count: u64, fails: Option<u64>, stage: &Stage) -> Result<u64, BoxError> {
    let sums = stage.run_all((1..=count).map(|n| add(n, fails == Some(n))))?;
    assert_eq!(sums.len() as u64, count);
    let sum = stage.table(SUM)?.get(&())?.unwrap_or_default();
    assert_eq!(sums.last(), Some(&sum));
    Ok(sum)
}

#[test]
fn up_to_64_steps_share_a_commit_and_see_each_other() {
    let storage = storage();
    assert_eq!(session(&storage, all(130, None)).unwrap(), 130 * 131 / 2);
    assert_eq!(storage.commits(), 3);
    assert_eq!(executed().len(), 130);
    assert_eq!(session(&storage, all(130, None)).unwrap(), 130 * 131 / 2);
    assert_eq!((storage.commits(), executed().len()), (0, 0));
    // Appended ones go on where the group ended.
    assert_eq!(session(&storage, all(140, None)).unwrap(), 140 * 141 / 2);
    assert_eq!((storage.commits(), executed().len()), (1, 10));
}

#[test]
fn what_ran_before_a_failure_is_kept() {
    let storage = storage();
    let error = session(&storage, all(100, Some(70))).unwrap_err();
    assert!(error.to_string().contains("add[70]"), "{error}");
    assert_eq!((storage.commits(), executed().len()), (2, 70));
    assert_eq!(session(&storage, all(100, None)).unwrap(), 5050);
    assert_eq!(executed().len(), 31);
}

#[test]
fn a_refused_commit_keeps_none_of_its_group() {
    let storage = storage();
    storage.refuse_from(1);
    let error = session(&storage, all(100, None)).unwrap_err();
    assert_eq!(error.to_string(), "the last 36 steps could not be committed");
    assert_eq!(executed().len(), 100);
    storage.refuse_from(u64::MAX);
    assert_eq!(session(&storage, all(100, None)).unwrap(), 5050);
    assert_eq!(executed().len(), 36);
}

#[stage(key = "all")]
fn nested(stage: &Stage) -> Result<u64, BoxError> {
    let steps = (1..=3).map(|n| {
        // Reads and runs in between see what has run, committed or not.
        let before = stage.table(SUM).unwrap().get(&()).unwrap().unwrap_or_default();
        stage.run(add(10 * n, false)).unwrap();
        let after = stage.table(SUM).unwrap().get(&()).unwrap();
        assert_eq!(after, Some(before + 10 * n));
        add(n, false)
    });
    Ok(stage.run_all(steps)?.into_iter().max().unwrap_or_default())
}

#[test]
fn tasks_between_the_steps_of_a_group_are_in_order() {
    let storage = storage();
    assert_eq!(session(&storage, nested()).unwrap(), 66);
    // Each of those in between is durable when it returns, and the group before it.
    assert_eq!(storage.commits(), 6);
    executed();
    assert_eq!(session(&storage, nested()).unwrap(), 66);
    assert_eq!(executed(), [""; 0]);
}

/// As `all`, in a run of the same name.
mod broken {
    use super::*;

    #[stage(key = "all")]
    pub(super) fn all(stage: &Stage) -> Result<u64, BoxError> {
        stage.run_all((1..=5).map(|n| match n {
            4 => panic!("no more"),
            n => add(n, false),
        }))?;
        Ok(0)
    }
}

#[test]
fn what_ran_before_a_panic_of_the_iterator_is_kept() {
    let storage = storage();
    assert!(matches!(session(&storage, broken::all()), Err(ExecutorError::Stage { .. })));
    assert_eq!((storage.commits(), executed().len()), (1, 3));
    assert_eq!(session(&storage, all(5, None)).unwrap(), 15);
    assert_eq!(executed().len(), 2);
}
