//! Who hears each line that `capture` of `logs.toml` takes, as it is logged.

use std::sync::OnceLock;

use tracing::span::Id;

use super::captured_log::LogLine;

/// How many bytes a text of a line may have; what is more is left out and counted.
pub(super) const TEXT_BYTES_MAX: usize = 1 << 20;

type Listener = Box<dyn Fn(LogLine, &[Id]) + Send + Sync>;

static LISTENER: OnceLock<Listener> = OnceLock::new();

/// Lets `listener` hear each line of the process that `capture` of `logs.toml` takes, and returns
/// whether it will: only the first one does.
///
/// It is called on the thread that logs, before anything else goes on there, so it may not log
/// itself. With the line it gets the ids of the spans around it, from the innermost, with those of
/// the target [`TARGET_OF_MARKS`](super::TARGET_OF_MARKS), which nothing shows.
///
/// As with a [`Capture`](super::Capture), only lines below the subscriber that
/// [`install`](super::install) sets up are heard; it may come before or after. Each of them costs
/// its formatting and the call.
///
/// ```
/// # extern crate thinking_runtime as thinking;
/// use std::sync::{Arc, Mutex};
/// use thinking::Runtime;
/// use thinking::logging::{self, Setup, TARGET_OF_MARKS};
///
/// # fn main() {
/// let (runtime, _) = Runtime::builder(thinking_modules::main_module!()).load();
/// let _logging = logging::install(Setup { files: false, ..Setup::of(&runtime) });
///
/// let heard = Arc::new(Mutex::new(Vec::new()));
/// let here = heard.clone();
/// assert!(logging::listen(move |line, spans| {
///     here.lock().unwrap().push((line.message, line.spans, spans.to_vec()));
/// }));
///
/// let mark = tracing::info_span!(target: TARGET_OF_MARKS, "mine");
/// mark.in_scope(|| tracing::info_span!("epoch").in_scope(|| tracing::info!(loss = 0.5, "learned")));
/// let (message, shown, spans) = heard.lock().unwrap().remove(0);
/// assert_eq!((&*message, &*shown), ("learned loss=0.5", "epoch"));
/// assert_eq!(spans.last(), mark.id().as_ref());
/// # }
/// ```
pub fn listen(listener: impl Fn(LogLine, &[Id]) + Send + Sync + 'static) -> bool {
    LISTENER.set(Box::new(listener)).is_ok()
}

/// Returns the listener, if there is one.
pub(super) fn current() -> Option<&'static Listener> {
    LISTENER.get()
}
