//! Names constructors and hooks in the log that take long, while they do.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use once_cell::sync::OnceCell;

use crate::component::Component;
use crate::container::lock;

/// Looks at what is constructed, started or stopped from a thread of its own, which begins with the
/// first that has a limit. A limit ends nothing: what hangs can only be named.
pub(crate) struct Watch {
    limit: Option<Duration>,
    thread: OnceCell<Watcher>,
}

struct Watcher {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// By numbers, in the order in which they began.
    running: BTreeMap<u64, Running>,
    begun: u64,
    over: bool,
}

struct Running {
    component: String,
    /// What is done with it: `constructed`.
    done: &'static str,
    since: Instant,
    limit: Duration,
    /// How much of the limit was gone when it was last named.
    named: Named,
}

#[derive(PartialEq)]
enum Named {
    NotYet,
    AtHalf,
    AtTheLimit,
}

impl Watch {
    /// Watches components without a limit of their own with this one, if there is one.
    pub(crate) fn new(limit: Option<Duration>) -> Self {
        Watch { limit, thread: OnceCell::new() }
    }

    /// Runs a constructor or hook under watch.
    pub(crate) fn during<T>(
        &self,
        component: &Component,
        done: &'static str,
        run: impl FnOnce() -> T,
    ) -> T {
        let Some(limit) = component.limit.or(self.limit) else { return run() };
        let shared = &self.thread.get_or_init(Watcher::begin).shared;
        let (component, since) = (component.path().to_owned(), Instant::now());
        let number = shared.begin(Running { component, done, since, limit, named: Named::NotYet });
        let result = run();
        lock(&shared.state).running.remove(&number);
        result
    }
}

impl Watcher {
    fn begin() -> Watcher {
        let shared = Arc::new(Shared::default());
        let watched = shared.clone();
        // A subscriber of this thread only is that of what is watched, too.
        let log = tracing::dispatcher::get_default(Clone::clone);
        let watch = move || tracing::dispatcher::with_default(&log, || watched.watch());
        // Without a thread nothing is named, and nothing else is lost.
        let thread = std::thread::Builder::new().name("hook watch".to_owned()).spawn(watch).ok();
        Watcher { shared, thread }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        lock(&self.shared.state).over = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // It does not panic, and nobody is told if it does.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn begin(&self, running: Running) -> u64 {
        let mut state = lock(&self.state);
        state.begun += 1;
        let number = state.begun;
        state.running.insert(number, running);
        drop(state);
        self.changed.notify_one();
        number
    }

    fn watch(&self) {
        let mut state = lock(&self.state);
        while !state.over {
            let wait = state.running.values_mut().filter_map(Running::look).min();
            state = match wait {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(wait) => {
                    let waited = self.changed.wait_timeout(state, wait);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

impl Running {
    /// Names it if it is time to, and returns how long to wait for the next look; `None` if there is
    /// none.
    fn look(&mut self) -> Option<Duration> {
        let Running { component, done, limit, .. } = self;
        let gone = self.since.elapsed();
        let (limit_s, gone_s) = (limit.as_secs_f64(), gone.as_secs_f64());
        if gone >= *limit {
            if self.named != Named::AtTheLimit {
                tracing::error!(
                    "`{component}` is still not {done} after {gone_s:.1} s; its limit is {limit_s:.1} s"
                );
                self.named = Named::AtTheLimit;
            }
            return None;
        }
        if gone < *limit / 2 {
            return Some(*limit / 2 - gone);
        }
        if self.named == Named::NotYet {
            tracing::warn!(
                "`{component}` is not {done} yet; half of its limit of {limit_s:.1} s is gone"
            );
            self.named = Named::AtHalf;
        }
        Some(*limit - gone)
    }
}
