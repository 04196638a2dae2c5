//! The compact look of an event: one line that a person can read while a program works.

use std::fmt;

use jiff::Zoned;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// `2026-11-20 19:32:15 INFO  experiment/epoch[5] learned loss=0.026`
///
/// The time is local, to the second. A span of the executor carries its whole path, so nothing
/// outside the innermost of them is shown.
pub(super) struct Compact;

/// The field whose value stands without its name: the path of a task.
const TASK: &str = "task";

/// The spans of the executor, whose field [`TASK`] says where they are.
const WITH_PATH: [&str; 2] = ["step", "stage"];

/// Writes the fields of an event or span: the message as it is, the others as `name=value`.
#[derive(Default)]
pub(super) struct Fields;

impl<'writer> FormatFields<'writer> for Fields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut visitor = Visitor { writer, first: true, result: Ok(()) };
        fields.record(&mut visitor);
        visitor.result
    }
}

struct Visitor<'writer> {
    writer: Writer<'writer>,
    first: bool,
    result: fmt::Result,
}

impl Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let space = if std::mem::take(&mut self.first) { "" } else { " " };
        let ansi = self.writer.has_ansi_escapes();
        let (dim, reset) = if ansi { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
        let written = match field.name() {
            "message" => write!(self.writer, "{space}{value:?}"),
            TASK => write!(self.writer, "{space}{dim}{value:?}{reset}"),
            // What the `log` crate's bridge says about itself.
            name if name.starts_with("log.") => Ok(()),
            name => write!(self.writer, "{space}{dim}{name}={reset}{value:?}"),
        };
        self.result = self.result.and(written);
    }
}

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
                spans.push(fields.to_string());
            }
            if WITH_PATH.contains(&span.name()) {
                break;
            }
        }
        for span in spans.iter().rev().filter(|span| !span.is_empty()) {
            write!(writer, "{span} ")?;
        }
        if level > Level::INFO {
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
