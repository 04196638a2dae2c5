//! Remembers which settings were read, so that a result can be tied to just those.
//!
//! Every accessor of a [`Config`](crate::Config) reports its key here. A [`Recording`] on the
//! reading thread receives it; a read on a thread that records nothing (a worker that a step
//! spawned) goes to every recording of the same configuration in the process, because missing a
//! read would let a stale result pass, while one read too many only reruns a step.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The settings that were read: `facet.key` and the canonical text of its value.
pub type ReadSet = BTreeMap<String, String>;

type Shared = Mutex<ReadSet>;

thread_local! {
    static ON_THIS_THREAD: RefCell<Vec<(u64, Arc<Shared>)>> = const { RefCell::new(Vec::new()) };
}

static EVERYWHERE: Mutex<Vec<(u64, Weak<Shared>)>> = Mutex::new(Vec::new());

/// The part of a facet's values that knows how to report what is read of them.
#[derive(Debug, Clone)]
pub struct Reads {
    pub(crate) facet: &'static str,
    pub(crate) auxiliary: Arc<Vec<&'static str>>,
    pub(crate) values: Arc<BTreeMap<String, String>>,
    /// Which loaded configuration this is, so that several in one process stay apart.
    pub(crate) source: u64,
}

impl Reads {
    /// Reports that one key was read.
    pub fn key(&self, key: &'static str) {
        if !self.auxiliary.contains(&key) {
            self.report(|reads| self.insert(reads, key));
        }
    }

    /// Reports that any key may have been read.
    pub fn all(&self) {
        self.report(|reads| {
            let keys = || self.values.keys().filter(|key| !self.is_auxiliary(key));
            keys().for_each(|key| self.insert(reads, key));
            // Without the list of keys, one that appears later would go unnoticed.
            let list = keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            reads.insert(format!("{}.*", self.facet), list);
        });
    }

    fn is_auxiliary(&self, key: &str) -> bool {
        self.auxiliary.contains(&key)
    }

    fn insert(&self, reads: &mut ReadSet, key: &str) {
        let value = self.values.get(key).map_or("unset", String::as_str);
        reads.insert(format!("{}.{key}", self.facet), value.to_owned());
    }

    fn report(&self, insert: impl Fn(&mut ReadSet)) {
        let recorded_here = ON_THIS_THREAD.with_borrow(|recordings| {
            recordings
                .iter()
                .filter(|(source, _)| *source == self.source)
                .map(|(_, reads)| insert(&mut lock(reads)))
                .count()
        });
        if recorded_here == 0 {
            let everywhere = EVERYWHERE.lock().unwrap_or_else(PoisonError::into_inner);
            for (source, reads) in everywhere.iter() {
                if let Some(reads) = reads.upgrade().filter(|_| *source == self.source) {
                    insert(&mut lock(&reads));
                }
            }
        }
    }
}

/// Collects the settings that are read while it exists.
///
/// Recordings on one thread nest: each one receives every read. They must end on the thread that
/// started them, innermost first.
#[derive(Debug)]
pub struct Recording {
    reads: Arc<Shared>,
}

impl Recording {
    /// Starts to record the reads of the configuration with this `source`
    /// (see [`Facets::source`](crate::Facets::source)).
    pub fn start(source: u64) -> Self {
        let reads = Arc::new(Shared::default());
        ON_THIS_THREAD.with_borrow_mut(|recordings| recordings.push((source, reads.clone())));
        let mut everywhere = EVERYWHERE.lock().unwrap_or_else(PoisonError::into_inner);
        everywhere.retain(|(_, reads)| reads.strong_count() > 0);
        everywhere.push((source, Arc::downgrade(&reads)));
        Recording { reads }
    }

    /// Ends the recording and returns what was read.
    pub fn finish(self) -> ReadSet {
        std::mem::take(&mut *lock(&self.reads))
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        ON_THIS_THREAD.with_borrow_mut(|recordings| {
            recordings.retain(|(_, reads)| !Arc::ptr_eq(reads, &self.reads));
        });
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

    /// Calls `work`, and lets them receive what it reads on this thread, beside the recordings that
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
    /// assert_eq!(recording.finish()["sizes.batch"], "64");
    /// # Ok(()) }
    /// ```
    pub fn receive<T>(&self, work: impl FnOnce() -> T) -> T {
        struct Leave(usize);
        impl Drop for Leave {
            fn drop(&mut self) {
                ON_THIS_THREAD.with_borrow_mut(|recordings| recordings.truncate(self.0));
            }
        }
        let _leave = ON_THIS_THREAD.with_borrow_mut(|recordings| {
            let before = recordings.len();
            recordings.extend(self.0.iter().cloned());
            Leave(before)
        });
        work()
    }
}

fn lock(reads: &Shared) -> std::sync::MutexGuard<'_, ReadSet> {
    reads.lock().unwrap_or_else(PoisonError::into_inner)
}
