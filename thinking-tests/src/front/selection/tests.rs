//! All parts of a selection together.

use super::*;
use crate::front::listing::suite;
use crate::manifest::ManifestEntry;

fn suites() -> Vec<ListedSuite> {
    let mut suites =
        vec![suite("p", "p", &["a::x", "a::y", "b::x"]), suite("p::it", "it", &["a::x"])];
    for (suite, case, tag) in [(0, 0, "db"), (0, 2, "db"), (1, 0, "slow")] {
        suites[suite].cases[case].known = Some(ManifestEntry {
            exe: String::new(),
            name: String::new(),
            file: String::new(),
            line: 1,
            column: 1,
            tags: vec![tag.to_owned()],
            timeout_ms: None,
            retries: None,
            exclusive: Vec::new(),
            fixtures: vec![format!("p::{tag}")],
        });
    }
    suites
}

fn selected(selection: &Selection) -> Vec<String> {
    let mut suites = suites();
    selection.mark(&mut suites).unwrap();
    let suites = suites.iter();
    suites
        .flat_map(|suite| suite.selected().map(|case| format!("{} {}", suite.name, case.name)))
        .collect()
}

#[test]
fn everything_is_selected_without_a_wish() {
    assert_eq!(selected(&Selection::default()), ["p a::x", "p a::y", "p b::x", "p::it a::x"]);
}

#[test]
fn each_part_narrows_what_the_others_select() {
    let mut selection = Selection { subtree: "a".parse().ok(), ..Selection::default() };
    assert_eq!(selected(&selection), ["p a::x", "p a::y", "p::it a::x"]);
    selection.tags = "!slow".parse().ok();
    assert_eq!(selected(&selection), ["p a::x", "p a::y"]);
    selection.failed = Some([CaseId::new("p", "a::y"), CaseId::new("p::it", "a::x")].into());
    assert_eq!(selected(&selection), ["p a::y"]);
    assert_eq!(selection.flags(), ["--tag '!slow'", "--failed"]);
}

#[test]
fn a_fixture_that_failed_selects_who_shares_it() {
    let failed = [CaseId::of_fixture("p", "p::db"), CaseId::new("p", "a::y")].into();
    let selection = Selection { failed: Some(failed), ..Selection::default() };
    assert_eq!(selected(&selection), ["p a::x", "p a::y", "p b::x"]);
}

#[test]
fn doctests_have_no_tags() {
    let mut selection = Selection { tags: "!slow".parse().ok(), ..Selection::default() };
    assert!(selection.selects_doctest("p (doc)", "p", "a::f"));
    selection.tags = "db".parse().ok();
    assert!(!selection.may_select_doctests());
    assert_eq!(selected(&selection), ["p a::x", "p b::x"]);
}

#[test]
fn shards_divide_what_is_selected() {
    let shards = (1..=3).map(|index| format!("{index}/3").parse().unwrap());
    let mut all: Vec<_> = shards
        .flat_map(|shard| selected(&Selection { shard: Some(shard), ..Selection::default() }))
        .collect();
    all.sort();
    assert_eq!(all, selected(&Selection::default()));
}

#[test]
fn a_tag_that_no_case_has_is_a_mistake() {
    let selection = Selection { tags: "slwo".parse().ok(), ..Selection::default() };
    let error = selection.mark(&mut suites()).unwrap_err();
    assert!(error.to_string().contains("did you mean `slow`?"), "{error}");
}
