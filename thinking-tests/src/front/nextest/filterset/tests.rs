//! Short expressions for many cases.

use proptest::prelude::*;

use super::*;
use crate::front::listing::suite;

fn check(cases: &[&str], chosen: &[&str], expected: Option<&str>) {
    let suites = [suite("p", "p", cases)];
    let found = expression(&suites, |case| chosen.contains(&case.name.as_str()));
    assert_eq!(found.as_deref(), expected);
}

#[test]
fn whole_binaries_and_modules_are_named_as_such() {
    let cases = ["a::b::x", "a::b::y", "a::z", "c::x", "plain"];
    check(&cases, &[], None);
    check(&cases, &cases, Some("binary_id(=p)"));
    check(&cases, &["plain"], Some("(binary_id(=p) & test(=plain))"));
    check(
        &cases,
        &["a::b::x", "a::b::y", "c::x"],
        Some("(binary_id(=p) & (test(#a::b::*) | test(=c::x)))"),
    );
    check(&cases, &["a::b::x", "a::b::y", "a::z"], Some("(binary_id(=p) & test(#a::*))"));
    check(&["odd (1), 2", "x"], &["odd (1), 2"], Some(r"(binary_id(=p) & test(=odd (1\)\, 2))"));
}

proptest! {
    /// The parts of the expression, read as cargo-nextest reads them, select the chosen cases.
    #[test]
    fn exactly_the_chosen_cases_are_selected(
        cases in prop::collection::btree_map("[ab](::[abc]){0,3}", any::<bool>(), 1..20),
    ) {
        let names: Vec<&str> = cases.keys().map(String::as_str).collect();
        let suites = [suite("p", "p", &names)];
        let text = expression(&suites, |case| cases[&case.name]).unwrap_or_default();
        let parts: Vec<&str> = text
            .split("test(")
            .skip(1)
            .map(|part| part.split(')').next().unwrap_or_default())
            .collect();
        for (name, chosen) in &cases {
            let selected = text == "binary_id(=p)" || parts.iter().any(|part| {
                match part.strip_prefix('#').and_then(|glob| glob.strip_suffix('*')) {
                    Some(prefix) => name.starts_with(prefix),
                    None => part.strip_prefix('=') == Some(name),
                }
            });
            prop_assert_eq!(selected, *chosen, "{} in {}", name, text);
        }
    }
}
