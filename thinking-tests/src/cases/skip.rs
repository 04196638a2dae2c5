//! A case that leaves itself out while it runs.

use std::panic::resume_unwind;

use crate::cases::current;

/// What unwinds from [`skip`] to the end of the stage.
#[derive(Debug)]
pub(crate) struct Skip {
    pub(crate) reason: String,
}

/// Ends the case that runs on this thread, as one that was left out: it neither passed nor failed.
///
/// It may be called anywhere below a case: in its body, in a function that the body calls, in its
/// setup, in a fixture, in the constructor of a component that the case needs. From a setup on,
/// nothing of the case runs any more; from a body on, its teardown still does. What fails after that
/// makes the case fail.
///
/// The thread unwinds as in a panic, but without the panic hook, and the process does not fail: for
/// `cargo test` and cargo-nextest the case has passed. Reports show it as skipped, with the reason.
/// A case with `#[should_panic(expected = …)]` fails for them, as they do not find that text.
///
/// # Panics
///
/// The calling thread runs no case: it was spawned by one, or runs a plain `#[test]`.
///
/// ```
/// # #[cfg(test)]
/// #[thinking_tests::test(crate = thinking_tests)]
/// fn trains_on_the_gpu() {
///     if std::env::var_os("CUDA_VISIBLE_DEVICES").is_none() {
///         thinking_tests::skip("no GPU");
///     }
/// }
///
/// // Outside of a case there is nothing that could be skipped.
/// assert!(std::panic::catch_unwind(|| thinking_tests::skip("no GPU")).is_err());
/// ```
#[track_caller]
pub fn skip(reason: impl Into<String>) -> ! {
    let reason = reason.into();
    match current::on_this_thread() {
        Some(running) => {
            running.note_skip(&reason);
            resume_unwind(Box::new(Skip { reason }))
        }
        None => panic!(
            "`skip` was called on a thread that runs no case (reason: {reason}); it ends the case of \
             its own thread only: call it in a `#[thinking::test]`, before threads are spawned or \
             after they are joined"
        ),
    }
}
