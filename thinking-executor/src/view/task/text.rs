//! A task as people read it: facts in lines, then what is longer in sections.

use std::fmt::Write;

use super::{FailureView, SessionView, StageView, StepView, TaskView};
use crate::artifact::Artifact;
use crate::view::table::columns;
use crate::view::value::Value;
use crate::view::{WallClock, duration, seconds};

/// How many tasks below a stage, and how many failures, are listed.
const LISTED_MAX: usize = 20;

impl TaskView {
    /// Describes the task. Long results are cut unless `all` is asked for.
    pub fn text(&self, clock: &WallClock, all: bool) -> String {
        match self {
            TaskView::Step(step) => step.text(clock, all),
            TaskView::Stage(stage) => stage.text(clock, all),
        }
    }
}

impl StepView {
    fn text(&self, clock: &WallClock, all: bool) -> String {
        let mut text = Facts::default();
        text.fact("step", &self.path);
        text.fact("branch", &format!("{}, position {}", self.branch, self.position));
        if let Some(session) = &self.session {
            text.session(session, clock);
        }
        text.fact("started", &clock.describe(self.started));
        text.fact("took", &seconds(self.seconds));
        text.fact("arguments", or_none(&self.inputs.arguments));
        text.fact("code", &format!("{}, version {}", self.inputs.code, self.inputs.version));
        text.section("components", self.inputs.components.iter().cloned());
        let settings = self.inputs.settings.iter();
        text.section("settings read", settings.map(|(key, value)| format!("{key} = {value}")));
        text.section("tracked helpers", self.inputs.helpers.keys().cloned());
        text.result(&self.result, all);
        text.section("artifacts", artifacts(&self.artifacts));
        text.failures(&self.failures, clock, all);
        text.text
    }
}

impl StageView {
    fn text(&self, clock: &WallClock, all: bool) -> String {
        let mut text = Facts::default();
        // A step that only failed is known by its failures.
        let is_failed_step = self.steps == 0 && self.failures.iter().any(|f| f.path == self.path);
        text.fact(if is_failed_step { "step" } else { "stage" }, &self.path);
        let positions = match self.steps {
            0 => format!("{}, not done", self.branch),
            1 => format!("{}, position {}", self.branch, self.position),
            steps => {
                format!(
                    "{}, positions {} to {}",
                    self.branch,
                    self.position,
                    self.position + steps - 1
                )
            }
        };
        text.fact("branch", &positions);
        if !is_failed_step {
            text.fact("steps", &format!("{} done, {} of work", self.steps, seconds(self.seconds)));
        }
        if let (Some(started), Some(ended)) = (self.started, self.ended) {
            text.fact("started", &clock.describe(started));
            let took = ended.duration_since(started).unsigned_abs();
            text.fact("ended", &format!("{}, {} later", clock.describe(ended), duration(took)));
        }
        if let Some(seal) = &self.seal {
            let sealed = format!("in session {}, {}", seal.session, clock.describe(seal.sealed));
            text.fact("sealed", &sealed);
            text.fact("arguments", or_none(&seal.arguments));
        }
        if !self.sessions.is_empty() {
            let sessions: Vec<_> = self.sessions.iter().map(u64::to_string).collect();
            text.fact("sessions", &sessions.join(", "));
        }
        if let Some(longest) = self.longest.as_ref().filter(|_| self.steps > 1) {
            text.fact("longest", longest);
        }
        if self.artifacts > 0 {
            let bytes = bytes(self.artifact_bytes);
            text.fact("artifacts", &format!("{}, {bytes} in all", self.artifacts));
        }
        let shown = if all { self.children.len() } else { self.children.len().min(LISTED_MAX) };
        let rows = self.children[..shown].iter().map(|child| {
            let steps = if child.steps == 1 { "step" } else { "steps" };
            vec![
                child.identity.clone(),
                child.steps.to_string(),
                steps.into(),
                seconds(child.seconds),
            ]
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            let table = columns(&[], &rows);
            text.section("tasks", table.lines().map(str::to_owned));
        }
        if shown < self.children.len() {
            let more = self.children.len() - shown;
            text.note(&format!("{more} more tasks: `--all` shows them, `tree` folds them"));
        }
        if let Some(seal) = &self.seal {
            let settings = seal.settings.iter();
            text.section("settings read", settings.map(|(key, value)| format!("{key} = {value}")));
            text.section("depends on the tasks", seal.tasks.iter().cloned());
            text.result(&seal.result, all);
        }
        text.failures(&self.failures, clock, all);
        text.text
    }
}

/// A text of facts and sections.
#[derive(Default)]
struct Facts {
    text: String,
}

impl Facts {
    fn fact(&mut self, name: &str, value: &str) {
        // Writing to a text cannot fail, here and below.
        let _ = writeln!(self.text, "{name:<9} {value}");
    }

    fn session(&mut self, session: &SessionView, clock: &WallClock) {
        let SessionView { session, record, .. } = session;
        let mut text = format!("{session}, {} {}", record.program, record.version);
        let _ = write!(text, " as process {} on {}", record.pid, record.host);
        self.fact("session", &text);
        if !record.arguments.is_empty() {
            self.fact("", &format!("with {}", record.arguments.join(" ")));
        }
        if !record.profiles.is_empty() {
            self.fact("", &format!("profiles {}", record.profiles.join(", ")));
        }
        self.fact("", &format!("began {}", clock.describe(record.started)));
    }

    fn section(&mut self, name: &str, lines: impl Iterator<Item = String>) {
        let mut lines = lines.peekable();
        if lines.peek().is_some() {
            let _ = writeln!(self.text, "{name}");
        }
        lines.for_each(|line| {
            let _ = writeln!(self.text, "  {line}");
        });
    }

    fn result(&mut self, result: &Value, all: bool) {
        let (result, is_cut) = result.lines(all);
        self.section("result", result.lines().map(str::to_owned));
        if is_cut {
            self.note("the result is cut: `--all` shows the whole, `--json` gives it to tools");
        }
    }

    fn note(&mut self, note: &str) {
        let _ = writeln!(self.text, "  ({note})");
    }

    fn failures(&mut self, failures: &[FailureView], clock: &WallClock, all: bool) {
        let shown = if all { failures.len() } else { failures.len().min(LISTED_MAX) };
        // The last are those that are wanted.
        let failures = &failures[failures.len() - shown..];
        let lines = failures.iter().flat_map(|failure| {
            let when = clock.describe(failure.started);
            let took = seconds(failure.seconds);
            let attempt = failure.attempt_of().map_or(String::new(), |of| format!(", {of}"));
            let FailureView { path, session, .. } = failure;
            let first = format!("{path} in session {session}{attempt}, {when}, after {took}");
            let causes = failure.causes.iter().enumerate().map(|(index, cause)| {
                let mark = if index == 0 { "  " } else { "  caused by: " };
                format!("{mark}{cause}")
            });
            std::iter::once(first).chain(causes).collect::<Vec<_>>()
        });
        self.section("failed attempts", lines);
    }
}

fn artifacts(artifacts: &[Artifact]) -> impl Iterator<Item = String> {
    let rows = artifacts
        .iter()
        .map(|artifact| vec![artifact.name.clone(), bytes(artifact.size), artifact.hash.clone()]);
    let rows: Vec<_> = rows.collect();
    let table = columns(&[], &rows);
    let lines: Vec<_> = table.lines().map(str::to_owned).collect();
    lines.into_iter()
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

/// Writes a size to three figures.
fn bytes(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    match units.into_iter().find(|(_, shift)| bytes >> shift > 0) {
        Some((unit, shift)) => {
            let size = bytes as f64 / (1_u64 << shift) as f64;
            let digits = if size < 10.0 {
                2
            } else if size < 100.0 {
                1
            } else {
                0
            };
            format!("{size:.digits$} {unit}")
        }
        None => format!("{bytes} B"),
    }
}
