//! Calls what the program wrote, and tells how it ended, whatever it does.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::case::Case;
use crate::cases::panic_place;
use crate::cases::stage_error::StageError;
use crate::stage::Ending;

/// What a panic carries.
pub(crate) type Payload = Box<dyn Any + Send>;

/// How something ended, and what it carried if it panicked.
pub(crate) struct Attempt {
    pub(crate) ending: Ending,
    pub(crate) payload: Option<Payload>,
}

impl Attempt {
    /// Calls `call`. What goes wrong stands in the output when this returns: a panic by its hook, an
    /// error as std's harness writes it.
    pub(crate) fn of(package: &Path, call: impl FnOnce() -> Result<(), StageError>) -> Attempt {
        let attempt = Attempt::quietly(package, call);
        if attempt.ending.is_failure() && attempt.payload.is_none() {
            say(attempt.ending.reason().unwrap_or_default());
        }
        attempt
    }

    /// As [`of`](Self::of), where somebody else tells of an error.
    pub(crate) fn quietly(
        package: &Path,
        call: impl FnOnce() -> Result<(), StageError>,
    ) -> Attempt {
        // The payload goes on unchanged, so no broken invariant can be observed here.
        match catch_unwind(AssertUnwindSafe(call)) {
            Ok(Ok(())) => Attempt { ending: Ending::Passed, payload: None },
            Ok(Err(error)) => Attempt { ending: error.ending(), payload: None },
            Err(payload) => {
                let ending = panic_place::ending(&*payload, package);
                Attempt { ending, payload: Some(payload) }
            }
        }
    }
}

/// Writes what is wrong with a case where test runners look for it.
#[expect(clippy::print_stderr, reason = "std's harness writes the error of a test there, too")]
pub(crate) fn say(text: &str) {
    // A diagnostic begins so itself.
    let begin = if text.starts_with("error: ") { "" } else { "Error: " };
    eprintln!("{begin}{text}");
}

/// Writes that a case left itself out.
#[expect(clippy::print_stderr, reason = "without a runner nothing else tells it from a passed one")]
pub(crate) fn say_skipped(case: &Case, reason: &str) {
    eprintln!("case `{}` was skipped: {reason}", case.name);
}
