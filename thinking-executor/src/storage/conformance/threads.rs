//! What threads see of each other: whole batches, in the order of their commits.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use thinking_injection::BoxError;

use super::checks::{every, puts};
use super::{Check, Checked, Suite, same};
use crate::storage::{Space, Storage};

const COMMITS: u32 = 100;
const READERS: usize = 3;
/// Of kinds that an implementation may keep in different places.
const PLACES: [(Space, &[u8]); 3] =
    [(Space::Steps, b"a"), (Space::Results, b"b"), (Space::State, b"c")];

pub(super) fn all<'a, S: Storage>() -> Vec<Check<Suite<'a, S>>> {
    vec![
        ("other threads see the whole of a batch or nothing", whole_batches),
        ("threads that commit wait for each other", no_batch_is_lost),
    ]
}

fn whole_batches<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = suite.empty()?;
    let done = AtomicBool::new(false);
    let read = || {
        let mut before = 0;
        // Once more after the end, so that each reader has seen something.
        loop {
            let last = done.load(Ordering::Acquire);
            let snapshot = storage.snapshot()?;
            let numbers = PLACES.map(|(space, key)| snapshot.get(space, key));
            let [a, b, c] = numbers.map(|number| Ok::<_, BoxError>(number?.map(number_of)));
            let (a, b, c) = (a?, b?, c?);
            if a != b || b != c {
                return Err(format!("parts of different batches: {a:?}, {b:?}, {c:?}").into());
            }
            let now = a.unwrap_or_default();
            if now < before {
                return Err(format!("commit {now} after commit {before}").into());
            }
            before = now;
            if last {
                return same("the last commit", now, COMMITS);
            }
        }
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(read)).collect();
        let written = (1..=COMMITS).try_for_each(|number| {
            let number = number.to_be_bytes();
            let mut batch = puts(PLACES.map(|(space, key)| (space, key, &number[..])));
            batch.relax();
            storage.commit(batch)
        });
        done.store(true, Ordering::Release);
        for reader in readers {
            reader.join().map_err(|_| "a reader panicked")??;
        }
        Ok(written?)
    })
}

fn number_of(bytes: Vec<u8>) -> u32 {
    bytes.try_into().map_or(u32::MAX, u32::from_be_bytes)
}

fn no_batch_is_lost<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = suite.empty()?;
    thread::scope(|scope| {
        let write = |writer: u32| {
            let storage = &storage;
            move || {
                (0..COMMITS).try_for_each(|number| {
                    let key = [writer.to_be_bytes(), number.to_be_bytes()].concat();
                    let mut batch = puts([(Space::State, &key[..], &b"v"[..])]);
                    batch.relax();
                    storage.commit(batch)
                })
            }
        };
        let writers: Vec<_> = (0..READERS as u32).map(|n| scope.spawn(write(n))).collect();
        for writer in writers {
            writer.join().map_err(|_| "a writer panicked")??;
        }
        let rows = every(&*storage.snapshot()?, Space::State)?.len();
        same("how many rows there are", rows, READERS * COMMITS as usize)
    })
}
