//! What is left to do when the process ends: shared fixtures and the shared container.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use thinking_runtime::logging;

use crate::cases::{panic_place, shared_container, shared_fixtures};
use crate::sidecar::{Event, Sidecar};
use crate::stage::Ending;

/// Whether anything is left.
static EXPECTED: AtomicBool = AtomicBool::new(false);

/// Says that something will be left.
pub(crate) fn expect() {
    EXPECTED.store(true, Ordering::Relaxed);
}

dtor::declarative::dtor! {
    /// Tears down what cases shared. It runs after `main` and at `std::process::exit`, when threads
    /// and locks still work; not after an abort.
    #[dtor(unsafe)]
    fn teardown_at_exit() {
        if EXPECTED.swap(false, Ordering::Relaxed) {
            // The variables of this thread are gone already, those of a new one are not.
            let ended = thread::Builder::new().name("teardown".to_owned()).spawn(teardown);
            if ended.map(thread::JoinHandle::join).is_ok_and(|joined| joined.is_ok()) {
                return;
            }
            let _ = io::stderr().write_all(b"what the cases shared was not torn down\n");
        }
    }
}

fn teardown() {
    panic_place::watch_again();
    for (fixture, ending) in shared_fixtures::teardown_all() {
        report(&format!("fixture `{}`", fixture.name), &fixture.place.to_string(), ending);
    }
    let stopped = shared_container::stop();
    if stopped.is_failure() {
        report("the shared container", "", stopped);
    }
    logging::flush();
}

/// Tells of a failure that belongs to no case.
fn report(what: &str, place: &str, ending: Ending) {
    let reason = ending.reason().unwrap_or_default();
    let at = if place.is_empty() { String::new() } else { format!(" ({place})") };
    // Nobody is left to hear of an error.
    let _ = writeln!(io::stderr(), "error: {what}{at} was not torn down: {reason}");
    if let Some(sidecar) = Sidecar::current() {
        let (what, place) = (what.to_owned(), place.to_owned());
        sidecar.write("", Event::Leftover { what, place, ending });
    }
}
