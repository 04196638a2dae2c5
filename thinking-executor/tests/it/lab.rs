//! A laboratory: experiments written as data, run in sessions on one store.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thinking::{
    ExecutorError, FailureView, OnChange, Options, SessionRecord, SessionView, Stage, StageTask,
    StepSummary, Store, Table, Tx, View, ViewError, execute, stage, step,
};
use thinking_dbs::Database;
use thinking_injection::{BoxError, Container};
use thinking_runtime::Config;

use crate::change::Tuning;
use crate::rows::{self, Rows};

pub(crate) const NUMBERS: Table<String, i64> = Table::new("numbers");
pub(crate) const HISTORY: Table<u64, String> = Table::new("history");

/// A part of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Op {
    /// `add[n]`: adds to the total.
    Add(i64),
    /// `scale[n]`: multiplies the total.
    Scale(i64),
    /// `keyed[name]`: adds to the total; the number is no part of the key.
    Keyed(String, i64),
    /// `fragile[n]`: as `Add`, but fails after its writes while the world is [`broken`].
    Fragile(i64),
    /// `flaky[n]`: as `Add`, with two retries; its first so many attempts fail while the world is
    /// [`broken`].
    Flaky(i64, u32),
    /// `tuned`: adds the setting `tuning.depth`; needs a container with a runtime.
    Tuned,
    /// `deep[n]`: as `Tuned`, whatever the number is.
    Deep(i64),
    /// `failing[always]`: always fails; the number is no part of the key.
    Broken(i64),
    /// A nested stage `group[name]`.
    Group(String, Vec<Op>),
    /// A nested stage `sealed[name]`, which is sealed.
    Sealed(String, Vec<Op>),
    /// Runs a task, and goes on if it fails: its result is -1 then.
    Try(Box<Op>),
}

thread_local! {
    static EXECUTED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static RETURNED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static BODIES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static BROKEN: Cell<bool> = const { Cell::new(false) };
}

/// Counts an execution; tasks run on the thread of their test.
pub(crate) fn note(path: &str) {
    // Without the root, which is the same for all.
    let path = path.split_once('/').map_or("", |(_, path)| path);
    EXECUTED.with_borrow_mut(|executed| executed.push(path.to_owned()));
}

/// Counts a run of the body of a sealed stage.
pub(crate) fn note_body(stage: &Stage) {
    let path = stage.path().as_str();
    let path = path.split_once('/').map_or(path, |(_, path)| path);
    BODIES.with_borrow_mut(|bodies| bodies.push(path.to_owned()));
}

/// Returns the paths of the sealed stages whose bodies ran since the last call.
pub(crate) fn bodies() -> Vec<String> {
    BODIES.take()
}

/// Returns the paths of the steps whose bodies ran since the last call.
pub(crate) fn executed() -> Vec<String> {
    EXECUTED.take()
}

/// Returns the paths of the steps that returned `Ok` to their stages since the last call,
/// executed or reused. A sealed stage that was skipped whole has a `/` behind its path.
pub(crate) fn returned() -> Vec<String> {
    RETURNED.take()
}

/// Makes `fragile` steps fail on this thread, or work again.
pub(crate) fn broken(broken: bool) {
    BROKEN.set(broken);
}

pub(crate) fn is_broken() -> bool {
    BROKEN.get()
}

/// Returns a container without components.
pub(crate) fn empty() -> Container {
    Container::builder().build().unwrap()
}

/// Changes the total and writes down how, as a step does that writes to two tables.
fn change(tx: &mut Tx, change: impl Fn(i64) -> i64) -> Result<i64, BoxError> {
    note(tx.path().as_str());
    let key = "total".to_owned();
    let total = change(tx.table(NUMBERS)?.get(&key)?.unwrap_or_default());
    tx.table_mut(NUMBERS)?.insert(&key, &total)?;
    let line = tx.path().to_string();
    let mut history = tx.table_mut(HISTORY)?;
    let next = history.len()?;
    history.insert(&next, &line)?;
    Ok(total)
}

#[step]
pub(crate) fn add(n: i64, tx: &mut Tx) -> Result<i64, BoxError> {
    change(tx, |total| total.wrapping_add(n))
}

#[step]
pub(crate) fn scale(n: i64, tx: &mut Tx) -> Result<i64, BoxError> {
    change(tx, |total| total.wrapping_mul(n))
}

#[step(key = "{name}")]
fn keyed(name: String, n: i64, tx: &mut Tx) -> Result<i64, BoxError> {
    assert!(!name.is_empty());
    change(tx, |total| total.wrapping_add(n))
}

#[step]
fn fragile(n: i64, tx: &mut Tx) -> Result<i64, BoxError> {
    let total = change(tx, |total| total.wrapping_add(n))?;
    match BROKEN.get() {
        true => Err(format!("{n} broke").into()),
        false => Ok(total),
    }
}

#[step(key = "{n}")]
fn flaky(n: i64, failing: u32, tx: &mut Tx) -> Result<i64, BoxError> {
    let total = change(tx, |total| total.wrapping_add(n))?;
    match BROKEN.get() && tx.attempt() <= failing {
        true => Err(format!("{n} broke").into()),
        false => Ok(total),
    }
}

#[step]
fn tuned(tuning: Config<Tuning>, tx: &mut Tx) -> Result<i64, BoxError> {
    change(tx, |total| total + i64::from(tuning.depth()))
}

#[step]
fn deep(n: i64, tuning: Config<Tuning>, tx: &mut Tx) -> Result<i64, BoxError> {
    let _ = n;
    change(tx, |total| total.wrapping_add(tuning.depth().into()))
}

#[step(key = "always")]
fn failing(n: i64, tx: &mut Tx) -> Result<i64, BoxError> {
    note(tx.path().as_str());
    Err(format!("{n} broke").into())
}

#[stage(key = "{name}")]
fn group(name: String, ops: Vec<Op>, stage: &Stage) -> Result<Vec<i64>, BoxError> {
    assert!(!name.is_empty());
    run_all(&ops, stage)
}

#[stage(sealed, key = "{name}")]
fn sealed(name: String, ops: Vec<Op>, stage: &Stage) -> Result<Vec<i64>, BoxError> {
    assert!(!name.is_empty());
    note_body(stage);
    run_all(&ops, stage)
}

/// The experiment of these parts; its run is `experiment[lab]`, whatever they are.
#[stage(key = "lab")]
pub(crate) fn experiment(ops: Vec<Op>, stage: &Stage) -> Result<Vec<i64>, BoxError> {
    run_all(&ops, stage)
}

fn run_all(ops: &[Op], stage: &Stage) -> Result<Vec<i64>, BoxError> {
    let mut results = Vec::new();
    for op in ops {
        match run_one(op, stage) {
            Ok(more) => results.extend(more),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(results)
}

fn run_one(op: &Op, stage: &Stage) -> Result<Vec<i64>, ExecutorError> {
    let total = match op {
        Op::Add(n) => stage.run(add(*n))?,
        Op::Scale(n) => stage.run(scale(*n))?,
        Op::Keyed(name, n) => stage.run(keyed(name.clone(), *n))?,
        Op::Fragile(n) => stage.run(fragile(*n))?,
        Op::Flaky(n, failing) => {
            let flaky = flaky(*n, *failing).retries(2);
            stage.run(flaky.backoff(Duration::ZERO, Duration::ZERO))?
        }
        Op::Tuned => stage.run(tuned())?,
        Op::Deep(n) => stage.run(deep(*n))?,
        Op::Broken(n) => stage.run(failing(*n))?,
        Op::Group(name, ops) => return stage.run(group(name.clone(), ops.clone())),
        Op::Sealed(name, ops) => {
            let before = BODIES.with_borrow(Vec::len);
            let results = stage.run(sealed(name.clone(), ops.clone()))?;
            if BODIES.with_borrow(Vec::len) == before {
                let skipped = format!("{}/sealed[{name}]/", stage.path());
                RETURNED.with_borrow_mut(|returned| returned.push(skipped));
            }
            return Ok(results);
        }
        Op::Try(op) => match run_one(op, stage) {
            Err(ExecutorError::Step { .. } | ExecutorError::Stage { .. }) => return Ok(vec![-1]),
            other => return other,
        },
    };
    // Executed or reused, the stage sees what its last step left.
    RETURNED.with_borrow_mut(|returned| returned.push(path_of(op, stage)));
    let seen = stage.table(NUMBERS)?.get(&"total".to_owned())?;
    assert_eq!(seen, Some(total), "after {op:?}");
    Ok(vec![total])
}

/// The path of a step below a stage.
fn path_of(op: &Op, stage: &Stage) -> String {
    let identity = match op {
        Op::Add(n) => format!("add[{n}]"),
        Op::Scale(n) => format!("scale[{n}]"),
        Op::Keyed(name, _) => format!("keyed[{name}]"),
        Op::Fragile(n) => format!("fragile[{n}]"),
        Op::Flaky(n, _) => format!("flaky[{n}]"),
        Op::Tuned => "tuned".to_owned(),
        Op::Deep(n) => format!("deep[{n}]"),
        Op::Broken(_) => unreachable!("it never returns"),
        Op::Group(..) | Op::Sealed(..) | Op::Try(_) => unreachable!("no step"),
    };
    format!("{}/{identity}", stage.path())
}

/// A store in a directory of its own, and how sessions on it run.
pub(crate) struct Lab {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) options: Options,
}

/// A session that has ended.
#[derive(Debug)]
pub(crate) struct Ran<T> {
    pub(crate) result: Result<T, ExecutorError>,
    /// The paths of the steps whose bodies ran, in order.
    pub(crate) executed: Vec<String>,
}

impl Lab {
    pub(crate) fn new() -> Lab {
        Lab { directory: tempfile::tempdir().unwrap(), options: options(OnChange::Fork) }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.directory.path().join("lab.redb")
    }

    /// Runs an experiment of these parts in a session.
    pub(crate) fn run(&self, ops: &[Op]) -> Ran<Vec<i64>> {
        self.session(experiment(ops.to_vec()))
    }

    /// Runs any experiment in a session without components.
    pub(crate) fn session<T>(&self, task: StageTask<T>) -> Ran<T> {
        self.session_in(task, &empty())
    }

    pub(crate) fn session_in<T>(&self, task: StageTask<T>, container: &Container) -> Ran<T> {
        let database = Database::open("lab", &self.file()).unwrap();
        let store = Store::open(Arc::new(database)).unwrap();
        let result = execute(task, container, store, self.options.clone());
        Ran { result, executed: executed() }
    }

    /// The store, to be changed between sessions.
    pub(crate) fn store(&self) -> Store {
        Store::open(Arc::new(Database::open("lab", &self.file()).unwrap())).unwrap()
    }

    /// All rows of the store between sessions.
    pub(crate) fn rows(&self) -> Rows {
        rows::of_file(&self.file())
    }

    /// The failed attempts that are recorded, decoded, in order.
    pub(crate) fn failures(&self) -> Vec<serde_json::Value> {
        let rows = self.rows();
        let failures = rows.iter().filter(|((table, _), _)| *table == "failures");
        failures.map(|(_, bytes)| rows::opened(bytes)).collect()
    }

    /// What is recorded of the last session.
    pub(crate) fn last_session(&self) -> SessionRecord {
        self.view().runs.remove(0).sessions.pop().unwrap().record
    }

    /// What the store says between sessions.
    pub(crate) fn view(&self) -> Seen {
        Seen::read(&self.file()).unwrap()
    }

    /// The store as commands read it.
    pub(crate) fn open(&self) -> View {
        View::open(&self.file()).unwrap()
    }

    /// The name of the current branch and the paths of its steps, without the root.
    pub(crate) fn branch(&self) -> (String, Vec<String>) {
        let run = self.view().runs.remove(0);
        let relative = |path: String| path.split_once('/').unwrap().1.to_owned();
        (run.branch, run.steps.into_iter().map(|step| relative(step.path)).collect())
    }
}

/// All that a view says of the current branches.
#[derive(Debug, Serialize)]
pub(crate) struct Seen {
    pub(crate) runs: Vec<SeenRun>,
}

/// What a view says of a run.
#[derive(Debug, Serialize)]
pub(crate) struct SeenRun {
    pub(crate) run: String,
    pub(crate) branch: String,
    pub(crate) branches: u64,
    pub(crate) steps: Vec<StepSummary>,
    pub(crate) sessions: Vec<SessionView>,
    pub(crate) failure: Option<FailureView>,
}

impl Seen {
    pub(crate) fn read(path: &Path) -> Result<Seen, ViewError> {
        let view = View::open(path)?;
        let status = view.status()?;
        let mut runs = Vec::new();
        for (run, place) in status.runs.into_iter().zip(view.current()?) {
            let steps = view.steps(&place)?;
            runs.push(SeenRun {
                branch: run.branch,
                branches: run.branches,
                steps: steps.collect::<Result<_, _>>()?,
                sessions: view.sessions(&run.run)?,
                run: run.run,
                failure: run.failure,
            });
        }
        Ok(Seen { runs })
    }
}

pub(crate) fn options(on_change: OnChange) -> Options {
    Options { on_change, rerun_below: Duration::ZERO, ..Options::default() }
}

/// Whether every row of history and state is still what it was.
pub(crate) fn assert_kept(before: &Rows, after: &Rows) {
    for (row, bytes) in before {
        if row.0 != "heads" {
            assert_eq!(after.get(row), Some(bytes), "{row:?}");
        }
    }
}
