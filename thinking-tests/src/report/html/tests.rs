//! The page's frame; `tests/it/page.rs` runs its script in a browser.

use std::time::SystemTime;

use super::*;
use crate::report::model::{CaseReport, Outcome, SuiteKind, SuiteReport};

fn page(text: &str) -> String {
    let mut run = RunReport::new("demo", "libtest", SystemTime::UNIX_EPOCH);
    let mut suite = SuiteReport::new("demo", "demo", SuiteKind::Unit);
    let mut case = CaseReport::new("a::b", Outcome::Failed);
    case.message = Some(text.to_owned());
    suite.cases.push(case);
    run.suites.push(suite);
    html(&run).unwrap()
}

#[test]
fn the_parts_are_in_place() {
    let page = page("boo");
    for part in ["<!doctype html>", STYLE, SCRIPT, "\"boo\"", "</html>"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("{{"));
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let page = page("");
    for reference in ["http:", "https:", "src=", "href=", "@import", "url("] {
        assert!(!page.contains(reference), "{reference}");
    }
}

#[test]
fn a_text_cannot_leave_the_island() {
    let tame = page("x").matches('<').count();
    let hostile = page("</script><script>alert(1)</script><!--<img src=x>{{script}}{{data}}");
    assert_eq!(hostile.matches('<').count(), tame);
    assert_eq!(hostile.matches(SCRIPT).count(), 1);
}
