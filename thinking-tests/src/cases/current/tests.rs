//! Which case something belongs to, by thread and span.

use std::thread;

use super::*;
use crate::case::CasePolicy;

const fn case(name: &'static str) -> Case {
    Case { name, module: "a", file: "src/a.rs", line: 1, column: 4, policy: CasePolicy::NONE }
}

static ONE: Case = case("a::one");
static OTHER: Case = case("a::other");

fn name(found: Option<Arc<Running>>) -> Option<&'static str> {
    found.map(|running| running.case.name)
}

#[test]
fn a_thread_knows_its_case_and_its_children_do_not() {
    assert_eq!(name(find(Vec::new)), None);
    let begun = Begun::new(&ONE, Path::new(""));
    assert_eq!(name(find(Vec::new)), Some("a::one"));
    let inner = Begun::new(&OTHER, Path::new(""));
    assert_eq!(name(find(Vec::new)), Some("a::other"));
    drop(inner);
    assert_eq!(current().unwrap().case().name, "a::one");
    begun.running.enter(Stage::Teardown);
    assert_eq!(current().unwrap().stage(), Stage::Teardown);
    // This process runs several tests, unless it was asked for this one.
    let expected = runs_one_test().then_some("a::one");
    assert_eq!(thread::spawn(|| name(find(Vec::new))).join().unwrap(), expected);
    drop(begun);
    assert_eq!(name(find(Vec::new)), None);
}

#[test]
fn one_test_is_asked_for_by_its_whole_name() {
    for (arguments, expected) in [
        ("a::one --exact --nocapture", true),
        ("--exact a::one", true),
        ("a::one a::other --exact", false),
        ("a::one", false),
        ("--exact", false),
        ("", false),
    ] {
        let words = arguments.split_whitespace().map(str::to_owned);
        assert_eq!(asks_for_one(words), expected, "{arguments}");
    }
}
