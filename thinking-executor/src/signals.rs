//! SIGINT, SIGTERM, and what a scheduler sends: the first lets the running step finish, the second ends the process.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;
use std::{io, thread};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator;
use signal_hook::low_level;
use thinking_runtime::logging;

use crate::clock::Bell;

mod name;

pub use name::SignalName;

const NONE: i32 = 0;

/// Those who listen. A signal that nobody listens to takes its usual effect.
static LISTENERS: Mutex<Vec<Weak<State>>> = Mutex::new(Vec::new());

/// Whether the process was asked to stop.
#[derive(Debug, Clone)]
pub struct Signals {
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    /// What it listens to.
    heard: Vec<i32>,
    received: AtomicI32,
    /// Rings with the first signal.
    bell: Bell,
    grace: Duration,
}

impl Signals {
    /// Listens to SIGINT, SIGTERM and `more` signals until the last clone of the value is dropped.
    ///
    /// After the first signal a step may run on for `grace`; then, or at the second signal, the
    /// signal takes its usual effect. What was committed is not lost either way.
    ///
    /// # Errors
    ///
    /// The operating system does not let the process listen.
    pub fn listen(grace: Duration, more: &[SignalName]) -> io::Result<Signals> {
        let heard = [SIGINT, SIGTERM].into_iter().chain(more.iter().map(|name| name.number()));
        let heard: Vec<_> = heard.collect();
        install(&heard)?;
        let state = Arc::new(State::new(heard, grace));
        let mut listeners = LISTENERS.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| listener.strong_count() > 0);
        listeners.push(Arc::downgrade(&state));
        Ok(Signals { state })
    }

    /// Listens to nothing.
    pub fn none() -> Signals {
        Signals { state: Arc::new(State::new(Vec::new(), Duration::ZERO)) }
    }

    /// Returns the signal that was received, if one was.
    pub fn received(&self) -> Option<i32> {
        Some(self.state.received.load(Ordering::SeqCst)).filter(|signal| *signal != NONE)
    }

    /// Behaves as if a signal had been received: for tests and for programs with other reasons
    /// to stop. Any but SIGINT and SIGTERM gives the exit code of what is to be continued.
    pub fn raise(&self, signal: i32) {
        self.state.receive(signal);
    }

    /// Returns what ends a wait when a signal comes.
    pub(crate) fn bell(&self) -> &Bell {
        &self.state.bell
    }
}

impl State {
    fn new(heard: Vec<i32>, grace: Duration) -> State {
        State { heard, received: AtomicI32::new(NONE), bell: Bell::default(), grace }
    }

    /// Returns whether it is the first signal.
    fn receive(&self, signal: i32) -> bool {
        let first = self.received.swap(signal, Ordering::SeqCst) == NONE;
        self.bell.ring();
        first
    }
}

/// Takes the signals over, each once per process: the system's own handlers do not come back when
/// one stops to listen, so the thread stays and plays their part.
fn install(heard: &[i32]) -> io::Result<()> {
    static INSTALLED: OnceLock<io::Result<iterator::Handle>> = OnceLock::new();
    let installed = INSTALLED.get_or_init(|| {
        let mut signals = iterator::Signals::new([SIGINT, SIGTERM])?;
        let handle = signals.handle();
        let listen = move || signals.forever().for_each(receive);
        thread::Builder::new().name("signals".to_owned()).spawn(listen)?;
        Ok(handle)
    });
    let copy = |error: &io::Error| io::Error::new(error.kind(), error.to_string());
    let handle = installed.as_ref().map_err(copy)?;
    heard.iter().try_for_each(|signal| handle.add_signal(*signal))
}

fn receive(signal: i32) {
    let listeners: Vec<_> = {
        let listeners = LISTENERS.lock().unwrap_or_else(PoisonError::into_inner);
        let listeners = listeners.iter().filter_map(Weak::upgrade);
        listeners.filter(|listener| listener.heard.contains(&signal)).collect()
    };
    let all_first = |state: &Arc<State>| state.receive(signal);
    if listeners.is_empty() || !listeners.iter().all(all_first) {
        end(signal);
        return;
    }
    for state in listeners {
        let (grace, listener) = (state.grace, Arc::downgrade(&state));
        tracing::warn!(
            "{}: finishing the running step, for at most {}; a second signal ends it at once",
            low_level::signal_name(signal).unwrap_or("signal"),
            crate::view::duration(grace)
        );
        thread::spawn(move || {
            thread::sleep(grace);
            // A session that ended meanwhile was in time.
            if listener.upgrade().is_some() {
                tracing::error!("the running step did not finish in time");
                end(signal);
            }
        });
    }
}

/// Lets a signal do what it would have done unheard. That cannot fail for those that are heard.
fn end(signal: i32) {
    // Nothing runs after it that would write the lines of the log.
    logging::flush();
    let _ = low_level::emulate_default_handler(signal);
}
