//! JUnit XML, read back by another parser and checked against the schemas of its readers.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use expect_test::expect_file;
use proptest::prelude::*;
use thinking_tests::Stage;
use thinking_tests::report::{
    AttemptReport, CaseReport, Detail, Dialect, Location, LogLine, Outcome, RunReport, SuiteKind,
    SuiteReport, junit,
};
use uppsala::XsdValidator;

const DIALECTS: [Dialect; 3] = [Dialect::Extended, Dialect::Strict, Dialect::Surefire];

const HOSTILE: &str = "\u{1b}[31mred\u{1b}[0m ]]> ]]]>> <b a='\"'>&amp;&bogus;</b> \0\u{1}\u{9b}\
    \u{fffe}\u{ffff}\r\n\t<![CDATA[ <!-- --> <?x ?>";

static STRICT: LazyLock<XsdValidator> =
    LazyLock::new(|| schema(include_str!("../data/xsd/junit-10.xsd")));
static SUREFIRE: LazyLock<XsdValidator> =
    LazyLock::new(|| schema(include_str!("../data/xsd/surefire-test-report.xsd")));

/// The strict schema with what the extended dialect has besides.
static EXTENDED: LazyLock<XsdValidator> = LazyLock::new(|| {
    let mut text = include_str!("../data/xsd/junit-10.xsd").to_owned();
    for (before, more) in [
        (r#"<xs:element ref="skipped"/>"#, r#"<xs:element ref="properties"/>"#),
        (
            r#"<xs:attribute name="classname" type="xs:string"/>"#,
            r#"<xs:attribute name="file" type="xs:string"/>
               <xs:attribute name="line" type="xs:positiveInteger"/>"#,
        ),
        (
            r#"<xs:attribute name="errors" type="xs:string" />"#,
            r#"<xs:attribute name="skipped" type="xs:nonNegativeInteger"/>"#,
        ),
    ] {
        assert_eq!(text.matches(before).count(), 1, "{before}");
        text = text.replace(before, &[before, more].concat());
    }
    schema(&text)
});

fn schema(text: &str) -> XsdValidator {
    XsdValidator::from_schema(&uppsala::parse(text).unwrap()).unwrap()
}

/// Returns what is wrong with `xml`.
fn mistakes(xml: &str, schema: &XsdValidator) -> Vec<String> {
    match uppsala::parse(xml) {
        Ok(document) => schema.validate(&document).iter().map(ToString::to_string).collect(),
        Err(error) => vec![format!("not well-formed: {error}")],
    }
}

/// Renders `run`, and checks the files against the dialect's schema.
fn checked(run: &RunReport, dialect: Dialect) -> Vec<String> {
    let schema = match dialect {
        Dialect::Surefire => &*SUREFIRE,
        Dialect::Strict => &*STRICT,
        _ => &*EXTENDED,
    };
    let files = junit(run, dialect).unwrap();
    let files = files.into_iter().map(|file| {
        let xml = String::from_utf8(file.xml).unwrap();
        assert_eq!(mistakes(&xml, schema), [""; 0], "{dialect:?}: {xml}");
        xml
    });
    files.collect()
}

/// A run in which `text` stands in every place that holds any.
fn run(text: &str, duration: Duration) -> RunReport {
    let mut run = RunReport::new(text, text, SystemTime::UNIX_EPOCH);
    run.subtree = Some(text.to_owned());
    run.profiles = vec![text.to_owned()];
    run.duration = duration;
    let mut suite = SuiteReport::new(text, text, SuiteKind::Unit);
    let line = LogLine {
        time_ms: 0,
        stage: Some(Stage::Run),
        level: text.to_owned(),
        target: text.to_owned(),
        spans: text.to_owned(),
        message: text.to_owned(),
    };
    for outcome in Outcome::ALL {
        let mut case = CaseReport::new(format!("{text}::case"), outcome);
        case.message = Some(text.to_owned());
        case.stdout = text.to_owned();
        case.stderr = text.to_owned();
        case.duration = Some(duration);
        case.location = Some(Location { file: text.to_owned(), line: u32::MAX });
        case.tags = vec![text.to_owned(), text.to_owned()];
        case.details = vec![Detail { key: text.to_owned(), value: text.to_owned() }];
        case.worker = Some(text.to_owned());
        case.logs = vec![line.clone()];
        case.earlier = Outcome::ALL
            .map(|outcome| AttemptReport {
                outcome,
                message: Some(text.to_owned()),
                output: text.to_owned(),
                duration: Some(duration),
            })
            .to_vec();
        suite.cases.push(case);
        suite.cases.push(CaseReport::new(text, outcome));
    }
    suite.unattributed = vec![line];
    run.suites = vec![suite.clone(), suite];
    run
}

/// A run with one of everything, as people write it.
fn example() -> RunReport {
    let mut run = RunReport::new("demo", "cargo-nextest 0.9.100", SystemTime::UNIX_EPOCH);
    run.duration = Duration::from_micros(2_345_678);
    run.profiles = vec!["staging".to_owned()];
    let mut suite = SuiteReport::new("calculator::it", "calculator", SuiteKind::Integration);

    let mut passed = CaseReport::new("expression::squares::negative", Outcome::Passed);
    passed.duration = Some(Duration::from_micros(1_300));
    passed.location = Some(Location { file: "tests/it.rs".to_owned(), line: 7 });
    passed.tags = vec!["fast".to_owned(), "math".to_owned()];
    passed.details = vec![Detail { key: "seed".to_owned(), value: "7\n\"8\"".to_owned() }];
    passed.worker = Some("slot 1".to_owned());
    passed.stdout = "hello\n".to_owned();

    let mut flaky = CaseReport::new("stores", Outcome::Passed);
    flaky.duration = Some(Duration::from_millis(20));
    flaky.earlier = vec![
        attempt(Outcome::Failed, "assertion failed: ready", "waiting\n"),
        attempt(Outcome::TimedOut, "longer than 30s", ""),
    ];

    let mut failed = CaseReport::new("expression::adds", Outcome::Failed);
    failed.message = Some("assertion `left == right` failed: sum\n  left: 1\n right: 2".to_owned());
    failed.duration = Some(Duration::from_secs(2));
    failed.failed_at = Some(Location { file: "src/expression.rs".to_owned(), line: 40 });
    failed.stderr = "\u{1b}[31moh\u{1b}[0m ]]>".to_owned();
    failed.logs = vec![LogLine {
        time_ms: 1,
        stage: Some(Stage::Run),
        level: "WARN".to_owned(),
        target: "calculator::expression".to_owned(),
        spans: "sum{of=2}".to_owned(),
        message: "it overflows".to_owned(),
    }];
    failed.earlier = vec![attempt(Outcome::Error, "no connection", "")];

    let mut error = CaseReport::new("reads", Outcome::Error);
    error.message = Some("Error: no such file".to_owned());
    error.earlier = vec![attempt(Outcome::Failed, "assertion failed: found", "")];
    let mut skipped = CaseReport::new("uses_gpu", Outcome::Skipped);
    skipped.message = Some("no GPU".to_owned());
    let bare = CaseReport::new("ignored", Outcome::Skipped);
    suite.cases = vec![passed, flaky, failed, error, skipped, bare];
    run.suites = vec![suite];
    run
}

fn attempt(outcome: Outcome, message: &str, output: &str) -> AttemptReport {
    let (message, output) = (Some(message.to_owned()), output.to_owned());
    AttemptReport { outcome, message, output, duration: None }
}

#[test]
fn each_dialect_is_as_it_was() {
    for (dialect, golden) in [
        (Dialect::Extended, "../data/junit/extended.xml"),
        (Dialect::Strict, "../data/junit/strict.xml"),
        (Dialect::Surefire, "../data/junit/surefire.xml"),
    ] {
        expect_file![golden].assert_eq(&checked(&example(), dialect)[0]);
    }
}

#[test]
fn the_extended_dialect_needs_its_schema() {
    let found = mistakes(&checked(&example(), Dialect::Extended)[0], &STRICT).concat();
    for name in ["'file'", "'line'", "'skipped'", "'properties'"] {
        assert!(found.contains(name), "{name}: {found}");
    }
}

#[test]
fn an_empty_run_is_a_document() {
    let run = RunReport::new("", "", SystemTime::UNIX_EPOCH);
    assert_eq!(checked(&run, Dialect::Extended).len(), 1);
    assert_eq!(checked(&run, Dialect::Strict).len(), 1);
    assert_eq!(checked(&run, Dialect::Surefire).len(), 0);
}

#[test]
fn extreme_durations_stay_numbers() {
    for (duration, expected) in [
        (Duration::ZERO, "time=\"0.000\""),
        (Duration::from_nanos(499_999), "time=\"0.000\""),
        (Duration::from_nanos(500_000), "time=\"0.001\""),
        (Duration::from_micros(1_001_000), "time=\"1.001\""),
        (Duration::MAX, "time=\"18446744073709551616.000\""),
    ] {
        for dialect in DIALECTS {
            let xml = checked(&run("x", duration), dialect).concat();
            assert!(xml.contains(expected), "{expected} in {xml}");
            assert!(!xml.contains("e+"), "{xml}");
        }
    }
}

#[test]
fn hostile_texts_come_back_whole() {
    for dialect in DIALECTS {
        for xml in checked(&run(HOSTILE, Duration::ZERO), dialect) {
            let document = uppsala::parse(&xml).unwrap();
            let outputs = document.get_elements_by_tag_name("system-out");
            assert!(!outputs.is_empty());
            for output in outputs {
                let text = document.text_content_deep(output);
                let expected = "red ]]> ]]]>> <b a='\"'>&amp;&bogus;</b> \u{9b}\u{fffd}\u{fffd}\
                    \r\n\t<![CDATA[ <!-- --> <?x ?>";
                assert_eq!(text, expected);
            }
        }
    }
}

#[test]
fn a_megabyte_of_output_is_kept() {
    let mut big = RunReport::new("demo", "libtest", SystemTime::UNIX_EPOCH);
    let mut suite = SuiteReport::new("demo", "demo", SuiteKind::Unit);
    let mut case = CaseReport::new("a::b", Outcome::Failed);
    case.stdout = "]]> \u{1b}[1mbold\u{1b}[0m\n".repeat(70_000);
    assert!(case.stdout.len() > 1 << 20);
    suite.cases.push(case);
    big.suites.push(suite);
    for dialect in DIALECTS {
        let xml = checked(&big, dialect).concat();
        assert_eq!(xml.matches("bold").count(), 70_000);
    }
}

/// A schema that accepts all would let the other tests pass.
#[test]
fn the_schemas_refuse_what_they_should() {
    let suite = |attributes: &str, inside: &str| {
        format!(
            "<testsuite name=\"a\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" \
             {attributes}>{inside}</testsuite>"
        )
    };
    let case =
        |inside: &str| suite("", &format!("<testcase name=\"a\" time=\"1.5\">{inside}</testcase>"));
    for (xml, strict, surefire) in [
        (suite("", ""), true, true),
        (suite("time=\"1.5\"", ""), true, true),
        (suite("time=\"1e30\"", ""), false, true),
        (suite("time=\"1.0009\"", ""), false, true),
        (suite("time=\"soon\"", ""), false, false),
        (suite("timestamp=\"yesterday\"", ""), true, false),
        (suite("hostname=\"localhost\"", ""), true, false),
        (suite("colour=\"red\"", ""), false, false),
        (suite("", "text"), false, false),
        (suite("", "<testcase/>"), false, false),
        (suite("", "<testcase name=\"a\"/>"), true, false),
        (suite("", "<testcase name=\"a\" time=\"1\" file=\"b\"/>"), false, false),
        (case("<failure/><error/>"), true, true),
        (case("<error/><failure/>"), true, false),
        (case("<skipped type=\"a\"/>"), true, false),
        (case("<flakyFailure type=\"a\"/>"), true, false),
        (case("<flakyFailure><stackTrace/></flakyFailure>"), false, true),
        (case("<system-out/><error/>"), true, false),
        (case("<properties/>"), false, false),
        ("<testsuites/>".to_owned(), true, false),
        ("<testsuite name=\"a\" tests=\"1\" failures=\"0\" errors=\"0\"/>".to_owned(), true, false),
        ("<testsuite".to_owned(), false, false),
        ("<testsuites>\u{1}</testsuites>".to_owned(), false, false),
    ] {
        assert_eq!(mistakes(&xml, &STRICT).is_empty(), strict, "{xml}");
        assert_eq!(mistakes(&xml, &SUREFIRE).is_empty(), surefire, "{xml}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_bytes_give_valid_files(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let run = run(&String::from_utf8_lossy(&bytes), Duration::MAX);
        DIALECTS.iter().for_each(|dialect| drop(checked(&run, *dialect)));
    }

    #[test]
    fn any_characters_give_valid_files(text in any::<String>(), micros in any::<u64>()) {
        let run = run(&text, Duration::from_micros(micros));
        DIALECTS.iter().for_each(|dialect| drop(checked(&run, *dialect)));
    }

    #[test]
    fn texts_near_markup_give_valid_files(text in "[\\]><!\\[&;'\"\u{1b}\u{0}\u{9b}\u{fffe}\n\rmA-]{0,40}") {
        let run = run(&text, Duration::ZERO);
        DIALECTS.iter().for_each(|dialect| drop(checked(&run, *dialect)));
    }
}
