//! Reads what libtest prints, line by line, for test binaries and doctests alike.
//!
//! libtest's stable output is a text for people. It prints `test NAME ... ok` as cases end and
//! each case's captured output in a section of its own afterwards. Output that was not captured
//! may stand anywhere between.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

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
    /// How many cases the group has, as its first line says.
    group_size: usize,
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
    /// Where one ends is told when all are there: a case may print what looks like a header.
    Sections(Vec<String>),
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
            && matches!(self.state, State::Outside)
        {
            self.state = State::Running { pending: None };
            self.group_start = self.entries.len();
            self.group_size = count;
            self.groups_open += 1;
            return self.announce(count);
        }
        // A case may print such a line, but hardly with the number that was announced.
        if group_end(line) == Some(self.group_size) && !matches!(self.state, State::Outside) {
            self.close_sections();
            self.state = State::Outside;
            self.groups_open -= 1;
            return None;
        }
        match &mut self.state {
            State::Outside => self.other(line),
            State::Running { .. } => self.running(line),
            State::Sections(lines) => {
                lines.push(line.to_owned());
                None
            }
        }
    }

    /// Tells whether cases are running: not before the first one, nor behind the last one.
    pub(super) fn is_running(&self) -> bool {
        matches!(self.state, State::Running { .. })
    }

    /// Returns what was read, and what stood outside of all sections.
    pub(super) fn finish(mut self) -> Finished {
        self.close_sections();
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
            self.state = State::Sections(Vec::new());
            return None;
        }
        let State::Running { pending } = &mut self.state else {
            return None;
        };
        let (printed, line) = line.split_at(begin_of_case(line));
        let (name, verdict, printed) = match case_line(line) {
            Some((name, rest)) => match verdict(rest) {
                Some(verdict) => (name.to_owned(), verdict, printed),
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

    /// Gives each case its section.
    ///
    /// libtest prints those of the cases that passed, then those of the others, both in the order in
    /// which they ended. So they are found from the end: each is the last one before the next.
    fn close_sections(&mut self) {
        let State::Sections(lines) = &mut self.state else { return };
        let lines = std::mem::take(lines);
        let group = &mut self.entries[self.group_start..];
        let names: HashSet<String> = group.iter().map(|entry| entry.name.clone()).collect();
        let headers = headers(&lines);
        let mut sections: Vec<(usize, Range<usize>)> = Vec::new();
        let mut end = lines.len();
        for verdict in [Verdict::Failed, Verdict::Passed] {
            for index in (0..group.len()).rev().filter(|index| group[*index].verdict == verdict) {
                let places = headers.get(group[index].name.as_str()).map_or(&[][..], Vec::as_slice);
                let before = &places[..places.partition_point(|place| *place < end)];
                if let Some(start) = before.last() {
                    sections.push((index, *start..end));
                    end = *start;
                }
            }
        }
        // Before the first section there is none that could hold a copy of its header.
        if let Some((index, lines)) = sections.last_mut() {
            lines.start = headers[group[*index].name.as_str()][0];
        }
        let mut above = None;
        for (index, section) in sections {
            let entry = &mut group[index];
            // Behind the last section of a kind stand the names of its cases.
            let listed = (above.as_ref() != Some(&entry.verdict)).then_some(&names);
            above = Some(entry.verdict.clone());
            entry.output = output(&lines[section.start + 1..section.end], listed);
        }
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

/// Recognises `test result: ok. 1 passed; …; finished in 0.10s` and returns the number of cases.
fn group_end(line: &str) -> Option<usize> {
    let rest = line.strip_prefix("test result: ")?;
    let rest = rest.strip_prefix("ok. ").or(rest.strip_prefix("FAILED. "))?;
    let (counts, _) = rest.split_once("; finished in ")?;
    let counts = counts.split("; ").filter_map(|part| {
        let (count, what) = part.split_once(' ')?;
        ["passed", "failed", "ignored", "measured"].contains(&what).then(|| count.parse().ok())?
    });
    Some(counts.fold(0, usize::saturating_add))
}

/// Finds what looks like the first line of a section, by the case's name.
fn headers(lines: &[String]) -> HashMap<&str, Vec<usize>> {
    let mut headers: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, line) in lines.iter().enumerate() {
        let name = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----"));
        if let Some(name) = name {
            headers.entry(name).or_default().push(place);
        }
    }
    headers
}

/// Returns a case's output without what libtest adds to its end: a blank line and, behind the last
/// section of its kind, the `listed` names.
fn output(lines: &[String], listed: Option<&HashSet<String>>) -> String {
    let is_listed = |line: &str, names: &HashSet<String>| {
        let name = line.strip_prefix("    ");
        name.is_some_and(|name| names.contains(name)) || matches!(line, "failures:" | "successes:")
    };
    let is_ours = |line: &String| {
        line.trim().is_empty() || listed.is_some_and(|names| is_listed(line, names))
    };
    let length = lines.iter().rposition(|line| !is_ours(line)).map_or(0, |last| last + 1);
    lines[..length].join("\n")
}

/// Tells where libtest's words begin in a line: what a case prints past the capture may end no line,
/// and then they follow it.
fn begin_of_case(line: &str) -> usize {
    let begins = line.match_indices("test ").map(|(at, _)| at);
    let is_told = |at: &usize| case_line(&line[*at..]).is_some_and(|it| verdict(it.1).is_some());
    begins.filter(is_told).last().unwrap_or(0)
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
