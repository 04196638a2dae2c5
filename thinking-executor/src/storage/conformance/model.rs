//! Random programs, compared with a map.

use std::collections::BTreeMap;
use std::ops::Bound;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use thinking_injection::BoxError;

use super::checks::every;
use super::{Checked, Suite};
use crate::storage::{Batch, Snapshot, Space, Storage};

const PROGRAMS: u32 = 50;

type Change = (Space, Vec<u8>, Option<Vec<u8>>);
type Model = BTreeMap<(Space, Vec<u8>), Vec<u8>>;

/// Some commits, each with its changes and whether it is relaxed; and whether a crash follows, if
/// it is not.
type Program = Vec<(Vec<Change>, bool, bool)>;

fn programs() -> impl Strategy<Value = Program> {
    // Few keys that are alike, so that programs come back to them.
    let key = || vec(prop_oneof![Just(0_u8), Just(1), Just(0xff)], 0..3);
    let space = prop_oneof![Just(Space::Meta), Just(Space::Steps), Just(Space::State)];
    let value = proptest::option::weighted(0.7, vec(any::<u8>(), 0..20));
    vec((vec((space, key(), value), 0..8), any::<bool>(), any::<bool>()), 1..8)
}

pub(super) fn any_program<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let config = Config { cases: PROGRAMS, failure_persistence: None, ..Config::default() };
    let run = |program| {
        run(suite, program).map_err(|error| TestCaseError::fail(super::chain(error.as_ref())))
    };
    TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    )
    .run(&programs(), run)
    .map_err(|error| error.to_string().into())
}

fn run<S: Storage>(suite: &Suite<'_, S>, program: Program) -> Checked {
    let mut storage = suite.empty()?;
    let mut model = Model::new();
    let mut kept = Vec::new();
    for (changes, relaxed, crashes) in program {
        let mut batch = Batch::new();
        for (space, key, value) in changes {
            match value {
                Some(value) => {
                    batch.put(space, key.clone(), value.clone());
                    model.insert((space, key), value);
                }
                None => {
                    batch.delete(space, key.clone());
                    model.remove(&(space, key));
                }
            }
        }
        if relaxed {
            batch.relax();
        }
        storage.commit(batch)?;
        kept.push((storage.snapshot()?, model.clone()));
        if let Some(crash) = suite.crash.as_ref().filter(|_| crashes && !relaxed) {
            compare_all(&kept)?;
            kept.clear();
            storage = crash(storage)?;
            kept.push((storage.snapshot()?, model.clone()));
        }
    }
    compare_all(&kept)
}

fn compare_all(kept: &[(Box<dyn Snapshot>, Model)]) -> Checked {
    kept.iter().try_for_each(|(snapshot, model)| compare(&**snapshot, model))
}

fn compare(snapshot: &dyn Snapshot, model: &Model) -> Checked {
    for space in Space::ALL {
        let rows = model.iter().filter(|((of, _), _)| *of == space);
        let rows: Vec<_> = rows.map(|((_, key), value)| (key.clone(), value.clone())).collect();
        super::same(space.name(), every(snapshot, space)?, rows.clone())?;
        for (key, value) in &rows {
            super::same("a value", snapshot.get(space, key)?.as_ref(), Some(value))?;
            let until = snapshot.range(space, Bound::Unbounded, Bound::Excluded(key))?;
            let until: Vec<_> = until.collect::<Result<_, _>>()?;
            let expected = rows.iter().filter(|row| row.0 < *key).cloned().collect();
            super::same("the rows before a key", until, expected)?;
        }
    }
    Ok::<(), BoxError>(())
}
