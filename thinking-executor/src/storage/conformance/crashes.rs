//! What survives a loss of power.

use super::checks::{every, puts};
use super::{Check, Checked, Suite, same};
use crate::storage::{Row, Space, Storage, StorageError};

/// How often each is tried: what a loss of power leaves is a matter of chance.
const CRASHES: u8 = 20;

pub(super) fn all<'a, S: Storage>() -> Vec<Check<Suite<'a, S>>> {
    vec![
        ("a durable batch survives a crash", durable_ones_survive),
        ("a durable batch brings the relaxed ones before it", durable_ones_bring_all),
        ("a relaxed batch survives as a whole or not at all", relaxed_ones_are_whole),
    ]
}

fn crashed<S: Storage>(suite: &Suite<'_, S>, storage: S) -> Result<Option<S>, StorageError> {
    suite.crash.as_ref().map(|crash| crash(storage)).transpose()
}

fn rows(storage: &impl Storage, space: Space) -> Result<Vec<Row>, StorageError> {
    every(&*storage.snapshot()?, space)
}

/// Also what comes after the crash, crash by crash.
fn durable_ones_survive<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let mut storage = suite.empty()?;
    let mut expected = Vec::new();
    for number in 0..CRASHES {
        let value = vec![number; 1 << number.min(13)];
        storage.commit(puts([(Space::State, &[number][..], &value[..])]))?;
        expected.push((vec![number], value));
        let Some(opened) = crashed(suite, storage)? else {
            return Ok(());
        };
        storage = opened;
        same("the rows", rows(&storage, Space::State)? == expected, true)?;
    }
    Ok(())
}

fn durable_ones_bring_all<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    for number in 0..CRASHES {
        let storage = suite.empty()?;
        for relaxed in 0..3 {
            let mut batch = puts([(Space::Results, &[relaxed][..], &[number][..])]);
            batch.relax();
            storage.commit(batch)?;
        }
        storage.commit(puts([(Space::Steps, &b"last"[..], &[number][..])]))?;
        let Some(storage) = crashed(suite, storage)? else {
            return Ok(());
        };
        same("the durable one", rows(&storage, Space::Steps)?.len(), 1)?;
        let expected = (0..3).map(|relaxed| (vec![relaxed], vec![number])).collect();
        same("the relaxed ones", rows(&storage, Space::Results)?, expected)?;
    }
    Ok(())
}

fn relaxed_ones_are_whole<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    for _ in 0..CRASHES {
        let storage = suite.empty()?;
        storage.commit(puts([(Space::State, &b"durable"[..], &b"v"[..])]))?;
        let keys: Vec<_> = (0..50_u8).map(|number| [number; 40]).collect();
        for space in [Space::Steps, Space::Results] {
            let mut batch = puts(keys.iter().map(|key| (space, &key[..], &key[..])));
            batch.put(Space::Meta, space.name().into(), Vec::new());
            batch.relax();
            storage.commit(batch)?;
        }
        let Some(storage) = crashed(suite, storage)? else {
            return Ok(());
        };
        same("the durable one", rows(&storage, Space::State)?.len(), 1)?;
        let snapshot = storage.snapshot()?;
        let mut before = true;
        for space in [Space::Steps, Space::Results] {
            let there = snapshot.get(Space::Meta, space.name().as_bytes())?.is_some();
            let expected = if there { keys.len() } else { 0 };
            same("rows of the batch", every(&*snapshot, space)?.len(), expected)?;
            same("a batch without the one before it", there && !before, false)?;
            before = there;
        }
    }
    Ok(())
}
