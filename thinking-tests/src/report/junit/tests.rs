//! The XML is read back by another parser, with texts that would break it.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;
use crate::report::model::{Location, SuiteKind};

const HOSTILE: &str =
    "\u{1b}[31mred\u{1b}[0m ]]> <b a='\"'>&amp;</b> \0\u{1}\u{fffe}\r\n<![CDATA[ -->";

fn run(text: &str, outcomes: &[Outcome], duration: Duration) -> RunReport {
    let mut run = RunReport::new(text, "libtest", SystemTime::UNIX_EPOCH);
    let mut suite = SuiteReport::new(text, text, SuiteKind::Unit);
    for outcome in outcomes {
        let mut case = CaseReport::new(format!("{text}::case"), *outcome);
        case.message = Some(text.to_owned());
        case.stdout = text.to_owned();
        case.stderr = text.to_owned();
        case.duration = Some(duration);
        case.location = Some(Location { file: text.to_owned(), line: 1 });
        suite.cases.push(case);
    }
    run.suites.push(suite);
    run
}

/// Reads all of `xml` and returns the elements' names with their attributes.
fn elements(xml: &[u8]) -> Vec<(String, Vec<(String, String)>)> {
    let text = std::str::from_utf8(xml).unwrap();
    let illegal = text.chars().find(|c| c.is_control() && !"\t\n\r".contains(*c) && *c < '\u{7f}');
    assert_eq!(illegal, None);
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut elements = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return elements,
            Event::Start(tag) | Event::Empty(tag) => {
                let attributes = tag.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0);
                    let name = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
                    (name, value.unwrap().into_owned())
                });
                let attributes = attributes.collect();
                let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                elements.push((name, attributes));
            }
            Event::Text(text) => drop(text.decode().unwrap()),
            _ => {}
        }
    }
}

#[test]
fn hostile_texts_stay_inside() {
    let xml = junit(&run(HOSTILE, &Outcome::ALL, Duration::from_micros(1_499_600))).unwrap();
    let elements = elements(&xml);
    let names: Vec<_> = elements.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.iter().filter(|name| **name == "testcase").count(), 6);
    assert_eq!(names.iter().filter(|name| **name == "failure").count(), 1);
    assert_eq!(names.iter().filter(|name| **name == "error").count(), 3);
    assert_eq!(names.iter().filter(|name| **name == "skipped").count(), 1);
    let failure = &elements.iter().find(|(name, _)| name == "failure").unwrap().1;
    assert_eq!(failure[0], ("type".to_owned(), "failed".to_owned()));
    assert!(failure[1].1.starts_with("red ]]&gt; <b a='\"'>"), "{failure:?}");
    let case = &elements.iter().find(|(name, _)| name == "testcase").unwrap().1;
    assert!(case.contains(&("time".to_owned(), "1.5".to_owned())), "{case:?}");
}

#[test]
fn an_empty_run_is_a_document() {
    let xml = junit(&run("", &[], Duration::ZERO)).unwrap();
    assert_eq!(elements(&xml)[0].0, "testsuites");
}

#[test]
fn names_are_split_as_readers_expect() {
    let mut run = RunReport::new("demo", "libtest", SystemTime::UNIX_EPOCH);
    let mut suite = SuiteReport::new("demo::it", "demo", SuiteKind::Integration);
    suite.cases = vec![CaseReport::new("a::b::adds", Outcome::Passed)];
    run.suites.push(suite);
    let xml = String::from_utf8(junit(&run).unwrap()).unwrap();
    assert!(xml.contains(r#"<testcase name="adds" time="0" classname="demo.it.a.b"/>"#), "{xml}");
}

proptest! {
    #[test]
    fn any_text_is_well_formed(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        elements(&junit(&run(&text, &Outcome::ALL, Duration::MAX)).unwrap());
    }

    #[test]
    fn texts_near_markup_are_well_formed(text in "[\\]><!\\[&;\u{1b}\u{0}\u{9b}mA-]{0,40}") {
        elements(&junit(&run(&text, &Outcome::ALL, Duration::ZERO)).unwrap());
    }
}
