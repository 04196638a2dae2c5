//! The log of each case, written to the sidecar as it comes.

use std::sync::Once;

use thinking_runtime::logging;

use crate::cases::current;
use crate::sidecar::{Event, Sidecar};

/// Writes each line of the process's log from now on, with the case that it belongs to; nothing
/// happens if the runner did not ask for records.
///
/// What is written has the level `capture` of `logs.toml`, as lines of a step have. A line whose case
/// is not known is written without one.
pub(crate) fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let Some(sidecar) = Sidecar::current() else { return };
        // A program that listens itself was first, and its log belongs to it then.
        logging::listen(move |line, spans| {
            let running = current::find(|| spans.to_vec());
            let stage = running.as_ref().map(|running| running.stage());
            let name = running.as_ref().map_or("", |running| running.case.name);
            let level = line.level.to_string().to_uppercase();
            let (target, spans, message) = (line.target, line.spans, line.message);
            sidecar.write(name, Event::Log { stage, level, target, spans, message });
        });
    });
}
