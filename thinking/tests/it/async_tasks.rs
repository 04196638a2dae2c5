//! Steps and stages that are `async`: the same rules, beside plain ones.

use std::cell::Cell;

use thinking::prelude::*;
use thinking_executor::{Options, Store, execute};
use thinking_injection::Container;
use tokio::sync::oneshot;

const NUMBERS: Table<u32, u32> = Table::new("numbers");

thread_local! {
    /// A body runs on the thread that waits for it.
    static RUN: Cell<u32> = const { Cell::new(0) };
}

/// Gets its number from another task.
#[step]
async fn fetch(n: u32, tx: &mut Tx) -> Result<u32> {
    RUN.set(RUN.get() + 1);
    let (sender, receiver) = oneshot::channel();
    tokio::spawn(async move { sender.send(n * 10) });
    let number = receiver.await?;
    tx.table_mut(NUMBERS)?.insert(&n, &number)?;
    match n {
        7 => anyhow::bail!("no seven"),
        _ => Ok(number),
    }
}

#[step]
fn plain(n: u32) -> Result<u32> {
    RUN.set(RUN.get() + 1);
    Ok(n)
}

#[stage]
async fn inner(n: u32, stage: &Stage) -> Result<u32> {
    tokio::task::yield_now().await;
    let sum = stage.run(fetch(n))? + stage.run(plain(n))?;
    tokio::task::yield_now().await;
    Ok(sum + stage.table(NUMBERS)?.get(&n)?.unwrap_or_default())
}

#[stage]
fn experiment(stage: &Stage) -> Result<(u32, bool)> {
    let sum = stage.run(inner(1))? + stage.run(inner(2))?;
    let failed = stage.attempt(fetch(7))?.is_err();
    stage.run(plain(9))?;
    assert_eq!(stage.table(NUMBERS)?.get(&7)?, None);
    Ok((sum, failed))
}

#[test]
fn they_run_beside_plain_ones_and_are_skipped_like_them() {
    let container = Container::builder().build().unwrap();
    let store = Store::in_memory().unwrap();
    for executed in [6, 0] {
        RUN.set(0);
        let found = execute(experiment(), &container, store.clone(), Options::default()).unwrap();
        assert_eq!(found, (10 + 1 + 10 + 20 + 2 + 20, true));
        assert_eq!(RUN.get(), executed);
    }
}

/// Polled as a plain body runs: what it reads and runs is in its seal.
#[stage(sealed)]
async fn prepared(n: u32, stage: &Stage) -> Result<u32> {
    RUN.set(RUN.get() + 100);
    tokio::task::yield_now().await;
    Ok(stage.run(fetch(n))? + stage.run(inner(n + 1))?)
}

#[stage]
async fn with_a_sealed_one(stage: &Stage) -> Result<u32> {
    Ok(stage.run(prepared(1))? + stage.run(plain(5))?)
}

#[test]
fn a_sealed_one_is_skipped_whole() {
    let container = Container::builder().build().unwrap();
    let store = Store::in_memory().unwrap();
    for executed in [104, 0] {
        RUN.set(0);
        let task = with_a_sealed_one();
        let found = execute(task, &container, store.clone(), Options::default()).unwrap();
        assert_eq!(found, 10 + (20 + 2 + 20) + 5);
        assert_eq!(RUN.get(), executed);
    }
}

/// The waiting for a step does not need another thread of the runtime.
#[tokio::test]
async fn an_experiment_may_run_inside_a_runtime() {
    let container = Container::builder().build().unwrap();
    let store = Store::in_memory().unwrap();
    let found = execute(experiment(), &container, store, Options::default()).unwrap();
    assert_eq!(found.0, 63);
}
