//! The compact look of an event: one line that a person can read while a program works.

use std::fmt;

use jiff::Zoned;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// `2026-11-20 19:32:15 INFO  experiment/epoch[5] learned loss=0.026`
///
/// The time is local, to the second. A span of the executor carries its whole path, so nothing
/// outside the innermost of them is shown.
pub(super) struct Compact;

/// The spans whose field `path` says where they are.
const WITH_PATH: [&str; 2] = ["step", "stage"];

impl<S, N> FormatEvent<S, N> for Compact
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        let (dim, reset) =
            if writer.has_ansi_escapes() { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
        let level = *metadata.level();
        let colour = if writer.has_ansi_escapes() { colour(level) } else { "" };
        let time = Zoned::now().strftime("%F %T");
        write!(writer, "{dim}{time}{reset} {colour}{level:<5}{reset} ")?;
        let mut spans = Vec::new();
        for span in context.event_scope().into_iter().flatten() {
            let extensions = span.extensions();
            if let Some(fields) = extensions.get::<FormattedFields<N>>() {
                spans.push(fields.trim_start_matches("path=").to_owned());
            }
            if WITH_PATH.contains(&span.name()) {
                break;
            }
        }
        for span in spans.iter().rev().filter(|span| !span.is_empty()) {
            write!(writer, "{dim}{span}{reset} ")?;
        }
        if level != Level::INFO {
            write!(writer, "{dim}{}{reset} ", metadata.target())?;
        }
        context.format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}

fn colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\u{1b}[31m",
        Level::WARN => "\u{1b}[33m",
        Level::INFO => "\u{1b}[32m",
        Level::DEBUG => "\u{1b}[34m",
        Level::TRACE => "\u{1b}[35m",
    }
}
