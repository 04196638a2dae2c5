//! The lines that a program prints, as they come, and an end to one that prints none for too long.

use std::io::{self, BufRead, BufReader};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::command::not_started;
use super::error::FrontError;

/// How long the last lines of a program that was ended may take: its pipe stays open for as long as
/// a child of its own lives.
const LAST_LINES: Duration = Duration::from_millis(200);

/// What a line means for the time limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// The time begins anew.
    Begins,
    /// It goes on.
    GoesOn,
    /// There is none.
    Ends,
}

/// Runs `command`, gives each line of both its streams to `read`, and returns how it ended.
///
/// Both streams go through one pipe, or their order would be lost. Text that is not UTF-8 is
/// replaced where it is not.
pub(super) fn read_lines(
    command: &mut Command,
    mut read: impl FnMut(&str),
) -> Result<ExitStatus, FrontError> {
    let read = |line: &str| {
        read(line);
        Limit::Ends
    };
    read_lines_within(command, None, read).map(|(status, _)| status)
}

/// Does what [`read_lines`] does, and kills the program when `limit` is over, if there is one; tells
/// whether it was.
pub(super) fn read_lines_within(
    command: &mut Command,
    limit: Option<Duration>,
    mut read: impl FnMut(&str) -> Limit,
) -> Result<(ExitStatus, bool), FrontError> {
    let start = |command: &mut Command| -> io::Result<_> {
        let (reader, writer) = io::pipe()?;
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        let child = command.spawn()?;
        // The command holds the writing ends; the pipe ends only when they are gone.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Ok((child, reader))
    };
    let (mut child, reader) = start(command).map_err(|source| not_started(command, source))?;
    let lines = lines(reader);
    let mut begun: Option<Instant> = None;
    let is_over = loop {
        let end = begun.zip(limit).and_then(|(begun, limit)| begun.checked_add(limit));
        let line = match end {
            Some(end) => lines.recv_timeout(end.saturating_duration_since(Instant::now())),
            None => lines.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match line {
            Ok(line) => match read(&line) {
                Limit::Begins => begun = Some(Instant::now()),
                Limit::GoesOn => {}
                Limit::Ends => begun = None,
            },
            Err(RecvTimeoutError::Disconnected) => break false,
            Err(RecvTimeoutError::Timeout) => break true,
        }
    };
    if is_over {
        // It may have ended meanwhile.
        let _ = child.kill();
        while let Ok(line) = lines.recv_timeout(LAST_LINES) {
            read(&line);
        }
    }
    let status = child.wait().map_err(|source| not_started(command, source))?;
    Ok((status, is_over))
}

/// Reads on a thread of its own, so that nobody waits for a pipe without end.
fn lines(reader: impl io::Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end_matches('\n').trim_end_matches('\r').to_owned();
            line.clear();
            if sender.send(text).is_err() {
                break;
            }
        }
    });
    lines
}

#[cfg(all(test, unix))]
mod tests {
    //! Programs that print and hang.

    use super::*;

    fn run(script: &str, limit: Duration) -> Result<(Vec<String>, bool), FrontError> {
        let mut lines = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let read = |line: &str| {
            lines.push(line.to_owned());
            match line {
                "begin" => Limit::Begins,
                "end" => Limit::Ends,
                _ => Limit::GoesOn,
            }
        };
        let (_, is_over) = read_lines_within(&mut command, Some(limit), read)?;
        Ok((lines, is_over))
    }

    #[test]
    fn who_hangs_is_ended_and_its_last_words_are_kept() {
        let short = Duration::from_millis(500);
        // A child of its own holds the pipe open.
        let (lines, is_over) = run("echo begin; echo more; sleep 3 & wait", short).unwrap();
        assert_eq!((lines, is_over), (vec!["begin".to_owned(), "more".to_owned()], true));
    }

    #[test]
    fn without_a_limit_nobody_is_ended() {
        let script = "echo end; sleep .2; printf 'a\\377b'";
        let (lines, is_over) = run(script, Duration::ZERO).unwrap();
        assert_eq!((lines, is_over), (vec!["end".to_owned(), "a\u{fffd}b".to_owned()], false));
    }
}
