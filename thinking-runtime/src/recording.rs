//! Collects what is used while something runs: settings that are read, tracked helpers that are
//! called.
//!
//! A [`Recording`] on the using thread receives it. What happens on a thread that records nothing
//! (a worker that a step spawned) goes to every recording in the process that it may concern,
//! because missing a use would let a stale result pass, while one too many only reruns a step.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// The settings that were read: `facet.key` and the canonical text of its value.
pub type ReadSet = BTreeMap<String, String>;

/// The tracked functions and `impl` blocks that were used: the name of each and its hash.
pub type Helpers = BTreeMap<String, String>;

/// What a [`Recording`] has collected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The settings that were read.
    pub settings: ReadSet,
    /// The tracked functions that were called, and the tracked blocks.
    pub helpers: Helpers,
}

impl Recorded {
    /// Adds what another recording has collected.
    pub fn extend(&mut self, other: Recorded) {
        self.settings.extend(other.settings);
        self.helpers.extend(other.helpers);
    }

    /// Tells whether nothing was used.
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty() && self.helpers.is_empty()
    }
}

type Shared = Mutex<Recorded>;

thread_local! {
    static ON_THIS_THREAD: RefCell<Vec<(u64, Arc<Shared>)>> = const { RefCell::new(Vec::new()) };
}

static EVERYWHERE: Mutex<Vec<(u64, Weak<Shared>)>> = Mutex::new(Vec::new());

/// Grows when a recording starts or ends.
static GENERATION: AtomicU64 = AtomicU64::new(0);

/// Collects the settings that are read, and the tracked helpers that are called, while it exists.
///
/// Recordings on one thread nest: each one receives every use. They must end on the thread that
/// started them, innermost first.
#[derive(Debug)]
pub struct Recording {
    recorded: Arc<Shared>,
}

impl Recording {
    /// Starts to record the reads of the configuration with this `source`
    /// (see [`Facets::source`](crate::Facets::source)), and the calls of tracked helpers, which
    /// belong to no configuration. `None` records the calls only.
    pub fn start(source: impl Into<Option<u64>>) -> Self {
        let source = source.into().unwrap_or(NO_SOURCE);
        let recorded = Arc::new(Shared::default());
        ON_THIS_THREAD.with_borrow_mut(|recordings| recordings.push((source, recorded.clone())));
        {
            let mut everywhere = lock(&EVERYWHERE);
            everywhere.retain(|(_, recorded)| recorded.strong_count() > 0);
            everywhere.push((source, Arc::downgrade(&recorded)));
        }
        GENERATION.fetch_add(1, Ordering::Release);
        Recording { recorded }
    }

    /// Returns what was used so far.
    pub fn so_far(&self) -> Recorded {
        lock(&self.recorded).clone()
    }

    /// Ends the recording and returns what was used.
    pub fn finish(self) -> Recorded {
        std::mem::take(&mut *lock(&self.recorded))
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        ON_THIS_THREAD.with_borrow_mut(|recordings| {
            recordings.retain(|(_, recorded)| !Arc::ptr_eq(recorded, &self.recorded));
        });
        GENERATION.fetch_add(1, Ordering::Release);
    }
}

/// The recordings of a thread, for other threads that work for it.
#[derive(Debug, Clone)]
pub struct Recorders(Vec<(u64, Arc<Shared>)>);

impl Recorders {
    /// Returns those of this thread.
    pub fn here() -> Self {
        Recorders(ON_THIS_THREAD.with_borrow(Clone::clone))
    }

    /// Calls `work`, and lets them receive what it uses on this thread, beside the recordings that
    /// it has here itself. On the thread that they are of, they would receive everything twice.
    ///
    /// ```
    /// # use thinking_runtime::{Facet, Recorders, Recording, Runtime};
    /// #[derive(serde::Deserialize, Facet)]
    /// #[facet(name = "sizes", crate = thinking_runtime)]
    /// struct Sizes {
    ///     #[facet(default = 64)]
    ///     batch: u32,
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (runtime, _) = Runtime::builder(thinking_modules::main_module!()).environment([]).load();
    /// let sizes = runtime.facets().config::<Sizes>()?;
    /// let recording = Recording::start(runtime.facets().source());
    /// let recorders = Recorders::here();
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| recorders.receive(|| sizes.batch()));
    /// });
    /// assert_eq!(recording.finish().settings["sizes.batch"], "64");
    /// # Ok(()) }
    /// ```
    pub fn receive<T>(&self, work: impl FnOnce() -> T) -> T {
        struct Leave(usize);
        impl Drop for Leave {
            fn drop(&mut self) {
                ON_THIS_THREAD.with_borrow_mut(|recordings| recordings.truncate(self.0));
                GENERATION.fetch_add(1, Ordering::Release);
            }
        }
        let _leave = ON_THIS_THREAD.with_borrow_mut(|recordings| {
            let before = recordings.len();
            recordings.extend(self.0.iter().cloned());
            Leave(before)
        });
        GENERATION.fetch_add(1, Ordering::Release);
        work()
    }
}

/// Stands for no configuration; sources are counted from 1.
const NO_SOURCE: u64 = 0;

/// Lets `insert` note a use: in the recordings of this thread, or if it has none in all of the
/// process. Those of another configuration than `source` do not get it.
pub(crate) fn report(source: Option<u64>, insert: impl Fn(&mut Recorded)) {
    let concerns = |of: u64| source.is_none_or(|source| source == of);
    // A thread that is ending has no recordings any more.
    let recorded_here = ON_THIS_THREAD.try_with(|recordings| {
        let recordings = recordings.borrow();
        let concerned = recordings.iter().filter(|(of, _)| concerns(*of));
        concerned.map(|(_, recorded)| insert(&mut lock(recorded))).count()
    });
    if recorded_here.unwrap_or_default() == 0 {
        for (_, recorded) in lock(&EVERYWHERE).iter().filter(|(of, _)| concerns(*of)) {
            if let Some(recorded) = recorded.upgrade() {
                insert(&mut lock(&recorded));
            }
        }
    }
}

/// Returns a number that is another one after any recording has started or ended. As long as it is
/// the same, a thread's uses go to the same recordings.
pub(crate) fn generation() -> u64 {
    GENERATION.load(Ordering::Acquire)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
