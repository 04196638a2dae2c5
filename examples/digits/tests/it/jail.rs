//! A root of a test's own, in which the program runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::session::{Ended, Session};

pub(crate) const FILES: [&str; 5] =
    ["data.toml", "dbs.toml", "training.toml", "training.adam.toml", "digits.csv"];

pub(crate) struct Jail {
    root: tempfile::TempDir,
}

impl Jail {
    /// A root with what the package brings along.
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        for file in FILES {
            fs::copy(package.join(file), root.path().join(file)).unwrap();
        }
        Jail { root }
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.root.path().join(file)
    }

    pub(crate) fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.path(file)).unwrap_or_else(|error| panic!("`{file}`: {error}"))
    }

    pub(crate) fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(file), content).unwrap();
    }

    /// Replaces a part of a file, which has to be there once.
    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let text = String::from_utf8(self.read(file)).unwrap();
        assert_eq!(text.matches(from).count(), 1, "`{from}` in `{file}`");
        self.write(file, text.replacen(from, to, 1));
    }

    /// The program with `arguments`, with this root and nothing else of the framework's in its
    /// environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_digits"));
        command.args(arguments);
        self.confine(&mut command);
        command
    }

    /// The program below a shell that first executes `preparation`, such as `ulimit`.
    pub(crate) fn command_after(&self, preparation: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{preparation}; exec \"$@\""), "sh"]);
        command.arg(env!("CARGO_BIN_EXE_digits")).args(arguments);
        self.confine(&mut command);
        command
    }

    fn confine(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let ours = ["DEBUG", "DEBUGGING", "PROFILING", "CARGO_MANIFEST_DIR"];
            if text.starts_with("THINKING_") || ours.contains(&&*text) {
                command.env_remove(&name);
            }
        }
        command.env("THINKING_ROOT", self.root.path()).current_dir(self.root.path());
    }

    /// Starts the program and goes on at once.
    pub(crate) fn start(&self, arguments: &[&str]) -> Session {
        Session::start(self.command(arguments))
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.start(arguments).end()
    }

    /// Runs the program to its end, which has to be a good one.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> Ended {
        let ended = self.run(arguments);
        assert_eq!(ended.code(), 0, "{}", ended.stderr);
        ended
    }

    /// A text with this root's path as `ROOT`.
    pub(crate) fn normalised(&self, text: &str) -> String {
        text.replace(&self.root.path().display().to_string(), "ROOT")
    }
}
