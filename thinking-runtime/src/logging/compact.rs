//! The compact look of an event: one line that a person can read while a program works.

use std::error::Error;
use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::look::Time;

/// `2026-11-20 19:32:15 INFO  experiment/epoch[5] learned loss=0.026`
///
/// A span of the executor carries its whole path, so nothing outside the innermost of them is
/// shown. Other spans are shown as `name{field=value}`.
pub(super) struct Compact {
    pub(super) time: Time,
}

/// The field whose value stands without its name: the path of a task.
const TASK: &str = "task";

/// The spans of the executor, whose field [`TASK`] says where they are.
const WITH_PATH: [&str; 2] = ["step", "stage"];

const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// Writes the fields of an event or span: the message as it is, the others as `name=value`.
#[derive(Default)]
pub(super) struct CompactFields;

impl<'writer> FormatFields<'writer> for CompactFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut visitor = Visitor { writer, exact: false, first: true, result: Ok(()) };
        fields.record(&mut visitor);
        visitor.result
    }
}

/// Writes the fields of an event as [`CompactFields`] does, but with all its characters.
pub(super) fn write_exactly(event: &Event<'_>, writer: &mut impl Write) -> fmt::Result {
    let writer = Writer::new(writer);
    let mut visitor = Visitor { writer, exact: true, first: true, result: Ok(()) };
    event.record(&mut visitor);
    visitor.result
}

/// Returns how a span without a path is shown.
pub(super) fn span(name: &str, fields: &str) -> String {
    match fields {
        "" => name.to_owned(),
        fields => format!("{name}{{{fields}}}"),
    }
}

struct Visitor<'writer> {
    writer: Writer<'writer>,
    /// Whether control characters stay.
    exact: bool,
    first: bool,
    result: fmt::Result,
}

impl Visitor<'_> {
    fn field(&mut self, name: &str, value: fmt::Arguments<'_>) -> fmt::Result {
        // What the `log` crate's bridge says about itself.
        if name.starts_with("log.") {
            return Ok(());
        }
        let ansi = self.writer.has_ansi_escapes();
        let (dim, reset) = if ansi { (DIM, RESET) } else { ("", "") };
        if !std::mem::take(&mut self.first) {
            self.writer.write_char(' ')?;
        }
        match name {
            "message" => self.value(value),
            TASK => {
                self.writer.write_str(dim)?;
                self.value(value)?;
                self.writer.write_str(reset)
            }
            name => {
                write!(self.writer, "{dim}{name}={reset}")?;
                self.value(value)
            }
        }
    }

    fn value(&mut self, value: fmt::Arguments<'_>) -> fmt::Result {
        match self.exact {
            true => self.writer.write_fmt(value),
            false => Harmless(&mut self.writer).write_fmt(value),
        }
    }
}

impl Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let written = self.field(field.name(), format_args!("{value:?}"));
        self.result = self.result.and(written);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let written = match field.name() {
            // The ends of spans come with one that is no `format_args!`.
            "message" => self.field("message", format_args!("{value}")),
            name => self.field(name, format_args!("{value:?}")),
        };
        self.result = self.result.and(written);
    }

    fn record_error(&mut self, field: &Field, error: &(dyn Error + 'static)) {
        let causes = std::iter::successors(Some(error), |error| (*error).source());
        let texts: Vec<_> = causes.map(ToString::to_string).collect();
        let written = self.field(field.name(), format_args!("{}", texts.join(": ")));
        self.result = self.result.and(written);
    }
}

/// Escapes control characters, with which a message could change the terminal's colours or hide
/// other lines. The ends of lines stay.
pub(super) struct Harmless<'a, W>(pub(super) &'a mut W);

impl<W: Write> Write for Harmless<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let harmful = |c: char| c.is_control() && c != '\n' && c != '\t';
        for part in text.split_inclusive(harmful) {
            let end = part.chars().next_back().filter(|last| harmful(*last));
            let plain = end.map_or(part, |end| &part[..part.len() - end.len_utf8()]);
            self.0.write_str(plain)?;
            if let Some(end) = end {
                write!(self.0, "{}", end.escape_default())?;
            }
        }
        Ok(())
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
        let normalized = event.normalized_metadata();
        let metadata = normalized.as_ref().unwrap_or_else(|| event.metadata());
        let ansi = writer.has_ansi_escapes();
        let (dim, reset) = if ansi { (DIM, RESET) } else { ("", "") };
        let level = *metadata.level();
        let colour = if ansi { colour(level) } else { "" };
        writer.write_str(dim)?;
        self.time.format_time(&mut writer)?;
        write!(writer, "{reset} {colour}{level:<5}{reset} ")?;
        let mut spans = Vec::new();
        for span in context.event_scope().into_iter().flatten() {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<N>>().map_or("", |text| &text.fields);
            if WITH_PATH.contains(&span.name()) {
                spans.push(fields.to_owned());
                break;
            }
            spans.push(self::span(span.name(), fields));
        }
        for span in spans.iter().rev() {
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
