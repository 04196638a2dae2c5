//! The log lines of one span, kept in memory while it runs, within bounds.

use std::collections::VecDeque;
use std::fmt::{self, Write};
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use jiff::Timestamp;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Span};
use tracing_log::NormalizeEvent;
use tracing_subscriber::fmt::{FormatFields, FormattedFields};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};
use tracing_subscriber::{Layer, Registry};

use super::captured_log::{CapturedLog, LogLine};
use super::compact;
use super::levels::TARGET_OF_MARKS;
use super::listener;
use super::look::{PLAIN, PlainFields};

/// The part of the limit that the first lines may fill, and that one line may: a quarter. Who
/// looks for the reason of a failure needs the last lines more than the first.
const PARTS: usize = 4;

/// What a line takes besides its texts, about: a million empty lines are not free.
const LINE_BYTES: usize = 64;

/// How many captures there are. As long as there is none, an event costs this look.
static CAPTURES: AtomicUsize = AtomicUsize::new(0);

/// Keeps the log lines of a span, and of the spans below it, on all threads.
///
/// A thread is heard once it has entered the span or one below it; a new one starts outside of all
/// spans. Spans finer than `info` are there only where their level is taken by some output.
///
/// What is kept has a level of its own, `capture` in `logs.toml`, and the common filters hold. A
/// line belongs to the innermost span around it that is captured. The first lines and the last
/// ones are kept, up to a limit in bytes, and how many there were between them.
///
/// It works below the subscriber that [`install`](super::install) sets up. Below another one, or
/// none, it keeps nothing. While it lives, a line that it keeps costs its formatting and a lock
/// of the span's own; without a capture, an event costs the look at a counter.
///
/// ```
/// # extern crate thinking_runtime as thinking;
/// use thinking::Runtime;
/// use thinking::logging::{self, Capture, Setup};
///
/// # fn main() {
/// let (runtime, _) = Runtime::builder(thinking_modules::main_module!()).load();
/// let _logging = logging::install(Setup { files: false, ..Setup::of(&runtime) });
/// let span = tracing::info_span!("step");
/// let capture = Capture::of(&span, 64 << 10);
/// span.in_scope(|| tracing::info!(loss = 0.5, "learned"));
/// let log = capture.finish();
/// assert_eq!(log.lines().next().map(|line| &*line.message), Some("learned loss=0.5"));
/// # }
/// ```
#[must_use = "without `finish` the lines are lost"]
#[derive(Debug)]
pub struct Capture {
    kept: Arc<Mutex<Kept>>,
}

impl Capture {
    /// Begins to keep the lines of `span`, of at most `limit_bytes` in all. A second capture of
    /// the same span takes the first one's place.
    pub fn of(span: &Span, limit_bytes: usize) -> Capture {
        CAPTURES.fetch_add(1, Ordering::Relaxed);
        let kept = Kept { limit_bytes, ..Kept::default() };
        let capture = Capture { kept: Arc::new(Mutex::new(kept)) };
        span.with_subscriber(|(id, dispatch)| {
            let registry = dispatch.downcast_ref::<Registry>();
            if let Some(span) = registry.and_then(|registry| registry.span(id)) {
                let target = Target {
                    kept: Arc::downgrade(&capture.kept),
                    text_bytes_max: limit_bytes / PARTS,
                };
                span.extensions_mut().replace(target);
            }
        });
        capture
    }

    /// Ends the capture and returns what was kept. Lines that threads still write are not.
    pub fn finish(self) -> CapturedLog {
        let Kept { first, left_out, last, .. } = mem::take(&mut *lock(&self.kept));
        CapturedLog { first, left_out, last: last.into() }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        CAPTURES.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Where the lines of a span go; in the span's extensions.
struct Target {
    /// Gone once the capture has ended, while the span may live on.
    kept: Weak<Mutex<Kept>>,
    text_bytes_max: usize,
}

#[derive(Debug, Default)]
struct Kept {
    limit_bytes: usize,
    first: Vec<LogLine>,
    first_bytes: usize,
    left_out: u64,
    last: VecDeque<LogLine>,
    last_bytes: usize,
}

impl Kept {
    fn push(&mut self, line: LogLine) {
        let bytes = bytes(&line);
        let for_first = self.limit_bytes / PARTS;
        // Once a line is among the last ones, a shorter one must not get ahead of it.
        let began = !self.last.is_empty() || self.left_out > 0;
        if !began && self.first_bytes + bytes <= for_first {
            self.first_bytes += bytes;
            self.first.push(line);
            return;
        }
        self.last_bytes += bytes;
        self.last.push_back(line);
        while self.last_bytes > self.limit_bytes - for_first
            && let Some(line) = self.last.pop_front()
        {
            self.last_bytes -= self::bytes(&line);
            self.left_out += 1;
        }
    }
}

fn bytes(line: &LogLine) -> usize {
    LINE_BYTES + line.target.len() + line.spans.len() + line.message.len()
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The layer that gives each event to the capture it belongs to.
pub(super) struct CaptureLayer;

impl Layer<Registry> for CaptureLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, Registry>) {
        if !is_heard() {
            return;
        }
        let Some(span) = context.span(id) else { return };
        let mut extensions = span.extensions_mut();
        // An output in this look has done it already, or finds it done.
        if extensions.get_mut::<FormattedFields<PlainFields>>().is_none() {
            let mut fields = FormattedFields::<PlainFields>::new(String::new());
            if PLAIN.format_fields(fields.as_writer(), attributes).is_ok() {
                extensions.insert(fields);
            }
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, Registry>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<FormattedFields<PlainFields>>() {
            // Its fields are shown without those that cannot be formatted.
            let _ = PLAIN.add_fields(fields, values);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, Registry>) {
        if !is_heard() {
            return;
        }
        let listener = listener::current();
        let mut captures = CAPTURES.load(Ordering::Relaxed) > 0;
        let (mut spans, mut ids) = (Vec::new(), Vec::new());
        for span in context.event_scope(event).into_iter().flatten() {
            if captures && let Some((kept, text_bytes_max)) = target(&span) {
                let line = line(event, &spans, text_bytes_max);
                lock(&kept).push(line);
                if listener.is_none() {
                    return;
                }
                captures = false;
            }
            ids.push(span.id());
            if span.metadata().target() != TARGET_OF_MARKS {
                let extensions = span.extensions();
                let fields = extensions.get::<FormattedFields<PlainFields>>();
                spans.push(compact::span(span.name(), fields.map_or("", |text| &text.fields)));
            }
        }
        if let Some(listener) = listener {
            listener(line(event, &spans, listener::TEXT_BYTES_MAX), &ids);
        }
    }
}

/// Tells whether anybody wants lines.
fn is_heard() -> bool {
    CAPTURES.load(Ordering::Relaxed) > 0 || listener::current().is_some()
}

/// Returns where the lines of a span go if it is captured. Its extensions are not locked when this
/// returns, for what is logged while a value is formatted comes here again.
fn target(span: &SpanRef<'_, Registry>) -> Option<(Arc<Mutex<Kept>>, usize)> {
    let extensions = span.extensions();
    let target = extensions.get::<Target>()?;
    Some((target.kept.upgrade()?, target.text_bytes_max))
}

fn line(event: &Event<'_>, spans: &[String], text_bytes_max: usize) -> LogLine {
    let normalized = event.normalized_metadata();
    let metadata = normalized.as_ref().unwrap_or_else(|| event.metadata());
    let bounded = || Bounded { text: String::new(), bytes_max: text_bytes_max, left_out: 0 };
    let (mut inside, mut message) = (bounded(), bounded());
    for (n, span) in spans.iter().rev().enumerate() {
        // A bounded text takes everything.
        let _ = write!(inside, "{}{span}", if n == 0 { "" } else { " " });
    }
    // A value that cannot be formatted ends the message there.
    let _ = compact::write_exactly(event, &mut message);
    LogLine {
        at: Timestamp::now(),
        level: (*metadata.level()).into(),
        target: metadata.target().to_owned(),
        spans: inside.finish(),
        message: message.finish(),
    }
}

/// A text that stops growing at a size, and counts what comes after.
struct Bounded {
    text: String,
    bytes_max: usize,
    left_out: usize,
}

impl Bounded {
    fn finish(mut self) -> String {
        if self.left_out > 0 {
            let _ = write!(self.text, "… ({} bytes left out)", self.left_out);
        }
        self.text
    }
}

impl Write for Bounded {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = self.bytes_max - self.text.len();
        let taken = if self.left_out > 0 { 0 } else { more.floor_char_boundary(room) };
        self.text.push_str(&more[..taken]);
        self.left_out += more.len() - taken;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
