//! Tells a failed assertion from another panic.

use std::any::Any;
use std::cell::RefCell;
use std::fs;
use std::panic;
use std::path::Path;
use std::sync::Once;

use crate::cases::skip::Skip;
use crate::stage::Ending;

/// Where a panic arose.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PanicPlace {
    file: String,
    line: u32,
    column: u32,
}

thread_local! {
    /// Where the last panic of this thread arose, until somebody asks.
    static LAST: RefCell<Option<PanicPlace>> = const { RefCell::new(None) };
}

/// Notes from now on where panics arise; the hook that was there goes on as it did.
pub(crate) fn watch() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(watch_again);
}

/// As [`watch`], after std's harness has ended, which takes all hooks away.
pub(crate) fn watch_again() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let place = info.location().map(|location| PanicPlace {
            file: location.file().to_owned(),
            line: location.line(),
            column: location.column(),
        });
        // A thread that is about to end has no such variable any more, and no case either.
        let _ = LAST.try_with(|last| last.replace(place));
        before(info);
    }));
}

/// Says how a stage ended that panicked with `payload`. `package` is the directory whose case it
/// is.
pub(crate) fn ending(payload: &(dyn Any + Send), package: &Path) -> Ending {
    let place = LAST.try_with(RefCell::take).ok().flatten();
    if let Some(skip) = payload.downcast_ref::<Skip>() {
        return Ending::Skipped(skip.reason.clone());
    }
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    match (text, place) {
        (Some(text), place) => {
            let asserted = text.starts_with("assertion")
                || place.is_some_and(|place| is_assertion(&place, package));
            if asserted { Ending::Failed(text) } else { Ending::Error(text) }
        }
        // Libraries of assertions, as expect-test, say themselves what is different, and unwind
        // past the hook then.
        (None, None) => Ending::Failed("a check failed; its message is in the output".to_owned()),
        (None, Some(PanicPlace { file, line, column })) => Ending::Error(format!(
            "panicked at {file}:{line}:{column} with a value that is no text"
        )),
    }
}

/// Tells whether a macro whose name begins as those of assertions do stands at a place. A source
/// that is not there tells nothing.
fn is_assertion(place: &PanicPlace, package: &Path) -> bool {
    // The compiler was given the path from the workspace's directory.
    let mut candidates = package.ancestors().map(|directory| directory.join(&place.file));
    let source = candidates.find_map(|file| fs::read_to_string(file).ok());
    source.is_some_and(|source| begins_with_assertion(&source, place.line, place.column))
}

fn begins_with_assertion(source: &str, line: u32, column: u32) -> bool {
    let line = source.lines().nth((line as usize).saturating_sub(1)).unwrap_or_default();
    let at = line.char_indices().nth((column as usize).saturating_sub(1));
    let rest = at.map_or("", |(at, _)| &line[at..]);
    let Some((path, _)) = rest.split_once('!') else { return false };
    let name = path.rsplit("::").next().unwrap_or_default();
    ["assert", "debug_assert", "prop_assert"].iter().any(|start| name.starts_with(start))
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests;
