//! Panics of tasks as errors, with their places.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use thiserror::Error;

use crate::failure::Failure;

/// The error of a task that panicked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("panic{}: {message}", .place.as_ref().map(|place| format!(" at {place}")).unwrap_or_default())]
pub struct Panicked {
    /// What the panic said.
    pub message: String,
    /// The file, line and column; unknown if the program has replaced the executor's panic hook.
    pub place: Option<String>,
}

/// Where a panic happened.
struct Origin {
    place: Option<String>,
    backtrace: Backtrace,
}

thread_local! {
    /// How many bodies of tasks this thread is in.
    static INSIDE: Cell<u32> = const { Cell::new(0) };
    /// The last panic inside one.
    static ORIGIN: RefCell<Option<Origin>> = const { RefCell::new(None) };
}

/// Runs a task's body; a panic is its failure.
pub(crate) fn caught<T>(run: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    listen();
    // One that the body of the task around it caught by itself is nobody's any more.
    ORIGIN.take();
    INSIDE.set(INSIDE.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(run));
    INSIDE.set(INSIDE.get() - 1);
    result.unwrap_or_else(|payload| Err(failure(&*payload, ORIGIN.take())))
}

/// Adds to the process's panic hook, once: only a hook knows where a panic happened.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if INSIDE.get() > 0 {
                let place = info.location().map(ToString::to_string);
                ORIGIN.set(Some(Origin { place, backtrace: Backtrace::capture() }));
            }
            before(info);
        }));
    });
}

fn failure(payload: &(dyn Any + Send), origin: Option<Origin>) -> Failure {
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    let message = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
    match origin {
        Some(Origin { place, backtrace }) => {
            Failure::new(Panicked { message, place }.into(), &backtrace)
        }
        None => Panicked { message, place: None }.into(),
    }
}
