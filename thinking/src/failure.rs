//! How a program says why it ends, and with which exit code.

use std::error::Error as StdError;
use std::io::Write;

use serde::Serialize;
use thinking_dbs::DatabaseError;
use thinking_executor::{
    BranchError, CodecError, Divergence, ExecutorError, ExportError, Flow, Reason, StoreError,
    ViewError,
};
use thinking_injection::{ContainerError, Outcome};
use thinking_runtime::{Diagnostic, Severity, console, exit_code, logging};

use crate::{Error, UsageError};

/// Prints diagnostics to standard error, with colours on a terminal, or as one JSON document:
/// `{ "mistakes": […] }` with each [`Diagnostic`] as it serialises.
pub(crate) fn report(diagnostics: &[Diagnostic], json: bool) {
    show(diagnostics, json);
    if json {
        return;
    }
    let errors = diagnostics.iter().filter(|d| d.severity() == Severity::Error).count();
    match errors {
        1 => print("1 mistake; nothing was started\n"),
        _ => print(&format!("{errors} mistakes; nothing was started\n")),
    }
}

/// Prints diagnostics without saying what follows from them.
pub(crate) fn show(diagnostics: &[Diagnostic], json: bool) {
    if json {
        print(&json_text(&Mistakes { mistakes: diagnostics }));
        return;
    }
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&diagnostic.render(true));
        text.push_str("\n\n");
    }
    print(&text);
}

#[derive(Serialize)]
struct Mistakes<'a> {
    mistakes: &'a [Diagnostic],
}

/// Renders a document for tools, with its keys in the order in which they are declared.
pub(crate) fn json_text(document: &impl Serialize) -> String {
    match serde_json::to_string_pretty(document) {
        Ok(text) => format!("{text}\n"),
        Err(error) => format!("{}\n", serde_json::json!({ "error": error.to_string() })),
    }
}

/// Prints why a program ends with an error. A diagnostic is printed as it is.
pub(crate) fn report_end(error: &Error, json: bool) {
    match diagnostic(error) {
        Some(diagnostic) if json => show(std::slice::from_ref(diagnostic), json),
        Some(diagnostic) => print(&format!("{}\n", diagnostic.render(true))),
        None => report_error(error),
    }
}

/// Prints an error with its causes to standard error.
pub(crate) fn report_error(error: &Error) {
    let ended = executor_error(error);
    let continued = matches!(outcome(error), Outcome::ToBeContinued(_));
    let mut text = match continued {
        // An end in order is no error.
        true => String::new(),
        false => String::from("\u{1b}[1m\u{1b}[91merror\u{1b}[0m: "),
    };
    let mut causes = Vec::new();
    // Who else uses a database says enough; that a component needs it does not help.
    let in_use = in_use(error).is_some();
    for cause in error.chain().skip_while(|cause| in_use && !is_in_use(*cause)) {
        let diagnostic = match cause.downcast_ref::<ContainerError>() {
            Some(error) => error.diagnostic(),
            None => cause.downcast_ref::<Diagnostic>().cloned(),
        };
        let cause = diagnostic.as_ref().map_or_else(|| cause.to_string(), unmarked);
        // Errors that only pass on what their source says would repeat it.
        if causes.last() != Some(&cause) {
            causes.push(cause);
        }
    }
    for (index, cause) in causes.iter().enumerate() {
        let mark = if index == 0 { "" } else { "  caused by: " };
        text.push_str(&format!("{mark}{cause}\n"));
    }
    if matches!(ended, Some(ExecutorError::Keep(_))) {
        text.push_str("`plan` says which steps changed, and so may be kept\n");
    }
    if error.chain().any(is_damage) {
        text.push_str(
            "`verify` says what else is damaged, what that means, and what can be done\n",
        );
    }
    if continued || matches!(ended, Some(ExecutorError::Interrupted { .. })) {
        text.push_str(match ended {
            Some(_) => "what was done is recorded; run again to go on\n",
            None => "run again to go on\n",
        });
    }
    print(&text);
    // The log's file should say why the program ended; the terminal does.
    let causes = causes.join(": ");
    match continued {
        true => tracing::warn!(target: logging::TARGET_OF_THE_END, "{causes}"),
        false => tracing::error!(target: logging::TARGET_OF_THE_END, "{causes}"),
    }
}

/// Renders a diagnostic as a cause: what stands before it says already that it is an error.
fn unmarked(diagnostic: &Diagnostic) -> String {
    let text = diagnostic.to_string();
    match text.split_once(": ") {
        Some((_, message)) if message.starts_with(diagnostic.message()) => message.to_owned(),
        _ => text,
    }
}

/// Prints to standard error, above the bars, with colours on a terminal.
pub(crate) fn print(text: &str) {
    let mut plain = anstream::AutoStream::new(Vec::new(), anstream::stderr().current_choice());
    // Writing to memory cannot fail; nobody is left to hear that standard error is closed.
    let _ = plain.write_all(text.as_bytes());
    let _ = console::Stderr.write_all(&plain.into_inner());
}

/// Returns the exit code that tells scripts why the program ended.
pub(crate) fn code(error: &Error) -> u8 {
    if let Some(error) = error.downcast_ref::<BranchError>() {
        return branch_code(error);
    }
    if let Some(error) = executor_error(error) {
        return error.exit_code();
    }
    if error.is::<UsageError>() {
        return exit_code::USAGE;
    }
    match in_use(error) {
        Some(_) => exit_code::UNAVAILABLE,
        None if flow(error).is_some() => exit_code::TO_BE_CONTINUED,
        None => exit_code::FAILED,
    }
}

/// Returns what the components hear of an end with this error: not every one is a failure.
pub(crate) fn outcome(error: &Error) -> Outcome {
    let ended = match executor_error(error) {
        Some(ended) => ended.ended_in_order(),
        None => flow(error).map(|reason| Outcome::ToBeContinued(reason.to_string())),
    };
    ended.unwrap_or_else(|| Outcome::Failure(format!("{error:#}")))
}

/// Returns why `main` itself is to be continued, if it says so.
fn flow(error: &Error) -> Option<&Reason> {
    Flow::reason_in(&**error)
}

/// Returns the diagnostic that the error is. One with a context is shown as any other error.
fn diagnostic(error: &Error) -> Option<&Diagnostic> {
    let outermost = error.chain().next()?;
    let usage = outermost.downcast_ref::<UsageError>().map(|usage| &usage.0);
    usage.or_else(|| outermost.downcast_ref::<Diagnostic>())
}

fn in_use(error: &Error) -> Option<&(dyn StdError + 'static)> {
    error.chain().find(|cause| is_in_use(*cause))
}

fn is_in_use(cause: &(dyn StdError + 'static)) -> bool {
    matches!(cause.downcast_ref::<DatabaseError>(), Some(DatabaseError::InUse { .. }))
}

/// Tells whether something in the store is not as it was written.
fn is_damage(cause: &(dyn StdError + 'static)) -> bool {
    // What is transparent is the store's error, and shows only what is below it.
    let store = match (cause.downcast_ref(), cause.downcast_ref()) {
        (Some(ViewError::Store(error)), _) | (_, Some(ExportError::Store(error))) => Some(error),
        _ => cause.downcast_ref(),
    };
    let is_gone = |error: &StoreError| {
        use StoreError::{DamagedArtifact, Missing, MissingArtifact};
        matches!(error, Missing { .. } | MissingArtifact { .. } | DamagedArtifact { .. })
    };
    store.is_some_and(is_gone) || matches!(cause.downcast_ref(), Some(CodecError::Damaged))
}

/// Returns the divergence that the program ended with, if that is why.
pub(crate) fn divergence(error: &Error) -> Option<&Divergence> {
    match executor_error(error) {
        Some(ExecutorError::Diverged(divergence)) => Some(divergence),
        _ => None,
    }
}

/// What is no place or no name is a mistake of the command line.
fn branch_code(error: &BranchError) -> u8 {
    match error {
        BranchError::Store(_) => exit_code::FAILED,
        _ => exit_code::USAGE,
    }
}

fn executor_error(error: &Error) -> Option<&ExecutorError> {
    error.chain().find_map(|cause| cause.downcast_ref::<ExecutorError>())
}
