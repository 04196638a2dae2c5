//! The simulator runs the laboratory's programs, and finds a promise that is not kept.

use thinking::simulator::{Simulated, Simulator};
use thinking::{ExecutorError, OnChange, Store, execute};

use crate::lab::{HISTORY, NUMBERS, Op, empty, experiment, options};

const SEEDS: u64 = 30;

fn session(store: Store) -> Result<Vec<i64>, ExecutorError> {
    let ops =
        vec![Op::Add(1), Op::Sealed("s".to_owned(), vec![Op::Scale(3), Op::Add(2)]), Op::Add(4)];
    execute(experiment(ops), &empty(), store, options(OnChange::Fork))
}

#[test]
fn the_laboratory_keeps_its_promises() {
    let mut all = Simulated::default();
    for seed in 0..SEEDS {
        let simulator = Simulator::new(seed).checked_by(|recovered| {
            assert_eq!(recovered.table(HISTORY)?.len()?, recovered.steps().len() as u64);
            let totals = [None, Some(1), Some(3), Some(5), Some(9)];
            let total = recovered.table(NUMBERS)?.get(&"total".to_owned())?;
            assert_eq!(total, totals[recovered.steps().len()]);
            Ok(())
        });
        let simulated = simulator.run(session).unwrap();
        all.faults += simulated.faults;
        all.acknowledged += simulated.acknowledged;
    }
    assert!(all.faults >= SEEDS && all.acknowledged > SEEDS, "{all:?}");
}

#[test]
fn what_is_not_kept_is_said_with_the_seed() {
    let check = |_: &_| Err("the data is wrong".into());
    let error = Simulator::new(7).checked_by(check).run(session).unwrap_err();
    let message = "the simulation with the seed 7 failed after a crash: the data is wrong";
    assert_eq!(error.to_string(), message);

    // An experiment whose result is another one each time.
    let count = std::cell::Cell::new(0);
    let another = |store| {
        session(store)?;
        count.set(count.get() + 1);
        Ok(count.get())
    };
    let error = Simulator::new(7).run(another).unwrap_err().to_string();
    assert!(error.contains("failed after the last fault: the result is"), "{error}");
}
