//! Runs experiments on disks that fail and forget, and checks after each crash what is promised.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Debug;
use std::ops::Bound;
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use thinking_dbs::Database;
use thinking_injection::BoxError;
use thiserror::Error;

use crate::clock::{Bell, Clock};
use crate::error::{ExecutorError, StoreError};
use crate::keys;
use crate::state::{Key, StateRows, Table, TableView};
use crate::storage::{Batch, RedbStorage, Snapshot, Space, Storage, StorageError};
use crate::store::{Lineage, Records, Store};
use crate::verify;

mod disk;
mod random;

pub use disk::Disk;
pub use random::Random;

type Check<'a> = Box<dyn Fn(&Recovered) -> Result<(), BoxError> + 'a>;
/// Keys of rows of steps.
type Steps = HashSet<Vec<u8>>;

/// How many sessions of a simulation may fail.
const FAILING_SESSIONS: u64 = 4;
/// The kinds of rows that never change.
const KEPT: [Space; 6] =
    [Space::Steps, Space::Results, Space::Prints, Space::Failures, Space::State, Space::Seals];
/// A branch and a position, at the end of a key.
const PLACE_BYTES: usize = 12;

/// One simulation, which follows from its seed: some sessions, each with a fault at some operation
/// of the disk and a crash, then one without faults.
///
/// After each crash: everything in the store can be read and refers to what is there; each step
/// whose commit returned is recorded, and everything that was recorded before is as it was; no step
/// is recorded twice on a branch. In the end the experiment finishes, with the result and the
/// data of a run without faults, and another session executes nothing.
///
/// Only the database is simulated: artifacts are files in a temporary directory. What an
/// experiment does has to follow from its arguments and its data.
///
/// ```
/// # extern crate thinking_executor as thinking;
/// use thinking_executor::simulator::Simulator;
/// use thinking_executor::{Options, Stage, Table, Tx, execute, stage, step};
/// use thinking_injection::{BoxError, Container};
///
/// const TOTALS: Table<String, u64> = Table::new("totals");
///
/// #[step]
/// fn add(number: u64, tx: &mut Tx) -> Result<u64, BoxError> {
///     let mut totals = tx.table_mut(TOTALS)?;
///     let total = totals.get(&"all".to_owned())?.unwrap_or_default() + number;
///     totals.insert(&"all".to_owned(), &total)?;
///     Ok(total)
/// }
///
/// #[stage]
/// fn sum(stage: &Stage) -> Result<u64, BoxError> {
///     (1..5).try_fold(0, |_, number| Ok(stage.run(add(number))?))
/// }
///
/// let container = Container::builder().build()?;
/// for seed in 0..10 {
///     Simulator::new(seed)
///         .checked_by(|recovered| {
///             let steps = recovered.steps().len() as u64;
///             let total = recovered.table(TOTALS)?.get(&"all".to_owned())?.unwrap_or_default();
///             assert_eq!(total, steps * (steps + 1) / 2);
///             Ok(())
///         })
///         .run(|store| execute(sum(), &container, store, Options::default()))?;
/// }
/// # Ok::<(), BoxError>(())
/// ```
pub struct Simulator<'a> {
    seed: u64,
    check: Check<'a>,
}

/// What a simulation went through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Simulated {
    /// How many sessions had a fault.
    pub faults: u64,
    /// How many steps their commits reported done before it.
    pub acknowledged: u64,
}

/// A promise that was not kept. The same seed shows it again.
#[derive(Debug, Error)]
#[error("the simulation with the seed {seed} failed {when}: {found}")]
#[non_exhaustive]
pub struct SimulationError {
    /// The seed.
    pub seed: u64,
    /// When it was found.
    pub when: &'static str,
    /// What was found.
    pub found: String,
}

/// A store after a crash, on the current branch of its run.
pub struct Recovered {
    steps: Vec<String>,
    snapshot: Rc<dyn Snapshot>,
    lineage: Rc<Lineage>,
}

impl Recovered {
    /// Returns the paths of the recorded steps, in order.
    pub fn steps(&self) -> &[String] {
        &self.steps
    }

    /// Returns a table as the last recorded step left it.
    ///
    /// # Errors
    ///
    /// The table has other types, or the store fails.
    pub fn table<K: Key, V: DeserializeOwned>(
        &self,
        table: Table<K, V>,
    ) -> Result<TableView<K, V>, StoreError> {
        let rows = StateRows {
            snapshot: self.snapshot.clone(),
            lineage: self.lineage.clone(),
            below: u64::MAX,
            overlays: Vec::new(),
        };
        TableView::new(rows, table)
    }
}

impl<'a> Simulator<'a> {
    /// Makes the simulation of a seed.
    pub fn new(seed: u64) -> Simulator<'a> {
        Simulator { seed, check: Box::new(|_| Ok(())) }
    }

    /// Adds a check of a program's own, which is made after each crash: whether the data is what
    /// the recorded steps do.
    pub fn checked_by(
        self,
        check: impl Fn(&Recovered) -> Result<(), BoxError> + 'a,
    ) -> Simulator<'a> {
        Simulator { check: Box::new(check), ..self }
    }

    /// Runs an experiment: `session` executes it once, in the store that it is given.
    ///
    /// # Errors
    ///
    /// The promise that was not kept, or the experiment fails on a disk without faults.
    pub fn run<T: PartialEq + Debug>(
        self,
        session: impl Fn(Store) -> Result<T, ExecutorError>,
    ) -> Result<Simulated, SimulationError> {
        let failed = |when| move |found| SimulationError { seed: self.seed, when, found };
        let directory =
            tempfile::tempdir().map_err(|error| failed("before it began")(error.to_string()))?;
        let undisturbed = Machine::new(Disk::default(), directory.path());
        let expected = undisturbed.session(&session).map_err(failed("without faults"))?;
        let whole = undisturbed.recover().map_err(failed("without faults"))?;
        let data = data(&whole).map_err(failed("without faults"))?;

        let mut random = Random::new(self.seed);
        let mut machine = Machine::new(Disk::default(), directory.path());
        let mut simulated = Simulated::default();
        let mut before = BTreeMap::new();
        for _ in 0..1 + random.below(FAILING_SESSIONS) {
            machine.disk.fail_from(random.below(undisturbed.disk.operations() + 1));
            // How it ends is told by what is left.
            let _ = machine.session(&session);
            simulated.faults += 1;
            let acknowledged = machine.acknowledged();
            simulated.acknowledged += acknowledged.len() as u64;
            machine = Machine::new(machine.disk.crash(&mut random), directory.path());
            before = self
                .after_a_crash(&mut machine, before, &acknowledged)
                .map_err(failed("after a crash"))?;
        }
        let result = machine.session(&session).map_err(failed("after the last fault"))?;
        if result != expected {
            let found = format!("the result is {result:?}, and {expected:?} without faults");
            return Err(failed("after the last fault")(found));
        }
        let recovered = machine.recover().map_err(failed("at the end"))?;
        if self::data(&recovered).map_err(failed("at the end"))? != data {
            let found = "the data is not that of a run without faults".to_owned();
            return Err(failed("at the end")(found));
        }
        machine.session(&session).map_err(failed("in one more session"))?;
        match machine.recover().map_err(failed("in one more session"))?.steps == recovered.steps {
            true => Ok(simulated),
            false => Err(failed("in one more session")("finished steps ran again".to_owned())),
        }
    }

    /// Checks what a crash left; returns the rows of history.
    fn after_a_crash(
        &self,
        machine: &mut Machine<'_>,
        before: Rows,
        acknowledged: &Steps,
    ) -> Result<Rows, String> {
        let storage = match machine.open() {
            Ok(storage) => storage,
            // A database may be lost while it is created; nothing was recorded in it then.
            Err(_) if before.is_empty() && acknowledged.is_empty() => {
                machine.disk = Disk::default();
                return Ok(before);
            }
            Err(error) => return Err(chain(&error)),
        };
        let snapshot = storage.snapshot().map_err(|error| chain(&error))?;
        for key in acknowledged {
            if snapshot.get(Space::Steps, key).map_err(|error| chain(&error))?.is_none() {
                return Err(format!("a step is gone whose commit returned: {}", place(key)));
            }
        }
        let rows = history(&*snapshot).map_err(|error| chain(&error))?;
        if let Some(((space, key), _)) =
            before.iter().find(|(key, row)| rows.get(*key) != Some(*row))
        {
            return Err(format!("a row of {} has changed: {}", space.name(), place(key)));
        }
        drop((snapshot, storage));
        let recovered = machine.recover()?;
        (self.check)(&recovered).map_err(|error| chain(error.as_ref()))?;
        Ok(rows)
    }
}

/// Rows that never change.
type Rows = BTreeMap<(Space, Vec<u8>), Vec<u8>>;

fn history(snapshot: &dyn Snapshot) -> Result<Rows, StorageError> {
    let mut rows = Rows::new();
    for space in KEPT {
        for row in snapshot.range(space, Bound::Unbounded, Bound::Unbounded)? {
            let (key, value) = row?;
            rows.insert((space, key), value);
        }
    }
    Ok(rows)
}

/// What a session left for the next: paths, results, and each table's rows, without the numbers of
/// branches.
fn data(recovered: &Recovered) -> Result<(Vec<String>, Rows), String> {
    let mut rows = Rows::new();
    for segment in &recovered.lineage.segments {
        for space in [Space::Results, Space::State] {
            let all = recovered.snapshot.range(space, Bound::Unbounded, Bound::Unbounded);
            for row in all.map_err(|error| chain(&error))? {
                let (mut key, value) = row.map_err(|error| chain(&error))?;
                let at = key.len().saturating_sub(PLACE_BYTES);
                let place = keys::place_of(&key[at..]);
                let inside = |(branch, position)| {
                    branch == segment.branch && (segment.from..segment.below).contains(&position)
                };
                if place.is_some_and(inside) {
                    key[at..at + 4].fill(0);
                    rows.insert((space, key), value);
                }
            }
        }
    }
    Ok((recovered.steps.clone(), rows))
}

/// A disk, and what was done with it since the last crash.
struct Machine<'a> {
    disk: Disk,
    artifacts: &'a Path,
    committed: Arc<Mutex<Steps>>,
}

impl<'a> Machine<'a> {
    fn new(disk: Disk, artifacts: &'a Path) -> Machine<'a> {
        Machine { disk, artifacts, committed: Arc::default() }
    }

    fn open(&self) -> Result<Watched, StoreError> {
        let database =
            Database::with_backend("simulated", Path::new("simulated"), self.disk.clone());
        let database = database.map_err(StorageError::new)?;
        let storage = RedbStorage::with_clock(Arc::new(database), Arc::<Ticks>::default())?;
        Ok(Watched { storage, relaxed: Mutex::default(), committed: self.committed.clone() })
    }

    fn session<T>(&self, session: impl Fn(Store) -> Result<T, ExecutorError>) -> Result<T, String> {
        let store = self.open().and_then(|s| Store::with_storage(s, self.artifacts.to_owned()));
        session(store.map_err(|error| chain(&error))?).map_err(|error| chain(&error))
    }

    fn acknowledged(&self) -> Steps {
        self.committed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads what is there, which has to be whole.
    fn recover(&self) -> Result<Recovered, String> {
        let read = || {
            let storage = self.open()?;
            let findings = verify::rows_of(&*storage.snapshot()?)?;
            let records = Records::new(storage.snapshot()?);
            let head = records.heads()?.first().map(|(_, head)| *head);
            let lineage = match head {
                Some(head) => records.lineage(head)?,
                None => Lineage { segments: Vec::new() },
            };
            let steps = records.steps(&lineage, 0).map(|step| Ok(step?.1.path.to_string()));
            let steps = steps.collect::<Result<Vec<_>, StoreError>>()?;
            let snapshot = Rc::from(storage.snapshot()?);
            Ok((findings, Recovered { steps, snapshot, lineage: Rc::new(lineage) }))
        };
        let (findings, recovered) = read().map_err(|error: StoreError| chain(&error))?;
        if let Some(finding) = findings.first() {
            return Err(finding.to_string());
        }
        let mut seen = HashSet::new();
        match recovered.steps.iter().find(|path| !seen.insert(*path)) {
            Some(path) => Err(format!("step `{path}` is recorded twice")),
            None => Ok(recovered),
        }
    }
}

/// Goes on by this much whenever it is asked, so that some commits cost two syncs and others one.
const TICK: Duration = Duration::from_millis(400);

/// A clock without time: a simulation follows from its seed alone.
#[derive(Debug, Default)]
struct Ticks(AtomicU32);

impl Clock for Ticks {
    fn now(&self) -> Duration {
        TICK * self.0.fetch_add(1, Ordering::Relaxed)
    }

    fn wait(&self, _: Duration, _: &Bell) {}
}

/// A storage that notes which steps it has taken for good.
struct Watched {
    storage: RedbStorage,
    /// Steps of commits that wait for the next durable one.
    relaxed: Mutex<Steps>,
    committed: Arc<Mutex<Steps>>,
}

impl Storage for Watched {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StorageError> {
        self.storage.snapshot()
    }

    fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        let steps = batch.rows().filter(|(space, ..)| *space == Space::Steps);
        let steps: Steps = steps.map(|(_, key, _)| key.to_vec()).collect();
        let durable = batch.is_durable();
        self.storage.commit(batch)?;
        let mut relaxed = self.relaxed.lock().unwrap_or_else(PoisonError::into_inner);
        relaxed.extend(steps);
        if durable {
            let mut committed = self.committed.lock().unwrap_or_else(PoisonError::into_inner);
            committed.extend(relaxed.drain());
        }
        Ok(())
    }
}

fn place(key: &[u8]) -> String {
    match keys::place_of(key) {
        Some((branch, position)) => format!("position {position} of branch {branch}"),
        None => format!("key {key:?}"),
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
