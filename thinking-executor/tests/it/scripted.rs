//! A step that does what a test wrote down for each of its attempts, and the stages around it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use serde::Serialize;
use thinking::{Flow, Signals, Stage, Step, Tx, stage, step};
use thinking_injection::BoxError;
use thiserror::Error;

use crate::clock::{Log, Time};
use crate::lab::{Lab, NUMBERS, add, note};

/// What one attempt does after it wrote its data.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Returns `Ok`.
    Works,
    /// Fails with [`Broken`].
    Breaks(u32),
    /// Fails with an input error that has a cause.
    Io(io::ErrorKind),
    Panics,
    /// Ends the session, to be continued.
    Later,
    /// Lets time pass, at the end of which the log holds a text, and then does something else.
    Takes(Duration, &'static str, Box<Act>),
    /// Raises a signal, and then does something else.
    Signal(i32, Box<Act>),
}

/// An error of the step's own.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("broken: {0}")]
pub(crate) struct Broken(pub(crate) u32);

#[derive(Default)]
struct World {
    script: VecDeque<Act>,
    time: Time,
    log: Log,
    signals: Option<Signals>,
    cancelled: Vec<bool>,
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::default();
}

/// A laboratory with a clock of its own, and with signals that the script can raise.
pub(crate) fn lab(script: &[Act]) -> (Lab, Time) {
    let (mut lab, time) = (Lab::new(), Time::default());
    WORLD.with_borrow_mut(|world| world.time = time.clone());
    lab.options.clock = std::sync::Arc::new(time.clone());
    next(&mut lab, script);
    (lab, time)
}

/// Another session: with a script of its own, and without old signals.
pub(crate) fn next(lab: &mut Lab, script: &[Act]) {
    lab.options.signals = Signals::none();
    WORLD.with_borrow_mut(|world| {
        world.script = script.iter().cloned().collect();
        world.signals = Some(lab.options.signals.clone());
        world.cancelled.clear();
    });
}

/// Lets the script wait for lines of this log.
pub(crate) fn logging_to(log: &Log) {
    WORLD.with_borrow_mut(|world| world.log = log.clone());
}

/// What `tx.cancelled()` said at the end of each attempt.
pub(crate) fn cancelled() -> Vec<bool> {
    WORLD.with_borrow(|world| world.cancelled.clone())
}

pub(crate) fn raise(signal: i32) {
    WORLD.with_borrow(|world| world.signals.iter().for_each(|signals| signals.raise(signal)));
}

/// Sets the total to 7, does what the script says, and returns how many attempts it took.
#[step]
pub(crate) fn scripted(name: String, tx: &mut Tx) -> Result<u32, BoxError> {
    assert!(!name.is_empty());
    note(tx.path().as_str());
    tx.table_mut(NUMBERS)?.insert(&"total".to_owned(), &7)?;
    let act = WORLD.with_borrow_mut(|world| world.script.pop_front()).unwrap();
    let outcome = perform(act);
    let cancelled = tx.cancelled();
    WORLD.with_borrow_mut(|world| world.cancelled.push(cancelled));
    outcome.map(|()| tx.attempt())
}

fn perform(act: Act) -> Result<(), BoxError> {
    match act {
        Act::Works => Ok(()),
        Act::Breaks(n) => Err(Broken(n).into()),
        Act::Io(kind) => Err(io::Error::new(kind, Broken(0)).into()),
        Act::Panics => panic!("out of order"),
        Act::Later => Err(Flow::to_be_continued("the quota is used up").into()),
        Act::Takes(time, line, act) => {
            let (clock, log) = WORLD.with_borrow(|world| (world.time.clone(), world.log.clone()));
            clock.pass(time);
            log.wait_for(line);
            perform(*act)
        }
        Act::Signal(signal, act) => {
            raise(signal);
            perform(*act)
        }
    }
}

/// How the step is executed.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Plan {
    pub(crate) retries: u32,
    pub(crate) timeout: Option<Duration>,
    pub(crate) only_broken: bool,
}

pub(crate) fn planned(name: &str, plan: Plan) -> Step<u32> {
    let second = Duration::from_secs(1);
    let mut step = scripted(name.to_owned()).retries(plan.retries).jitter(false);
    step = step.backoff(second, 3 * second);
    if let Some(limit) = plan.timeout {
        step = step.timeout(limit);
    }
    match plan.only_broken {
        true => step.retry_if(|error| error.is::<Broken>()),
        false => step,
    }
}

/// `add[1]`, then the scripted step in the stage `inner`, then `add[2]`: whose results are the
/// totals.
#[stage(key = "lab")]
pub(crate) fn outer(plan: Plan, stage: &Stage) -> Result<(u32, i64), BoxError> {
    stage.run(add(1))?;
    let attempts = stage.run(inner(plan))?;
    Ok((attempts, stage.run(add(2))?))
}

#[stage(key = "lab")]
fn inner(plan: Plan, stage: &Stage) -> Result<u32, BoxError> {
    Ok(stage.run(planned("s", plan))?)
}
