//! Whether conditions hold, and what is said where they do not.

use super::*;

fn setting(facet: &str, key: &str) -> Option<Setting> {
    Some(match (facet, key) {
        ("broken", _) => Setting::Mistaken,
        (_, "rate") => Setting::Value("1".to_owned()),
        _ => Setting::Unset,
    })
}

fn check(condition: &Condition, expected: Result<(), (&str, Option<&str>)>) {
    let profiles = Profiles::new(["on"]);
    let facts = Facts { profiles: &profiles, setting: &setting, provider: &|_| None };
    match (condition.verdict(&facts), expected) {
        (Verdict::Holds, Ok(())) => {}
        (Verdict::Fails(unmet), Err((needs, flags))) => {
            assert_eq!((unmet.needs.as_str(), unmet.flags().as_deref()), (needs, flags));
        }
        (verdict, _) => panic!("{condition}: {verdict:?}"),
    }
}

fn facet(key: &'static str, value: &'static str) -> Condition {
    Condition::Facet { facet: "training", key, value }
}

#[test]
fn numbers_are_compared_as_numbers_and_texts_as_texts() {
    check(&facet("rate", "1.0"), Ok(()));
    check(
        &facet("rate", "\"1\""),
        Err(("`training.rate = \"1\"` (it is `1`)", Some("--set training.rate=1"))),
    );
}

#[test]
fn a_remedy_is_given_only_where_it_is_enough() {
    let off = || Condition::Profile("off");
    check(
        &Condition::All(vec![off(), facet("depth", "3"), Condition::Profile("on")]),
        Err((
            "the profile `off` and `training.depth = 3` (it is not set)",
            Some("--profile off --set training.depth=3"),
        )),
    );
    let not = Condition::Not(Box::new(Condition::Profile("on")));
    let needs = "that this does not hold: the profile `on`";
    check(&not, Err((needs, None)));
    check(
        &Condition::All(vec![off(), not.clone()]),
        Err((&format!("the profile `off` and {needs}"), None)),
    );
    check(
        &Condition::Any(vec![not, off()]),
        Err((&format!("{needs} or the profile `off`"), Some("--profile off"))),
    );
}

#[test]
fn what_depends_on_a_mistaken_facet_is_not_known_unless_something_else_decides() {
    let profiles = Profiles::new(["on"]);
    let facts = Facts { profiles: &profiles, setting: &setting, provider: &|_| None };
    let broken = || Condition::Facet { facet: "broken", key: "key", value: "1" };
    let (on, off) = (Condition::Profile("on"), Condition::Profile("off"));
    assert_eq!(broken().verdict(&facts), Verdict::Unknown);
    assert_eq!(Condition::Not(Box::new(broken())).verdict(&facts), Verdict::Unknown);
    assert_eq!(Condition::Any(vec![broken(), on]).verdict(&facts), Verdict::Holds);
    assert!(matches!(Condition::All(vec![broken(), off]).verdict(&facts), Verdict::Fails(_)));
}
