//! What the test processes recorded about their cases, joined with what the backend reports.

mod execution;
mod stage_output;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::files::Files;
use super::lines;
use super::listing::{Key, ListedSuite};
use super::panic_text;
use crate::report::{CaseReport, Location, LogLine, Outcome, StageReport, SuiteReport};
use crate::sidecar::{Event, Record};
use crate::stage::{Ending, Stage};
use crate::time_limit::was_running;
use execution::Execution;
use stage_output::StageOutput;

/// What the records say.
///
/// They are optional: ordinary `#[test]`s have none, so what is missing is not an error but less
/// knowledge.
#[derive(Debug, Default)]
pub(super) struct Knowledge {
    /// In the order in which they began.
    executions: HashMap<Key, Vec<Execution>>,
    /// Log lines that belong to no case, by binary.
    unattributed: HashMap<String, Vec<LogLine>>,
    /// What failed when a process had no case any more, by binary and name.
    leftovers: BTreeMap<Key, CaseReport>,
}

impl Knowledge {
    /// Reads what the run has left so far.
    pub(super) fn read(files: &Files) -> Self {
        Self::from_records(lines::read(&files.records))
    }

    fn from_records(mut records: Vec<Record>) -> Self {
        // Those of one process are in order already; a later process may have the same number.
        records.sort_by_key(|record| record.time_ms);
        let mut knowledge = Self::default();
        let mut open: HashMap<(u32, u32, String), (Key, Execution)> = HashMap::new();
        let mut binaries: HashMap<u32, String> = HashMap::new();
        let mut loose: Vec<(u32, LogLine)> = Vec::new();
        let mut left: Vec<(u32, CaseReport)> = Vec::new();
        for Record { pid, attempt, name, time_ms, event } in records {
            let id = (pid, attempt, name.clone());
            match event {
                Event::Start { exe, thread: _ } => {
                    binaries.insert(pid, exe.clone());
                    let new = ((exe, name), Execution::new(attempt, time_ms));
                    // Another process of this number never ended this case.
                    if let Some((key, execution)) = open.insert(id, new) {
                        knowledge.executions.entry(key).or_default().push(execution);
                    }
                }
                Event::End { .. } => {
                    if let Some((key, mut execution)) = open.remove(&id) {
                        execution.add(time_ms, event);
                        knowledge.executions.entry(key).or_default().push(execution);
                    }
                }
                Event::Leftover { what, place, ending } => {
                    left.push((pid, leftover(&what, &place, &ending)));
                }
                event => match (open.get_mut(&id), event) {
                    (Some((_, execution)), event) => execution.add(time_ms, event),
                    (None, Event::Log { stage, level, target, spans, message }) => {
                        let line = LogLine { time_ms, stage, level, target, spans, message };
                        loose.push((pid, line));
                    }
                    _ => {}
                },
            }
        }
        for (key, execution) in open.into_values() {
            knowledge.executions.entry(key).or_default().push(execution);
        }
        for executions in knowledge.executions.values_mut() {
            executions.sort_by_key(|execution| (execution.started_ms, execution.attempt));
        }
        for (pid, line) in loose {
            let binary = binaries.get(&pid).cloned().unwrap_or_default();
            knowledge.unattributed.entry(binary).or_default().push(line);
        }
        for (pid, case) in left {
            let binary = binaries.get(&pid).cloned().unwrap_or_default();
            // Each of many processes may have found the same.
            knowledge.leftovers.entry((binary, case.name.clone())).or_insert(case);
        }
        knowledge
    }

    /// Completes what the backend said about the cases of a binary. `root` is where the compiler's
    /// paths begin.
    pub(super) fn complete(&self, listed: &ListedSuite, suite: &mut SuiteReport, root: &Path) {
        let known: HashMap<&str, _> =
            listed.cases.iter().map(|case| (case.name.as_str(), case)).collect();
        let mut reported = HashSet::new();
        for case in &mut suite.cases {
            let key = listed.key(&case.name);
            if let Some(entry) = known.get(case.name.as_str()).and_then(|case| case.known.as_ref())
            {
                case.location = Some(Location { file: entry.file.clone(), line: entry.line });
                case.tags = entry.tags.clone();
            }
            let execution = self.execution(&key, case.attempts());
            judge_by_source(case, root);
            if let Some(execution) = execution {
                add_recorded(case, execution);
            }
            if case.outcome.is_failure() {
                let place = panic_text::place(&case.stderr, &case.name);
                case.failed_at = place.or_else(|| panic_text::place(&case.stdout, &case.name));
            }
            reported.insert(key);
        }

        let exe = listed.key("").0;
        let left = self.leftovers.iter().filter(|((binary, _), _)| *binary == exe);
        suite.cases.extend(left.map(|(_, case)| case.clone()));
        suite.unattributed.extend(self.unattributed.get(&exe).into_iter().flatten().cloned());
        // A case that the backend says nothing of may still have logged something.
        let lost =
            self.executions.iter().filter(|(key, _)| key.0 == exe && !reported.contains(*key));
        suite
            .unattributed
            .extend(lost.flat_map(|(_, lost)| lost).flat_map(|lost| lost.logs.clone()));
        suite.unattributed.sort_by_key(|line| line.time_ms);
    }

    /// Tells whether the case began and never ended.
    pub(super) fn is_unfinished(&self, listed: &ListedSuite, case: &str) -> bool {
        let executions = self.executions.get(&listed.key(case));
        executions.is_some_and(|all| all.iter().any(|execution| execution.end.is_none()))
    }

    /// Returns the words of a case whose time was over, if it says so itself.
    pub(super) fn timed_out(&self, listed: &ListedSuite, case: &str) -> Option<(String, Duration)> {
        let last = self.executions.get(&listed.key(case))?.last()?;
        let (duration, Ending::TimedOut(reason)) = last.end.as_ref()? else { return None };
        Some((reason.clone(), *duration))
    }

    /// Returns the last execution with this attempt's number, or the last one there is.
    fn execution(&self, key: &Key, attempt: usize) -> Option<&Execution> {
        let all = self.executions.get(key)?;
        let numbered = all.iter().rfind(|execution| execution.attempt as usize == attempt);
        numbered.or(all.last())
    }
}

/// Reports the teardown of something that several cases shared as a case of its own: it failed after
/// all of them, so that the run has to fail, and none of them did.
fn leftover(what: &str, place: &str, ending: &Ending) -> CaseReport {
    let mut case = CaseReport::new(what.replace('`', ""), outcome(ending));
    case.module = String::new();
    case.message = ending.reason().map(|reason| format!("its teardown failed: {reason}"));
    let mut parts = place.rsplitn(3, ':');
    if let (Some(_), Some(line), Some(file)) = (parts.next(), parts.next(), parts.next()) {
        case.location = line.parse().ok().map(|line| Location { file: file.to_owned(), line });
    }
    case
}

/// Makes an error a failure if what panicked is an assertion in the source, whatever its message.
fn judge_by_source(case: &mut CaseReport, root: &Path) {
    let CaseReport { name, stdout, stderr, outcome, earlier, .. } = case;
    let asserted = |output: &str| panic_text::is_at_assertion(output, name, root);
    if *outcome == Outcome::Error && (asserted(stderr) || asserted(stdout)) {
        *outcome = Outcome::Failed;
    }
    for attempt in earlier {
        if attempt.outcome == Outcome::Error && asserted(&attempt.output) {
            attempt.outcome = Outcome::Failed;
        }
    }
}

fn add_recorded(case: &mut CaseReport, execution: &Execution) {
    let started = Duration::from_millis(execution.started_ms);
    case.started = Some(SystemTime::UNIX_EPOCH + started);
    case.logs = execution.logs.clone();
    case.details = execution.details.clone();
    let stdout = StageOutput::cut(&case.stdout);
    let stderr = StageOutput::cut(&case.stderr);
    case.stages = execution
        .stages
        .iter()
        .map(|(stage, duration, ending)| StageReport {
            stage: *stage,
            // It panicked as it should if the case has passed all the same.
            outcome: match (case.outcome, outcome(ending)) {
                (Outcome::Passed, told) if told.is_failure() && *stage == Stage::Run => {
                    Outcome::Passed
                }
                (_, told) => told,
            },
            message: ending.reason().map(str::to_owned),
            duration: *duration,
            stdout: stdout.of(*stage),
            stderr: stderr.of(*stage),
        })
        .collect();
    (case.stdout, case.stderr) = (stdout.all, stderr.all);

    let Some((duration, ending)) = &execution.end else {
        // The backend says that its time was over, and not when.
        if case.outcome == Outcome::TimedOut
            && let Some(message) = &mut case.message
        {
            message.push_str(&was_running(execution.stage()));
        }
        return;
    };
    case.duration = case.duration.or(Some(*duration));
    match (case.outcome, ending) {
        (Outcome::Passed, Ending::Skipped(reason)) => {
            case.outcome = Outcome::Skipped;
            case.message = Some(reason.clone());
        }
        (told, Ending::TimedOut(reason)) if told.is_failure() => {
            case.outcome = Outcome::TimedOut;
            case.message = Some(reason.clone());
        }
        // The process knows better than its output what went wrong.
        (Outcome::Failed | Outcome::Error, Ending::Failed(reason) | Ending::Error(reason)) => {
            case.outcome = outcome(ending);
            let first = reason.lines().next().unwrap_or_default();
            let is_printed = case.stdout.contains(first) || case.stderr.contains(first);
            let says_nothing = case.message.as_deref().is_none_or(str::is_empty);
            if !reason.is_empty() && (is_printed || says_nothing) {
                case.message = Some(reason.clone());
            }
        }
        _ => {}
    }
}

fn outcome(ending: &Ending) -> Outcome {
    match ending {
        Ending::Passed => Outcome::Passed,
        Ending::Failed(_) => Outcome::Failed,
        Ending::Error(_) => Outcome::Error,
        Ending::Skipped(_) => Outcome::Skipped,
        Ending::TimedOut(_) => Outcome::TimedOut,
    }
}

#[cfg(test)]
mod tests;
