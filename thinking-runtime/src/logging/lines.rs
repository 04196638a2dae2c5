//! Lines on their way to a file, which a thread of its own writes, and the wait until it has.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};

/// How many lines wait for the disk before those who log wait for it, too.
const WAITING_LINES_MAX: usize = 4096;

/// How long the disk may be silent before a flush gives up.
const SILENCE_MAX: Duration = Duration::from_secs(1);

/// Hands lines to the thread that writes them; cheap to clone.
#[derive(Clone)]
pub(super) struct Lines {
    queue: NonBlocking,
    journey: Arc<Journey>,
}

/// How many lines of a file are on their way.
///
/// `tracing-appender` waits for its thread for a second at most, and only while it ends it. To
/// lose nothing, and to go on afterwards, lines are counted at both ends of its queue.
#[derive(Debug, Default)]
pub(super) struct Journey {
    sent: AtomicU64,
    arrived: Mutex<Arrived>,
    news: Condvar,
    /// Whether the last line could not be written.
    failing: AtomicBool,
}

#[derive(Debug, Default)]
struct Arrived {
    lines: u64,
    /// How many lines those who wait want; 0 if nobody does.
    wanted: u64,
}

/// What a thread writes lines to. It deals with its failures itself.
pub(super) trait Destination: Send + 'static {
    /// Writes a line and tells whether it is written.
    fn write_line(&mut self, line: &[u8]) -> bool;
}

impl Lines {
    /// Starts the thread that writes lines to `destination`. It ends with the guard.
    pub(super) fn new(destination: impl Destination) -> (Lines, WorkerGuard) {
        let journey = Arc::new(Journey::default());
        let arrivals = Arrivals { destination, journey: journey.clone() };
        let builder = NonBlockingBuilder::default().lossy(false).thread_name("log");
        let (queue, guard) = builder.buffered_lines_limit(WAITING_LINES_MAX).finish(arrivals);
        (Lines { queue, journey }, guard)
    }

    pub(super) fn journey(&self) -> Arc<Journey> {
        self.journey.clone()
    }
}

impl Write for Lines {
    /// Takes the whole of `line`; it is one write of the formatter.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.queue.write_all(line)?;
        self.journey.sent.fetch_add(1, Ordering::SeqCst);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Journey {
    /// Waits until the lines that were sent before are written, or until nothing was written for
    /// a second. Returns how many are still on their way.
    pub(super) fn wait(&self) -> u64 {
        let sent = self.sent.load(Ordering::SeqCst);
        let mut arrived = self.arrived();
        while arrived.lines < sent {
            let before = arrived.lines;
            arrived.wanted = arrived.wanted.max(sent);
            let waited = self.news.wait_timeout(arrived, SILENCE_MAX);
            let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            arrived = now;
            if timeout.timed_out() && arrived.lines == before {
                return sent - before;
            }
        }
        0
    }

    /// Tells whether the last line could not be written.
    pub(super) fn is_failing(&self) -> bool {
        self.failing.load(Ordering::SeqCst)
    }

    fn arrived(&self) -> MutexGuard<'_, Arrived> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The far end of the queue.
struct Arrivals<D> {
    destination: D,
    journey: Arc<Journey>,
}

impl<D: Destination> Write for Arrivals<D> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let written = self.destination.write_line(line);
        self.journey.failing.store(!written, Ordering::SeqCst);
        let mut arrived = self.journey.arrived();
        arrived.lines += 1;
        if arrived.wanted != 0 && arrived.lines >= arrived.wanted {
            arrived.wanted = 0;
            self.journey.news.notify_all();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
