//! Counting and naming.

use super::*;

#[test]
fn each_case_counts_once() {
    let mut run = RunReport::new("demo", "libtest", SystemTime::UNIX_EPOCH);
    let mut suite = SuiteReport::new("demo", "demo", SuiteKind::Unit);
    suite.cases =
        Outcome::ALL.map(|outcome| CaseReport::new(format!("a::{outcome}"), outcome)).to_vec();
    run.suites = vec![suite.clone(), suite];
    assert_eq!(run.counts().to_string(), "2 passed, 8 failed, 2 skipped");
    assert_eq!(run.counts().total(), run.cases().count());
}

#[test]
fn the_module_is_taken_from_the_name() {
    for (name, module) in [("a::b::c", "a::b"), ("c", ""), ("", "")] {
        assert_eq!(CaseReport::new(name, Outcome::Passed).module, module);
    }
}
