//! A root of a test's own, in which the programs run.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const CALCULATOR: &str = env!("CARGO_BIN_EXE_calculator");
const INTERACTIVE: &str = env!("CARGO_BIN_EXE_interactive");

pub(crate) struct Jail {
    root: tempfile::TempDir,
}

/// What a process left behind, with the root's path as `ROOT`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Jail {
    /// A root with what the package brings along.
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for file in ["calculator.toml", "logs.toml"] {
            let package = Path::new(env!("CARGO_MANIFEST_DIR"));
            fs::copy(package.join(file), root.path().join(file)).unwrap();
        }
        Jail { root }
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.root.path().join(file)
    }

    /// Runs the program for one expression.
    pub(crate) fn calculator(&self, arguments: &[&str]) -> Ended {
        let mut command = self.command(CALCULATOR);
        command.args(arguments).stdin(Stdio::null());
        self.ended(command.output().unwrap())
    }

    /// Runs the program for lines, with `input` from a pipe.
    pub(crate) fn piped(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Ended {
        let mut command = self.command(INTERACTIVE);
        command.args(arguments).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // It may end before it has read everything.
        let _ = child.stdin.take().unwrap().write_all(input.as_ref());
        self.ended(child.wait_with_output().unwrap())
    }

    /// Runs a line as a person would type it in the workspace, and returns all that is said.
    pub(crate) fn shell(&self, line: &str) -> String {
        let mut words = line.to_owned();
        for (command, file) in [
            ("cargo run -q -p calculator --bin interactive", INTERACTIVE),
            ("cargo run -q -p calculator --", CALCULATOR),
            ("cargo run -q -p calculator", CALCULATOR),
        ] {
            words = words.replace(command, &format!("'{file}'"));
        }
        let mut command = self.command("sh");
        command.args(["-c", &format!("exec 2>&1; {words}")]).stdin(Stdio::null());
        self.ended(command.output().unwrap()).stdout.trim_end().to_owned()
    }

    /// The program for lines, with this root and nothing else of the framework's in its
    /// environment.
    pub(crate) fn interactive(&self) -> Command {
        self.command(INTERACTIVE)
    }

    fn command(&self, file: &str) -> Command {
        let mut command = Command::new(file);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let ours = ["DEBUG", "DEBUGGING", "PROFILING", "CARGO_MANIFEST_DIR", "RUST_BACKTRACE"];
            if text.starts_with("THINKING_") || ours.contains(&&*text) {
                command.env_remove(&name);
            }
        }
        command.env("THINKING_ROOT", self.root.path()).current_dir(self.root.path());
        command
    }

    fn ended(&self, output: std::process::Output) -> Ended {
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace(&self.root.path().display().to_string(), "ROOT")
        };
        Ended {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}
