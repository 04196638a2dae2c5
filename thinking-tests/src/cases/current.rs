//! The cases that are running: which one this is about, asked from inside of it.

use std::cell::RefCell;
use std::env;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use thinking_runtime::logging::TARGET_OF_MARKS;
use tracing::Span;
use tracing::span::{EnteredSpan, Id};
use tracing_subscriber::Registry;
use tracing_subscriber::registry::LookupSpan;

use crate::case::Case;
use crate::sidecar::{Event, Sidecar};
use crate::stage::Stage;

thread_local! {
    /// The case that runs on this thread.
    static HERE: RefCell<Option<Arc<Running>>> = const { RefCell::new(None) };
}

/// The cases of the process that have begun and not ended.
static LIVE: Mutex<Vec<Arc<Running>>> = Mutex::new(Vec::new());

/// Returns the case that the caller belongs to, if that is known.
///
/// It is known on the thread of the case, on other threads inside of a span of `tracing` that was
/// made inside the case, and on every thread where the process was started for one case only, as
/// cargo-nextest does. Elsewhere, and in a plain `#[test]`, it is not.
///
/// Costs a look at a variable of the thread, and a lock on other threads.
///
/// ```
/// use std::thread;
/// use thinking_tests::{Stage, current};
///
/// # #[cfg(test)]
/// #[thinking_tests::test(crate = thinking_tests)]
/// fn knows_itself() {
///     let this = current().expect("a case is running");
///     assert!(this.case().name.ends_with("::knows_itself"));
///     assert_eq!(this.stage(), Stage::Run);
///     // What threads say about the case, they say through a handle.
///     thread::spawn(move || this.detail("worker", "began"));
/// }
///
/// assert!(current().is_none());
/// ```
pub fn current() -> Option<CurrentCase> {
    find(spans_around).map(CurrentCase)
}

/// Says something about the running case, for the reports: a seed, a size, a version.
///
/// It appears there with the case, in the order in which it was said; a key may be said several
/// times. Where no case is known (see [`current`]), it is kept with what belongs to none. Without a
/// runner that asks for records nothing happens, and `value` is not even formatted.
///
/// ```
/// use thinking_tests::detail;
///
/// # #[cfg(test)]
/// #[thinking_tests::test(crate = thinking_tests)]
/// fn shuffles() {
///     let seed = 7;
///     detail("seed", seed);
/// }
///
/// detail("seed", 7); // there is nobody to tell
/// ```
pub fn detail(key: &str, value: impl fmt::Display) {
    if let Some(sidecar) = Sidecar::current() {
        let name = current().map_or("", |current| current.case().name);
        sidecar.write(name, Event::Detail { key: key.to_owned(), value: value.to_string() });
    }
}

/// A case that is running; a handle that other threads may have.
#[derive(Debug, Clone)]
pub struct CurrentCase(Arc<Running>);

impl CurrentCase {
    /// Returns what the case is called, where it is written, and how it wants to be run.
    pub fn case(&self) -> &'static Case {
        self.0.case
    }

    /// Returns the stage that it is in.
    pub fn stage(&self) -> Stage {
        self.0.stage()
    }

    /// Says something about the case, as [`detail`] does, from any thread.
    pub fn detail(&self, key: &str, value: impl fmt::Display) {
        if let Some(sidecar) = Sidecar::current() {
            let (key, value) = (key.to_owned(), value.to_string());
            sidecar.write(self.0.case.name, Event::Detail { key, value });
        }
    }
}

/// A case from its begin to its end.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) case: &'static Case,
    /// The directory of its package, for reading its source.
    pub(crate) package: &'static Path,
    pub(crate) started: Instant,
    stage: Mutex<(Stage, Instant)>,
    /// The span that says whose lines those inside are.
    mark: OnceLock<Span>,
    /// The reason of the last `skip`, in case it is caught on its way.
    skip: Mutex<Option<String>>,
}

impl Running {
    pub(crate) fn stage(&self) -> Stage {
        self.stage_since().0
    }

    /// Returns the stage it is in, and since when.
    pub(crate) fn stage_since(&self) -> (Stage, Instant) {
        *lock(&self.stage)
    }

    pub(crate) fn enter(&self, stage: Stage) {
        *lock(&self.stage) = (stage, Instant::now());
    }

    /// Enters a span by which the lines of the case are known on all threads that take it along;
    /// below a log that is not set up yet it would be none.
    pub(crate) fn mark(&self) -> EnteredSpan {
        let span = || tracing::info_span!(target: TARGET_OF_MARKS, "case");
        self.mark.get_or_init(span).clone().entered()
    }

    /// Remembers that the case leaves itself out.
    pub(crate) fn note_skip(&self, reason: &str) {
        *lock(&self.skip) = Some(reason.to_owned());
    }

    /// Returns why the case left itself out since this was last asked.
    pub(crate) fn take_skip(&self) -> Option<String> {
        lock(&self.skip).take()
    }

    fn id(&self) -> Option<Id> {
        self.mark.get()?.id()
    }
}

/// Makes a case the one that runs on this thread, until this is dropped.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) running: Arc<Running>,
    /// A case that calls another one, as tests of this crate do.
    outer: Option<Arc<Running>>,
}

impl Begun {
    pub(crate) fn new(case: &'static Case, package: &'static Path) -> Begun {
        let started = Instant::now();
        let running = Arc::new(Running {
            case,
            package,
            started,
            stage: Mutex::new((Stage::Setup, started)),
            mark: OnceLock::new(),
            skip: Mutex::default(),
        });
        lock(&LIVE).push(running.clone());
        let outer = HERE.replace(Some(running.clone()));
        Begun { running, outer }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        HERE.set(self.outer.take());
        lock(&LIVE).retain(|live| !Arc::ptr_eq(live, &self.running));
    }
}

/// Returns the case that runs on this thread.
pub(crate) fn on_this_thread() -> Option<Arc<Running>> {
    // A thread that ends has no such variable any more, and may log all the same.
    HERE.try_with(|here| here.borrow().clone()).ok().flatten()
}

/// Returns the case that something belongs to: by the spans around it, by its thread, or because
/// the process runs nothing else.
pub(crate) fn find(spans: impl FnOnce() -> Vec<Id>) -> Option<Arc<Running>> {
    let here = on_this_thread();
    let spans = spans();
    let marked = |live: &&Arc<Running>| live.id().is_some_and(|id| spans.contains(&id));
    // On the thread of a case, spans of another one are rare.
    if here.as_ref().is_some_and(|here| marked(&here)) {
        return here;
    }
    let live = lock(&LIVE);
    let only = || live.first().filter(|_| live.len() == 1 && runs_one_test());
    live.iter().find(marked).cloned().or(here).or_else(|| only().cloned())
}

/// Returns the spans that this thread is in, from the innermost.
fn spans_around() -> Vec<Id> {
    let spans = Span::current().with_subscriber(|(id, dispatch)| {
        let registry = dispatch.downcast_ref::<Registry>()?;
        Some(registry.span(id)?.scope().map(|span| span.id()).collect())
    });
    spans.flatten().unwrap_or_default()
}

/// Tells whether the process was started for one test, as cargo-nextest and editors do: only then
/// is a thread that belongs to no case known to be the work of the only one that is live.
fn runs_one_test() -> bool {
    static ONE: OnceLock<bool> = OnceLock::new();
    *ONE.get_or_init(|| asks_for_one(env::args().skip(1)))
}

/// Tells whether the arguments of libtest name one test: `NAME --exact --nocapture`.
fn asks_for_one(arguments: impl Iterator<Item = String>) -> bool {
    let (options, names): (Vec<_>, Vec<_>) = arguments.partition(|text| text.starts_with('-'));
    options.iter().any(|option| option == "--exact") && names.len() == 1
}

/// No code of the program runs under these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
