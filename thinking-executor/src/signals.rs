//! SIGINT and SIGTERM: the first lets the running step finish, the second ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Handle;
use signal_hook::low_level;

const NONE: i32 = 0;

/// Whether the process was asked to stop.
#[derive(Clone)]
pub struct Signals {
    received: Arc<AtomicI32>,
    listener: Option<Arc<Listener>>,
}

struct Listener(Handle);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Signals {
    /// Listens to the process's signals until the last clone of the value is dropped.
    ///
    /// After the first signal a step may run on for `grace`; then, or at the second signal, the
    /// signal takes its usual effect. What was committed is not lost either way.
    ///
    /// # Errors
    ///
    /// The operating system does not let the process listen.
    pub fn listen(grace: Duration) -> std::io::Result<Signals> {
        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
        let listener = Some(Arc::new(Listener(signals.handle())));
        let received = Arc::new(AtomicI32::new(NONE));
        let shared = received.clone();
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in signals.forever() {
                let first = shared.swap(signal, Ordering::SeqCst) == NONE;
                if !first {
                    end(signal);
                }
                let name = low_level::signal_name(signal).unwrap_or("signal");
                tracing::warn!(
                    "{name}: finishing the running step, for at most {}; a second signal ends it at once",
                    crate::view::duration(grace)
                );
                thread::spawn(move || {
                    thread::sleep(grace);
                    tracing::error!("the running step did not finish in time");
                    end(signal);
                });
            }
        })?;
        Ok(Signals { received, listener })
    }

    /// Listens to nothing.
    pub fn none() -> Signals {
        Signals { received: Arc::new(AtomicI32::new(NONE)), listener: None }
    }

    /// Returns the signal that was received, if one was.
    pub fn received(&self) -> Option<i32> {
        Some(self.received.load(Ordering::SeqCst)).filter(|signal| *signal != NONE)
    }

    /// Behaves as if a signal had been received: for tests and for programs with other reasons
    /// to stop.
    pub fn raise(&self, signal: i32) {
        self.received.store(signal, Ordering::SeqCst);
    }
}

impl std::fmt::Debug for Signals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let listens = self.listener.is_some();
        f.debug_struct("Signals")
            .field("received", &self.received())
            .field("listens", &listens)
            .finish()
    }
}

/// Lets a signal do what it would have done unheard. That cannot fail for these two.
fn end(signal: i32) {
    let _ = low_level::emulate_default_handler(signal);
}
