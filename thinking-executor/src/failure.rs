//! What a task's body fails with: its error as it is, and where it arose if that was captured.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};

use thinking_injection::BoxError;

/// How much of a backtrace is recorded.
const BACKTRACE_CHARS_MAX: usize = 32_768;

/// The error of a task's body. Every error that becomes a [`BoxError`] becomes one by `?`.
pub struct Failure {
    pub(crate) error: BoxError,
    pub(crate) backtrace: Option<String>,
}

impl Failure {
    pub(crate) fn new(error: BoxError, backtrace: &Backtrace) -> Failure {
        Failure { error, backtrace: text(backtrace) }
    }
}

impl<E: Into<BoxError> + 'static> From<E> for Failure {
    fn from(error: E) -> Failure {
        let mut slot = Some(error);
        let any: &mut dyn Any = &mut slot;
        // An `anyhow::Error` becomes a box of a private type, in which nobody finds the error that
        // it was made of. It has a way to give that one out, and its backtrace.
        let anyhow = any.downcast_mut::<Option<anyhow::Error>>().and_then(Option::take);
        let backtrace = anyhow.as_ref().and_then(|error| text(error.backtrace()));
        let unwrapped = anyhow.map(|e| e.reallocate_into_boxed_dyn_error_without_backtrace());
        let error = unwrapped.or(slot.map(Into::into)).unwrap_or_else(|| "unknown".into());
        Failure { error, backtrace }
    }
}

fn text(backtrace: &Backtrace) -> Option<String> {
    if backtrace.status() != BacktraceStatus::Captured {
        return None;
    }
    let text = backtrace.to_string();
    Some(match text.char_indices().nth(BACKTRACE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    })
}
