//! Reads what libtest prints, line by line, for test binaries and doctests alike.
//!
//! libtest's stable output is a text for people. It prints `test NAME ... ok` as cases end and
//! each case's captured output in a section of its own afterwards. Output that was not captured
//! may stand anywhere between.

use std::collections::HashSet;

/// What one case came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Passed,
    Failed,
    /// Left out, with the reason if it has one.
    Ignored(Option<String>),
}

/// What a line says about the progress of the run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// The doctests of this crate begin.
    Doctests(String),
    /// A case ended.
    Ended { name: String, verdict: Verdict },
    /// This line is not libtest's.
    Other(String),
}

/// A case and what it printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The crate whose doctests these are; empty for a test binary.
    pub(super) doctests_of: String,
    pub(super) name: String,
    pub(super) verdict: Verdict,
    pub(super) output: String,
}

/// The state of reading.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    entries: Vec<Entry>,
    doctests_of: String,
    announced: bool,
    state: State,
    /// Entries before this index are of an earlier group: doctests come in several.
    group_start: usize,
    /// Printed outside of any section.
    loose: String,
    groups_open: usize,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Outside,
    Running {
        /// A name whose verdict did not follow at once: something was printed between.
        pending: Option<String>,
    },
    Sections {
        current: Option<usize>,
        seen: HashSet<usize>,
    },
}

impl Transcript {
    /// Reads the next line, without its end.
    pub(super) fn line(&mut self, line: &str) -> Option<Progress> {
        if let Some(name) = line.trim_start().strip_prefix("Doc-tests ")
            && matches!(self.state, State::Outside)
        {
            self.doctests_of = name.trim().to_owned();
            self.announced = false;
            return None;
        }
        if let Some(count) = group_start(line)
            && !matches!(self.state, State::Sections { .. })
        {
            self.state = State::Running { pending: None };
            self.group_start = self.entries.len();
            self.groups_open += 1;
            return self.announce(count);
        }
        if is_group_end(line) && !matches!(self.state, State::Outside) {
            self.close_section();
            self.state = State::Outside;
            self.groups_open -= 1;
            return None;
        }
        match &mut self.state {
            State::Outside => self.other(line),
            State::Running { .. } => self.running(line),
            State::Sections { .. } => {
                self.section(line);
                None
            }
        }
    }

    /// Returns what was read, and what stood outside of all sections.
    pub(super) fn finish(mut self) -> Finished {
        self.close_section();
        Finished { complete: self.groups_open == 0, entries: self.entries, loose: self.loose }
    }

    /// Says whose doctests begin, once, and only if there are any.
    fn announce(&mut self, count: usize) -> Option<Progress> {
        if count == 0 || self.announced || self.doctests_of.is_empty() {
            return None;
        }
        self.announced = true;
        Some(Progress::Doctests(self.doctests_of.clone()))
    }

    fn running(&mut self, line: &str) -> Option<Progress> {
        if matches!(line, "failures:" | "successes:") {
            self.state = State::Sections { current: None, seen: HashSet::new() };
            return None;
        }
        let State::Running { pending } = &mut self.state else {
            return None;
        };
        let (name, verdict, printed) = match case_line(line) {
            Some((name, rest)) => match verdict(rest) {
                Some(verdict) => (name.to_owned(), verdict, ""),
                None => {
                    *pending = Some(name.to_owned());
                    return self.other(rest);
                }
            },
            None => match (pending.take(), late_verdict(line)) {
                (Some(name), Some((printed, verdict))) => (name, verdict, printed),
                (still_pending, _) => {
                    *pending = still_pending;
                    return self.other(line);
                }
            },
        };
        self.loose.push_str(printed);
        self.entries.push(Entry {
            doctests_of: self.doctests_of.clone(),
            name: name.clone(),
            verdict: verdict.clone(),
            output: String::new(),
        });
        Some(Progress::Ended { name, verdict })
    }

    fn section(&mut self, line: &str) {
        let header = line
            .strip_prefix("---- ")
            .and_then(|rest| rest.strip_suffix(" stdout ----"))
            .and_then(|name| {
                let group = &self.entries[self.group_start..];
                group.iter().position(|entry| entry.name == name)
            })
            .map(|index| index + self.group_start);
        let State::Sections { current, seen } = &self.state else {
            return;
        };
        // A case may print what looks like a header; each real one comes only once.
        match (header, current) {
            (Some(index), _) if !seen.contains(&index) => {
                self.close_section();
                if let State::Sections { current, seen } = &mut self.state {
                    seen.insert(index);
                    *current = Some(index);
                }
            }
            (_, Some(index)) => {
                let output = &mut self.entries[*index].output;
                output.push_str(line);
                output.push('\n');
            }
            _ => {}
        }
    }

    /// Removes from the last section what belongs to libtest: the lists of names after it.
    fn close_section(&mut self) {
        let State::Sections { current, .. } = &mut self.state else {
            return;
        };
        let Some(index) = current.take() else { return };
        let (_, group) = self.entries.split_at(self.group_start);
        let names: HashSet<&str> = group.iter().map(|entry| entry.name.as_str()).collect();
        let output = &self.entries[index].output;
        let mut kept: Vec<&str> = output.lines().collect();
        while let Some(last) = kept.last() {
            let listed = last.strip_prefix("    ").is_some_and(|name| names.contains(name));
            if !(listed || last.trim().is_empty() || matches!(*last, "failures:" | "successes:")) {
                break;
            }
            kept.pop();
        }
        let kept = kept.join("\n");
        self.entries[index].output = kept;
    }

    fn other(&mut self, line: &str) -> Option<Progress> {
        if line.trim().is_empty() {
            return None;
        }
        self.loose.push_str(line);
        self.loose.push('\n');
        Some(Progress::Other(line.to_owned()))
    }
}

/// All that was read.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) entries: Vec<Entry>,
    /// Printed outside of any section.
    pub(super) loose: String,
    /// Whether every group of cases came to its end.
    pub(super) complete: bool,
}

/// Recognises `running 3 tests` and returns the number.
fn group_start(line: &str) -> Option<usize> {
    let rest = line.strip_prefix("running ")?;
    let count = rest.strip_suffix(" tests").or(rest.strip_suffix(" test"))?;
    count.parse().ok()
}

/// Recognises `test result: ok. 1 passed; …; finished in 0.10s`.
fn is_group_end(line: &str) -> bool {
    let rest = line.strip_prefix("test result: ").unwrap_or_default();
    (rest.starts_with("ok. ") || rest.starts_with("FAILED. ")) && rest.contains("; finished in ")
}

/// Splits `test NAME ... REST`; the way a case is run is not part of its name.
fn case_line(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let modes = [" - should panic", " - compile fail", " - compile"];
    let name = modes.iter().find_map(|mode| name.strip_suffix(mode)).unwrap_or(name);
    Some((name, rest))
}

fn verdict(text: &str) -> Option<Verdict> {
    match text.trim_end() {
        "ok" => Some(Verdict::Passed),
        "ignored" => Some(Verdict::Ignored(None)),
        failed if failed == "FAILED" || failed.starts_with("FAILED (") => Some(Verdict::Failed),
        benchmark if benchmark.starts_with("bench: ") => Some(Verdict::Passed),
        other => {
            let reason = other.strip_prefix("ignored, ")?;
            Some(Verdict::Ignored(Some(reason.to_owned())))
        }
    }
}

/// Recognises a verdict behind what a case printed itself.
fn late_verdict(line: &str) -> Option<(&str, Verdict)> {
    let words = [("ok", Verdict::Passed), ("FAILED", Verdict::Failed)];
    words.into_iter().find_map(|(word, verdict)| Some((line.strip_suffix(word)?, verdict)))
}

#[cfg(test)]
mod tests;
