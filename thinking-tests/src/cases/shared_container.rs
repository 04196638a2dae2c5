//! The container of all cases of a process that share one.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use thinking_injection::Container;

use crate::case::Case;
use crate::cases::bootstrap::Bootstrapped;
use crate::cases::joined::Joined;
use crate::cases::process_end;
use crate::cases::run;
use crate::cases::stage_error::StageError;
use crate::stage::Ending;

static CONTAINER: OnceLock<Result<Container, String>> = OnceLock::new();
static JOINED: Mutex<Joined> = Mutex::new(Joined::new());

/// Returns the shared container; the first who asks has it built, with all components. That is tried
/// once, and others wait meanwhile.
pub(crate) fn get(bootstrapped: Bootstrapped) -> Result<Container, StageError> {
    let build = || {
        let built = bootstrapped.everything().map_err(|error| error.to_string());
        process_end::expect();
        built
    };
    let built = CONTAINER.get_or_init(build);
    built.clone().map_err(|text| StageError::Returned(text.into()))
}

/// Says how a case ended that used it.
pub(crate) fn leave(case: &Case, ending: &Ending) {
    joined().add(case.name, ending);
}

/// Stops its components, when the process ends, and tells them how the cases ended.
pub(crate) fn stop() -> Ending {
    match CONTAINER.get() {
        Some(Ok(container)) => run::stop(container, &joined().outcome()),
        _ => Ending::Passed,
    }
}

fn joined() -> MutexGuard<'static, Joined> {
    JOINED.lock().unwrap_or_else(PoisonError::into_inner)
}
