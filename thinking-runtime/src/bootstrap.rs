//! The runtime of the process, and its whole start for programs without the facade.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use thinking_modules::MainModule;
use thiserror::Error;

use crate::action::{ActionError, joined};
use crate::diagnostic::Diagnostic;
use crate::{Runtime, StartReport};

static CURRENT: OnceLock<Arc<Runtime>> = OnceLock::new();

/// Why a process could not be started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BootstrapError {
    /// The configuration, or what actions declare, is wrong. Only the log was set up.
    #[error("{}", joined(.diagnostics))]
    Mistakes {
        /// One message per mistake.
        diagnostics: Vec<Diagnostic>,
    },

    /// An action failed.
    #[error(transparent)]
    Action(#[from] ActionError),
}

/// Starts the process: finds the root, recognises the profiles, prepares the actions, loads every
/// facet, sets up the log and performs the actions.
///
/// For programs without the facade, whose `#[thinking::main]` does the same. The mode follows from
/// `main`: tests in a test binary, an application otherwise. A second call returns
/// the runtime of the first, from every thread; one from inside an action does, too.
///
/// ```
/// extern crate thinking_runtime as thinking;
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use thinking::{Config, Facet, Prepare, Runtime, action};
///
/// #[derive(Debug, serde::Deserialize, Facet)]
/// #[facet(name = "threads")]
/// struct Threads {
///     count: u32,
/// }
///
/// static COUNT: AtomicU32 = AtomicU32::new(0);
///
/// /// Limits the threads of the numeric library.
/// #[action(prepare = default_threads)]
/// fn limit_threads(threads: Config<Threads>) {
///     COUNT.store(threads.count(), Ordering::Relaxed);
/// }
///
/// fn default_threads(prepare: &mut Prepare<'_>) {
///     prepare.default("threads.count", 4);
/// }
///
/// fn main() -> Result<(), thinking::BootstrapError> {
///     let runtime = thinking::bootstrap(thinking_modules::main_module!())?;
///     assert_eq!(COUNT.load(Ordering::Relaxed), 4);
///     assert_eq!(Runtime::current().unwrap().session(), runtime.session());
///     Ok(())
/// }
/// ```
///
/// # Errors
///
/// - [`BootstrapError::Mistakes`]: no action was performed, except that the log is set up.
/// - [`BootstrapError::Action`]: actions before the one that failed were performed. There is a
///   [`Runtime::current`] in this case only, as they may have used it.
pub fn bootstrap(main: MainModule) -> Result<Arc<Runtime>, BootstrapError> {
    static STARTING: Mutex<()> = Mutex::new(());
    // Before the lock: an action that is being performed may ask.
    if let Some(runtime) = CURRENT.get() {
        runtime.perform()?;
        return Ok(runtime.clone());
    }
    let starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = match CURRENT.get() {
        Some(runtime) => runtime.clone(),
        None => {
            let (runtime, diagnostics) = Runtime::builder(main).mode(main.mode()).load();
            let runtime = Arc::new(runtime);
            runtime.perform_built_in()?;
            if !diagnostics.is_empty() {
                return Err(BootstrapError::Mistakes { diagnostics });
            }
            runtime.make_current();
            runtime
        }
    };
    drop(starting);
    let result = runtime.perform();
    if StartReport::is_logged() {
        runtime.report().log();
    }
    result?;
    Ok(runtime)
}

impl Runtime {
    /// Returns the runtime of this process, if it has one already: that of `#[thinking::main]` or
    /// of [`bootstrap`]; in a test binary that of the first injected test.
    pub fn current() -> Option<Arc<Runtime>> {
        CURRENT.get().cloned()
    }

    /// Makes this the runtime of the process, which [`current`](Self::current) returns, and tells
    /// whether it is; the first one stays.
    pub fn make_current(self: &Arc<Self>) -> bool {
        Arc::ptr_eq(CURRENT.get_or_init(|| self.clone()), self)
    }
}
