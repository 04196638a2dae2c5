//! Tests of the page.

use super::*;
use crate::report::Setting;
use crate::report::tests::report;

#[test]
fn the_page_is_as_expected() {
    assert_eq!(page(&report(2)), include_str!("expected.md"));
}

#[test]
fn the_same_report_gives_the_same_files() {
    let files = Markdown.write(&report(40)).unwrap();
    assert_eq!(files, Markdown.write(&report(40)).unwrap());
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, [PAGE, PLOT]);
    let page = String::from_utf8(files[0].bytes.clone()).unwrap();
    assert!(page.contains(&format!("]({PLOT})")));
}

#[test]
fn long_trainings_are_abbreviated() {
    let numbers = |epochs| -> Vec<u32> {
        listed(&report(epochs).epochs).iter().map(|metrics| metrics.epoch).collect()
    };
    assert!(numbers(0).is_empty());
    assert_eq!(numbers(1), [1]);
    assert_eq!(numbers(10), (1..=10).collect::<Vec<_>>());
    assert_eq!(numbers(40), [1, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40]);
    assert_eq!(numbers(11), [1, 2, 4, 6, 8, 10, 11]);
    assert!(learning(&report(40).epochs).starts_with("11 of 40 epochs:\n"));
    assert!(!learning(&report(10).epochs).contains("epochs:"));
}

#[test]
fn settings_cannot_break_the_table() {
    let mut report = report(1);
    report.settings = vec![Setting::new("a|b", "c\\|d\ne")];
    assert!(settings(&report).ends_with("\n| a\\|b | c\\\\\\|d e |\n"), "{}", settings(&report));
}

#[test]
fn no_mistakes_are_said_to_be_none() {
    let mut report = report(1);
    report.evaluation = crate::evaluation::Evaluation::compare(&[1], &[1]);
    assert_eq!(mistakes(&report), "\nThere are no mistakes.\n");
}
