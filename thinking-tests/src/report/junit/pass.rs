//! What `junit-report` does not write, put into what it wrote, event by event.

use std::io::{self, Write as _};
use std::time::Duration;

use quick_xml::escape::escape;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesCData, BytesStart, BytesText, Event};
use quick_xml::name::QName;
use quick_xml::{Reader, Writer};

use super::dialect::{Dialect, MARK};
use super::document::cdata;
use crate::report::model::{CaseReport, Outcome, RunReport, SuiteReport};
use crate::report::sanitize::{one_line, xml};

/// Stands inside `]]>` in a CDATA section and is taken out here: the section ends before it, and
/// another one begins behind it. XML forbids this character, so no text has it.
pub(super) const CDATA_BREAK: char = '\u{ffff}';

/// Completes `shared`, which has one element for each of `suites` and each of their cases.
pub(super) fn complete(
    shared: &[u8],
    run: &RunReport,
    suites: &[&SuiteReport],
    dialect: Dialect,
) -> Result<Vec<u8>, quick_xml::Error> {
    let mut pass = Pass {
        writer: Writer::new(Vec::with_capacity(shared.len() + shared.len() / 4)),
        run,
        suites: suites.iter(),
        cases: [].iter(),
        case: None,
        failures_written: false,
        dialect,
    };
    let mut reader = Reader::from_reader(shared);
    loop {
        match reader.read_event()? {
            Event::Eof => return Ok(pass.writer.into_inner()),
            event => pass.event(event)?,
        }
    }
}

struct Pass<'a> {
    writer: Writer<Vec<u8>>,
    run: &'a RunReport,
    suites: std::slice::Iter<'a, &'a SuiteReport>,
    /// The cases of the suite that is open, as far as they have not come yet.
    cases: std::slice::Iter<'a, CaseReport>,
    /// The case that is open, until all of its earlier attempts were written.
    case: Option<&'a CaseReport>,
    /// Whether those that ended with a failure were written.
    failures_written: bool,
    dialect: Dialect,
}

impl<'a> Pass<'a> {
    fn event(&mut self, event: Event<'_>) -> io::Result<()> {
        match event {
            Event::Decl(declaration) => {
                self.writer.write_event(Event::Decl(declaration))?;
                self.line()?;
                self.writer.write_event(Event::Comment(BytesText::from_escaped(MARK)))?;
                self.line()
            }
            // Elements are written with an end of their own, as something may come into them.
            Event::Empty(start) => {
                let end = start.to_end().into_owned();
                self.start(start)?;
                self.end(Event::End(end))
            }
            Event::Start(start) => self.start(start),
            Event::End(end) => self.end(Event::End(end)),
            Event::CData(data) => {
                let text = String::from_utf8_lossy(&data);
                for section in text.split(CDATA_BREAK) {
                    self.writer.write_event(Event::CData(BytesCData::new(section)))?;
                }
                Ok(())
            }
            other => self.writer.write_event(other),
        }
    }

    fn start(&mut self, start: BytesStart<'_>) -> io::Result<()> {
        match start.name().as_ref() {
            b"testsuites" => self.start_run(),
            b"testsuite" => self.start_suite(&start),
            b"testcase" => self.start_case(&start),
            // Surefire's schema knows one order: failures, earlier ones, `skipped` or `error`,
            // earlier errors, and what was written.
            b"skipped" => {
                self.earlier_failures()?;
                let without: &[&str] =
                    if self.dialect == Dialect::Surefire { &["type"] } else { &[] };
                self.writer.write_event(Event::Start(changed(&start, without, &[])))
            }
            b"error" => {
                self.earlier_failures()?;
                self.writer.write_event(Event::Start(start))
            }
            b"system-out" | b"system-err" => {
                self.rest_of_earlier()?;
                self.writer.write_event(Event::Start(start))
            }
            _ => self.writer.write_event(Event::Start(start)),
        }
    }

    fn end(&mut self, end: Event<'_>) -> io::Result<()> {
        let Event::End(tag) = &end else { return Ok(()) };
        match tag.name().as_ref() {
            b"testsuites" if self.dialect == Dialect::Surefire => return Ok(()),
            b"testcase" => self.rest_of_earlier()?,
            b"testsuites" | b"testsuite" => {}
            _ => return self.writer.write_event(end),
        }
        self.writer.write_event(end)?;
        self.line()
    }

    fn start_run(&mut self) -> io::Result<()> {
        if self.dialect == Dialect::Surefire {
            return Ok(());
        }
        let mut totals = Totals::default();
        self.run.suites.iter().for_each(|suite| totals.add(suite));
        let mut start = BytesStart::new("testsuites");
        push(&mut start, "name", &xml(&self.run.title));
        push(&mut start, "tests", &totals.tests.to_string());
        push(&mut start, "failures", &totals.failures.to_string());
        push(&mut start, "errors", &totals.errors.to_string());
        if self.dialect == Dialect::Extended {
            push(&mut start, "skipped", &totals.skipped.to_string());
        }
        push(&mut start, "time", &seconds(self.run.duration));
        self.writer.write_event(Event::Start(start))?;
        self.line()
    }

    fn start_suite(&mut self, start: &BytesStart<'_>) -> io::Result<()> {
        let Some(suite) = self.suites.next() else { return Ok(()) };
        self.cases = suite.cases.iter();
        let mut totals = Totals::default();
        totals.add(suite);
        let mut without = vec!["time"];
        let mut more =
            vec![("skipped", totals.skipped.to_string()), ("time", seconds(totals.time))];
        if self.dialect == Dialect::Surefire {
            without.extend(["id", "package", "hostname"]);
            more.push(("flakes", totals.flaky.to_string()));
        }
        self.writer.write_event(Event::Start(changed(start, &without, &more)))?;
        self.line()?;
        let mut properties = vec![("thinking.backend", self.run.backend.clone())];
        properties.extend(self.run.subtree.iter().map(|tree| ("thinking.subtree", tree.clone())));
        let profiles = self.run.profiles.iter();
        properties.extend(profiles.map(|profile| ("thinking.profile", profile.clone())));
        self.properties(properties.iter().map(|(name, value)| (*name, value.as_str())))?;
        self.line()
    }

    fn start_case(&mut self, start: &BytesStart<'_>) -> io::Result<()> {
        let Some(case) = self.cases.next() else { return Ok(()) };
        self.case = Some(case);
        self.failures_written = false;
        let mut more = vec![("time", seconds(case.duration.unwrap_or_default()))];
        if self.dialect == Dialect::Extended
            && let Some(location) = case.location.as_ref().or(case.failed_at.as_ref())
        {
            more.push(("line", location.line.to_string()));
        }
        if !case.tags.is_empty() {
            more.push(("group", xml(&case.tags.join(","))));
        }
        self.writer.write_event(Event::Start(changed(start, &["time"], &more)))?;
        if self.dialect != Dialect::Extended {
            return Ok(());
        }
        let tags = case.tags.iter().map(|tag| ("tag", tag.as_str()));
        let details = case.details.iter();
        let details = details.map(|detail| (detail.key.as_str(), detail.value.as_str()));
        let worker = case.worker.iter().map(|worker| ("thinking.worker", worker.as_str()));
        self.properties(tags.chain(details).chain(worker))
    }

    fn properties<'p>(
        &mut self,
        properties: impl Iterator<Item = (&'p str, &'p str)>,
    ) -> io::Result<()> {
        let mut properties = properties.peekable();
        if properties.peek().is_none() {
            return Ok(());
        }
        self.writer.write_event(Event::Start(BytesStart::new("properties")))?;
        for (name, value) in properties {
            let mut property = BytesStart::new("property");
            push(&mut property, "name", &xml(name));
            push(&mut property, "value", &xml(value));
            self.writer.write_event(Event::Empty(property))?;
        }
        self.writer.write_event(Event::End(BytesStart::new("properties").to_end()))
    }

    fn rest_of_earlier(&mut self) -> io::Result<()> {
        self.earlier_failures()?;
        self.earlier(true)?;
        self.case = None;
        Ok(())
    }

    fn earlier_failures(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.failures_written, true) {
            self.earlier(false)?;
        }
        Ok(())
    }

    /// Writes the earlier attempts of the open case that ended with an error, or with a failure.
    fn earlier(&mut self, errors: bool) -> io::Result<()> {
        let Some(case) = self.case else { return Ok(()) };
        for attempt in &case.earlier {
            if is_error(attempt.outcome) != errors {
                continue;
            }
            let name = match (case.outcome.is_failure(), errors) {
                (true, false) => "rerunFailure",
                (true, true) => "rerunError",
                (false, false) => "flakyFailure",
                (false, true) => "flakyError",
            };
            let message = attempt.message.as_deref().unwrap_or_default();
            let mut start = BytesStart::new(name);
            push(&mut start, "message", &xml(&one_line(message)));
            push(&mut start, "type", &attempt.outcome.to_string());
            self.writer.write_event(Event::Start(start))?;
            self.text("stackTrace", message)?;
            if !attempt.output.is_empty() {
                self.text("system-out", &attempt.output)?;
            }
            self.writer.write_event(Event::End(BytesStart::new(name).to_end()))?;
        }
        Ok(())
    }

    fn text(&mut self, element: &str, text: &str) -> io::Result<()> {
        self.writer.write_event(Event::Start(BytesStart::new(element)))?;
        self.event(Event::CData(BytesCData::new(cdata(text))))?;
        self.writer.write_event(Event::End(BytesStart::new(element).to_end()))
    }

    /// Ends a line between elements, where blanks mean nothing.
    fn line(&mut self) -> io::Result<()> {
        self.writer.get_mut().write_all(b"\n")
    }
}

/// What the cases of suites add up to.
#[derive(Debug, Default)]
struct Totals {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    flaky: usize,
    time: Duration,
}

impl Totals {
    fn add(&mut self, suite: &SuiteReport) {
        for case in &suite.cases {
            self.tests += 1;
            self.failures += usize::from(case.outcome == Outcome::Failed);
            self.errors += usize::from(is_error(case.outcome));
            self.skipped += usize::from(case.outcome == Outcome::Skipped);
            self.flaky += usize::from(case.is_flaky());
            self.time = self.time.saturating_add(case.duration.unwrap_or_default());
        }
    }
}

fn is_error(outcome: Outcome) -> bool {
    outcome.is_failure() && outcome != Outcome::Failed
}

/// Returns `start` with other attributes.
fn changed<'a>(
    start: &BytesStart<'_>,
    without: &[&str],
    more: &[(&str, String)],
) -> BytesStart<'a> {
    let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
    let mut changed = BytesStart::new(name);
    // Our own writer's attributes are neither malformed nor there twice.
    for attribute in start.attributes().with_checks(false).flatten() {
        if !without.iter().any(|name| name.as_bytes() == attribute.key.as_ref()) {
            changed.push_attribute(attribute);
        }
    }
    for (name, value) in more {
        push(&mut changed, name, value);
    }
    changed
}

fn push(start: &mut BytesStart<'_>, name: &str, value: &str) {
    // A reader takes a line break in an attribute for a blank, unless it stands there as a number.
    let value = escape(value).replace('\n', "&#10;").replace('\r', "&#13;").replace('\t', "&#9;");
    start.push_attribute(Attribute { key: QName(name.as_bytes()), value: value.as_bytes().into() });
}

/// Rounds to milliseconds: readers refuse exponents and more than three places.
fn seconds(duration: Duration) -> String {
    let milliseconds = (duration.as_nanos() + 500_000) / 1_000_000;
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}
