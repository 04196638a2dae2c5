//! This binary once more, as a child process whose records are read.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use thinking_tests::{
    ATTEMPT_VARIABLE, Ending, Event, MANIFEST_DIR_VARIABLE, RECORDS_DIR_VARIABLE, Record, Stage,
    TIMEOUT_MS_VARIABLE, TIMEOUTS_VARIABLE,
};

/// Makes a test that is there for its child process do what it is for.
pub(crate) const CHILD_VARIABLE: &str = "THINKING_TEST_CHILD";

/// What a child process said and wrote.
pub(crate) struct Child {
    pub(crate) output: Output,
    pub(crate) records: Vec<Record>,
}

/// Runs this binary with `arguments` and `variables`, and records.
pub(crate) fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Child {
    let dir = tempfile::tempdir().unwrap();
    let output = command(arguments, variables).env(RECORDS_DIR_VARIABLE, dir.path()).output();
    Child { output: output.unwrap(), records: records(dir.path()) }
}

/// Runs it as people do, without records.
pub(crate) fn run_plainly(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    command(arguments, variables).output().unwrap()
}

fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(arguments).env(CHILD_VARIABLE, "1");
    for variable in [
        ATTEMPT_VARIABLE,
        MANIFEST_DIR_VARIABLE,
        RECORDS_DIR_VARIABLE,
        TIMEOUTS_VARIABLE,
        TIMEOUT_MS_VARIABLE,
        "RUST_BACKTRACE",
    ] {
        command.env_remove(variable);
    }
    command.envs(variables.iter().copied());
    command
}

/// Tells whether this process is such a child.
pub(crate) fn is_child() -> bool {
    env::var_os(CHILD_VARIABLE).is_some()
}

fn records(dir: &Path) -> Vec<Record> {
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let texts: Vec<_> = files.map(|file| fs::read_to_string(file).unwrap()).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

impl Child {
    /// Returns what happened to a case, whose name is given without the crate.
    pub(crate) fn events(&self, case: &str) -> Vec<&Event> {
        let name = if case.is_empty() { String::new() } else { format!("it::{case}") };
        self.records.iter().filter(|r| r.name == name).map(|r| &r.event).collect()
    }

    /// Returns how the stages of a case ended, and it itself.
    pub(crate) fn endings(&self, case: &str) -> (Vec<(Stage, Ending)>, Option<Ending>) {
        let (mut stages, mut end) = (Vec::new(), None);
        for event in self.events(case) {
            match event {
                Event::Stage { stage, ending, .. } => stages.push((*stage, ending.clone())),
                Event::End { ending, .. } => end = Some(ending.clone()),
                _ => {}
            }
        }
        (stages, end)
    }

    /// Returns the lines that a case logged, each with its stage; those of no case if it is empty.
    pub(crate) fn logs(&self, case: &str) -> Vec<String> {
        let line = |event: &&Event| match event {
            Event::Log { stage, level, spans, message, .. } => {
                let stage = stage.map_or("-".to_owned(), |stage| stage.to_string());
                let spans = if spans.is_empty() { String::new() } else { format!("{spans}: ") };
                Some(format!("{stage} {level} {spans}{message}"))
            }
            _ => None,
        };
        self.events(case).iter().filter_map(line).collect()
    }

    /// Returns what a case said about itself.
    pub(crate) fn details(&self, case: &str) -> Vec<String> {
        let detail = |event: &&Event| match event {
            Event::Detail { key, value } => Some(format!("{key}={value}")),
            _ => None,
        };
        self.events(case).iter().filter_map(detail).collect()
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }
}
