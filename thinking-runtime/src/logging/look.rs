//! How events become text: time, colours and the formats.

use std::fmt;

use jiff::Zoned;
use tracing::span::Record;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::{FmtSpan, Pretty, Writer};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{self as format, FormatFields, FormattedFields, MakeWriter};
use tracing_subscriber::{Layer, Registry};

use super::compact::{Compact, CompactFields};
use super::settings::Format;
use crate::LogLayer;

/// How the events of one output look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) format: Format,
    pub(super) colours: bool,
    pub(super) time: Time,
}

impl Look {
    /// Returns a layer, without a filter, that writes events to `writer`, or the ends of spans.
    pub(super) fn layer<W>(self, writer: W, ends: bool) -> LogLayer
    where
        W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
    {
        match self.colours {
            true => self.coloured::<W, true>(writer, ends),
            false => self.coloured::<W, false>(writer, ends),
        }
    }

    fn coloured<W, const COLOURS: bool>(self, writer: W, ends: bool) -> LogLayer
    where
        W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
    {
        let layer = format::layer::<Registry>()
            .with_writer(writer)
            .with_ansi(COLOURS)
            .with_span_events(if ends { FmtSpan::CLOSE } else { FmtSpan::NONE })
            // Each writer speaks for itself; on standard error this would appear in the bars.
            .log_internal_errors(false);
        let time = self.time;
        match self.format {
            Format::Compact => layer
                .event_format(Compact { time })
                .fmt_fields(Shared::<_, COLOURS>(CompactFields))
                .boxed(),
            Format::Pretty => layer
                .pretty()
                .with_timer(time)
                .fmt_fields(Shared::<_, COLOURS>(Pretty::default()))
                .boxed(),
            Format::Json => {
                let layer = layer.json().with_current_span(false).with_span_list(true);
                layer.with_ansi(false).with_timer(Time { precise: true, ..time }).boxed()
            }
        }
    }
}

/// The local time, to the second for eyes, or with milliseconds and offset for records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    pub(super) precise: bool,
    pub(super) now: fn() -> Zoned,
}

impl FormatTime for Time {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let now = (self.now)();
        match self.precise {
            // RFC 3339.
            true => write!(writer, "{}", now.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z")),
            false => write!(writer, "{}", now.strftime("%F %T")),
        }
    }
}

/// The fields of spans, as text that all outputs of one look share.
///
/// A span keeps this text by the type that formatted it. So colours are part of the type, or a
/// file would get those of the terminal.
pub(super) struct Shared<F, const COLOURS: bool>(F);

/// The fields of spans as compact outputs without colours show them.
pub(super) type PlainFields = Shared<CompactFields, false>;
pub(super) const PLAIN: PlainFields = Shared(CompactFields);

impl<'writer, F, const COLOURS: bool> FormatFields<'writer> for Shared<F, COLOURS>
where
    F: for<'a> FormatFields<'a>,
{
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        self.0.format_fields(writer, fields)
    }

    /// Adds fields that the span got later. Each output of the look does so; one is enough.
    fn add_fields(
        &self,
        current: &'writer mut FormattedFields<Self>,
        fields: &Record<'_>,
    ) -> fmt::Result {
        let before = current.fields.len();
        self.0.format_fields(current.as_writer(), fields)?;
        let added = current.fields.split_off(before);
        if !current.fields.ends_with(&added) {
            current.fields.push_str(if before == 0 { "" } else { " " });
            current.fields.push_str(&added);
        }
        Ok(())
    }
}
