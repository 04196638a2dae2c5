//! libtest as the backend: cargo builds the test binaries, and each is run as it is.

mod build;

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use super::command::{command, not_started};
use super::error::FrontError;
use super::knowledge::Knowledge;
use super::listing::{ListedCase, ListedSuite, Listing};
use super::panic_text::{self, ended_with_code};
use super::plan::Plan;
use super::read_lines::{Limit, read_lines, read_lines_within};
use super::terminal;
use super::transcript::{Finished, Progress, Transcript, Verdict};
use super::workspace::Workspace;
use crate::manifest::MANIFEST_DIR_VARIABLE;
use crate::report::{AttemptReport, CaseReport, Outcome, SuiteReport};
use crate::sidecar::ATTEMPT_VARIABLE;
use crate::time_limit;

/// The longest list of names in one call; systems limit the command line to 128 KiB or more.
const NAMES_BYTES: usize = 64 << 10;

/// How much longer a case may take than its limit before its process is killed from outside: one
/// that watches itself ends it before, and says more.
const GRACE: Duration = Duration::from_secs(2);

/// The test binaries and what starts them.
pub(super) struct Libtest {
    library_path: OsString,
}

impl Libtest {
    pub(super) fn new(workspace: &Workspace) -> Result<Self, FrontError> {
        Ok(Self { library_path: build::library_path(workspace)? })
    }

    /// Builds the test binaries and lists their cases.
    ///
    /// A target with a harness of its own, which does not understand `--list`, has none: such a
    /// program is not a set of cases.
    pub(super) fn list(&self, plan: &Plan<'_>) -> Result<Listing, FrontError> {
        let mut listing = build::build(plan)?;
        for suite in &mut listing.suites {
            let all = self.names(plan, suite, false)?;
            let ignored: HashSet<String> = match all.is_empty() {
                true => HashSet::new(),
                false => self.names(plan, suite, true)?.into_iter().collect(),
            };
            let case = |name| {
                let ignored = ignored.contains(&name);
                ListedCase::new(name, ignored)
            };
            suite.cases = all.into_iter().map(case).collect();
        }
        Ok(listing)
    }

    /// Runs the selected cases of each binary, one binary after the other.
    pub(super) fn run(
        &self,
        plan: &Plan<'_>,
        listed: &[ListedSuite],
    ) -> Result<Vec<SuiteReport>, FrontError> {
        let mut suites: Vec<SuiteReport> = Vec::new();
        for listed in listed {
            if listed.selected().next().is_none() {
                continue;
            }
            if plan.settings.fail_fast && suites.iter().any(|suite| suite.counts().failed > 0) {
                break;
            }
            suites.push(Runner { libtest: self, plan, listed }.run()?);
        }
        Ok(suites)
    }

    /// Returns why a binary leaves out its ignored cases `names`, which it says without running
    /// them; those without a reason are not there.
    pub(super) fn reasons(
        &self,
        plan: &Plan<'_>,
        suite: &ListedSuite,
        names: &[&str],
    ) -> Result<HashMap<String, String>, FrontError> {
        let mut reasons = HashMap::new();
        for names in chunks(names, NAMES_BYTES) {
            let mut command = self.command(plan, suite);
            command.arg("--exact").args(names);
            let mut transcript = Transcript::default();
            read_lines(&mut command, |line| drop(transcript.line(line)))?;
            for entry in transcript.finish().entries {
                if let Verdict::Ignored(Some(reason)) = entry.verdict {
                    reasons.insert(entry.name, reason);
                }
            }
        }
        Ok(reasons)
    }

    /// Lists the names of all cases of a binary, or of those that are ignored.
    fn names(
        &self,
        plan: &Plan<'_>,
        suite: &ListedSuite,
        ignored: bool,
    ) -> Result<Vec<String>, FrontError> {
        let mut command = self.command(plan, suite);
        command.args(["--list", "--format", "terse"]);
        match ignored {
            true => command.arg("--ignored"),
            false => command.env(MANIFEST_DIR_VARIABLE, &plan.files.manifests),
        };
        let output = command
            .stdin(Stdio::null())
            .output()
            .map_err(|source| not_started(&command, source))?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
    }

    /// Returns the command that starts a binary as `cargo test` would.
    fn command(&self, plan: &Plan<'_>, listed: &ListedSuite) -> Command {
        let mut command = command(&listed.exe);
        if let Some(package) = plan.workspace.package(&listed.package) {
            command
                .current_dir(&package.dir)
                .env("CARGO_MANIFEST_DIR", &package.dir)
                .env("CARGO_MANIFEST_PATH", package.dir.join("Cargo.toml"))
                .env("CARGO_PKG_NAME", &package.name)
                .env("CARGO_PKG_VERSION", &package.version);
        }
        command.env(build::LIBRARY_PATH, &self.library_path);
        plan.observe(&mut command, None);
        command
    }
}

/// Runs the selected cases of one binary.
struct Runner<'a> {
    libtest: &'a Libtest,
    plan: &'a Plan<'a>,
    listed: &'a ListedSuite,
}

/// What one call of the binary came to.
struct Called {
    finished: Finished,
    status: ExitStatus,
    /// The time in which no case ended, after which it was killed.
    too_long: Option<Duration>,
}

impl Runner<'_> {
    /// Runs the cases in as many calls as their names need, and then again what failed and may be
    /// tried again.
    fn run(&self) -> Result<SuiteReport, FrontError> {
        let Self { listed, plan, .. } = self;
        terminal::heading(&format!("Tests of {}", listed.name));
        let mut suite = SuiteReport::new(&listed.name, &listed.package, listed.kind);
        let selected: Vec<&str> = listed.selected().map(|case| case.name.as_str()).collect();
        let everything = selected.len() == listed.cases.len();
        let limit = if everything { usize::MAX } else { NAMES_BYTES };
        for names in chunks(&selected, limit) {
            let called = self.call(if everything { &[] } else { names }, 1)?;
            // With further arguments it is the user's choice which cases are left out.
            let cut_short = !called.finished.complete && !plan.has_arguments();
            let mut cases = cases(called.finished);
            if cut_short {
                let ended: HashSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
                let missing = names.iter().copied().filter(|name| !ended.contains(name));
                let missing: Vec<&str> = missing.collect();
                for case in cases.iter_mut().filter(|case| is_untold(case)) {
                    self.find_out(case)?;
                }
                cases.extend(self.run_missing(&missing)?);
            }
            suite.cases.extend(cases);
        }
        for case in &mut suite.cases {
            self.retry(case)?;
        }
        suite.cases.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(suite)
    }

    /// Runs each of `missing` in a process of its own, after one of them ended that of all.
    ///
    /// One that says itself that its time was over is not tried again: it would take as long. If
    /// all others pass alone, the end of the common process is still not explained: then those that
    /// ran at that moment are blamed, or all of them if that is not known.
    fn run_missing(&self, missing: &[&str]) -> Result<Vec<CaseReport>, FrontError> {
        let before = Knowledge::read(&self.plan.files);
        let name = &self.listed.name;
        terminal::heading(&format!(
            "The process of {name} ended early; what is left runs in processes of its own"
        ));
        let mut found = Vec::new();
        for name in missing {
            match before.timed_out(self.listed, name) {
                Some((reason, duration)) => {
                    let mut case = CaseReport::new(*name, Outcome::TimedOut);
                    case.message = Some(reason);
                    case.duration = Some(duration);
                    found.push(case);
                }
                None => found.push(self.run_alone(name, 1)?),
            }
        }
        let explains =
            |case: &CaseReport| matches!(case.outcome, Outcome::Aborted | Outcome::TimedOut);
        if !found.iter().any(explains) {
            let is_blamed = |case: &CaseReport| before.is_unfinished(self.listed, &case.name);
            let known = found.iter().any(is_blamed);
            for case in &mut found {
                if !known || is_blamed(case) {
                    case.outcome = Outcome::Aborted;
                    case.message = Some(
                        "the process that ran this test with others ended early; alone it does not"
                            .to_owned(),
                    );
                }
            }
        }
        Ok(found)
    }

    /// Runs a failed case again, alone, whose process ended before it printed why.
    fn find_out(&self, case: &mut CaseReport) -> Result<(), FrontError> {
        let alone = self.run_alone(&case.name, 1)?;
        if alone.outcome.is_failure() {
            *case = alone;
        } else {
            case.message = Some(
                "the process that ran this test with others ended before it printed why the test \
                 failed; alone it passes"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// Tries a failed case again, as often as its policy allows.
    fn retry(&self, case: &mut CaseReport) -> Result<(), FrontError> {
        let listed = self.listed.cases.iter().find(|listed| listed.name == case.name);
        let retries = listed.map_or(0, |listed| self.plan.retries(listed));
        for attempt in 2..=retries.saturating_add(1) {
            if !case.outcome.is_failure() {
                break;
            }
            terminal::heading(&format!("Attempt {attempt} at {}", case.name));
            let mut next = self.run_alone(&case.name, attempt)?;
            next.earlier = std::mem::take(&mut case.earlier);
            next.earlier.push(AttemptReport {
                outcome: case.outcome,
                message: case.message.take(),
                output: [case.stdout.as_str(), &case.stderr].concat(),
                duration: case.duration,
            });
            *case = next;
        }
        Ok(())
    }

    /// Runs one case in a process of its own.
    fn run_alone(&self, name: &str, attempt: u32) -> Result<CaseReport, FrontError> {
        let Called { finished, status, too_long } = self.call(&[name], attempt)?;
        let output = finished.loose.clone();
        if let Some(case) = cases(finished).into_iter().find(|case| case.name == name) {
            return Ok(case);
        }
        let mut case = CaseReport::new(name, Outcome::Aborted);
        if let Some(limit) = too_long {
            case.outcome = Outcome::TimedOut;
            case.message = Some(time_limit::too_long(limit));
            case.duration = Some(limit);
            case.stdout = output;
            return Ok(case);
        }
        let ended = match status.code() {
            Some(code) => ended_with_code(code),
            None => format!("the test ended its process with {status}"),
        };
        let told = panic_text::message(&output, name);
        case.message = Some(told.map_or(ended.clone(), |told| format!("{ended}\n{told}")));
        case.stdout = output;
        Ok(case)
    }

    /// Returns the longest time that one of the cases `names`, or of all, may take, if each has a
    /// limit. A case runs from the end of another one, or from the beginning: where none ends for
    /// longer, all that are running are over their time.
    fn limit(&self, names: &[&str]) -> Option<Duration> {
        let is_run = |case: &&ListedCase| names.is_empty() || names.contains(&case.name.as_str());
        let limits = self.listed.cases.iter().filter(is_run).map(|case| self.plan.timeout(case));
        limits.collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// Runs the binary once, for the cases `names` or, without names, for all.
    fn call(&self, names: &[&str], attempt: u32) -> Result<Called, FrontError> {
        let Self { plan, listed, .. } = self;
        let mut command = self.libtest.command(plan, listed);
        command.envs(plan.environment()).env(ATTEMPT_VARIABLE, attempt.to_string());
        command.arg("--show-output");
        if let Some(jobs) = plan.settings.jobs {
            command.arg(format!("--test-threads={jobs}"));
        }
        if let [name] = names {
            plan.observe(&mut command, Some((&listed.name, name)));
        }
        if !names.is_empty() {
            command.arg("--exact").args(names);
        }
        command.args(&plan.options.backend_arguments);
        let mut transcript = Transcript::default();
        let limit = self.limit(names);
        let wait = limit.map(|limit| limit.saturating_add(GRACE));
        let (status, is_over) = read_lines_within(&mut command, wait, |line| {
            let progress = transcript.line(line);
            if let Some(progress) = &progress {
                terminal::progress(progress);
            }
            match progress {
                _ if !transcript.is_running() => Limit::Ends,
                Some(Progress::Other(_)) => Limit::GoesOn,
                _ => Limit::Begins,
            }
        })?;
        let mut finished = transcript.finish();
        // Not a case of the binary, but its harness: it does not understand an argument.
        if !status.success() && finished.complete && finished.entries.is_empty() {
            return Err(FrontError::Backend { program: listed.name.clone(), status });
        }
        // What a child process of a case prints may look like a case, too.
        let listed: HashSet<&str> = listed.cases.iter().map(|case| case.name.as_str()).collect();
        finished.entries.retain(|entry| listed.contains(entry.name.as_str()));
        Ok(Called { finished, status, too_long: limit.filter(|_| is_over) })
    }
}

/// Turns what libtest printed into reports.
fn cases(finished: Finished) -> Vec<CaseReport> {
    let cases = finished.entries.into_iter().map(|entry| {
        let (outcome, message) = match entry.verdict {
            Verdict::Passed => (Outcome::Passed, None),
            Verdict::Ignored(reason) => (Outcome::Skipped, reason),
            Verdict::Failed => {
                let message = panic_text::message(&entry.output, &entry.name);
                let message = message.unwrap_or_else(|| entry.output.trim().to_owned());
                (panic_text::outcome(&message), Some(message))
            }
        };
        let mut case = CaseReport::new(entry.name, outcome);
        case.message = message;
        case.stdout = entry.output;
        case
    });
    cases.collect()
}

/// Tells whether a case failed without a word: libtest prints these after the last case.
fn is_untold(case: &CaseReport) -> bool {
    case.outcome.is_failure() && case.stdout.is_empty()
}

/// Cuts `names` into pieces of at most `limit` bytes, but at least one name.
fn chunks<'a, 'b>(names: &'a [&'b str], limit: usize) -> Vec<&'a [&'b str]> {
    let mut chunks = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (index, name) in names.iter().enumerate() {
        bytes += name.len() + 1;
        if bytes > limit && index > start {
            chunks.push(&names[start..index]);
            (start, bytes) = (index, name.len() + 1);
        }
    }
    chunks.push(&names[start..]);
    chunks
}

#[cfg(test)]
mod tests {
    //! Cutting long lists of names.

    use super::*;

    #[test]
    fn chunks_hold_all_names_in_order() {
        let names = ["aaaa", "bb", "cc", "dddddddddd", "e"];
        assert_eq!(chunks(&names, 6), [&names[0..1], &names[1..3], &names[3..4], &names[4..5]]);
        assert_eq!(chunks(&names, usize::MAX), [&names[..]]);
    }
}
