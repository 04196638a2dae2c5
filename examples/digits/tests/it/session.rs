//! One process of the program: what it says, and how it ends.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

/// A running process; killed when the value is dropped.
pub(crate) struct Session {
    child: Child,
    lines: BufReader<ChildStderr>,
    stderr: String,
}

/// What a process left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Session {
    pub(crate) fn start(mut command: Command) -> Session {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap());
        Session { child, lines, stderr: String::new() }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `count` more lines of standard error contain `part`. Tells whether they came
    /// before the process ended.
    pub(crate) fn wait_for(&mut self, part: &str, count: usize) -> bool {
        let mut left = count;
        while left > 0 {
            let start = self.stderr.len();
            if self.lines.read_line(&mut self.stderr).unwrap() == 0 {
                return false;
            }
            left -= usize::from(self.stderr[start..].contains(part));
        }
        true
    }

    /// Kills the process, without a chance to tidy up, and returns what it had said.
    pub(crate) fn kill(mut self) -> Ended {
        // It may have ended by itself a moment ago.
        let _ = self.child.kill();
        self.end()
    }

    /// Sends a signal by its name, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let status = Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the end.
    pub(crate) fn end(mut self) -> Ended {
        // Both at once: a process that fills the one pipe does not close the other.
        let mut stdout = self.child.stdout.take().unwrap();
        let stdout = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        self.lines.read_to_string(&mut self.stderr).unwrap();
        let stdout = stdout.join().unwrap();
        let status = self.child.wait().unwrap();
        Ended { status, stdout, stderr: std::mem::take(&mut self.stderr) }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// The exit code; a process that a signal ended has none.
    pub(crate) fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| panic!("{}: {}", self.status, self.stderr))
    }

    /// The paths of the steps that it reported done, in order.
    pub(crate) fn done(&self) -> Vec<String> {
        let lines = self.stderr.lines().filter_map(|line| line.split_once(" done in "));
        lines
            .filter_map(|(before, _)| before.split_whitespace().last())
            .map(str::to_owned)
            .collect()
    }

    /// The lines of standard error that contain `part`, from where it begins.
    pub(crate) fn lines_with(&self, part: &str) -> Vec<&str> {
        self.stderr.lines().filter_map(|line| Some(&line[line.find(part)?..])).collect()
    }
}
