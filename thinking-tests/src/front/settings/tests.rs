//! `tests.toml` as it is read, and what is said about mistakes in it.

use std::fs;

use expect_test::{Expect, expect};

use super::*;

fn load(text: &str, profiles: &[&str]) -> Result<Tests, String> {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("tests.toml"), text).unwrap();
    let profiles: Vec<_> = profiles.iter().map(|name| (*name).to_owned()).collect();
    Tests::load(dir.path(), &profiles).map_err(|error| {
        // The paths of a temporary directory are others each time.
        error.to_string().replace(&format!("{}/", dir.path().display()), "")
    })
}

#[test]
fn everything_has_a_default() {
    let dir = tempfile::tempdir().unwrap();
    let tests = Tests::load(dir.path(), &[]).unwrap();
    assert_eq!(tests.backend, Backend::Auto);
    assert_eq!(
        (tests.retries, tests.timeout, tests.jobs, tests.fail_fast),
        (None, None, None, false)
    );
    assert!(tests.junit.enabled && tests.html.enabled && tests.history.enabled);
    assert_eq!(tests.coverage.enabled, None);
    // A file in which everything is a comment changes nothing.
    let same = load(&Tests::definition().template(), &[]).unwrap();
    assert_eq!(serde_json::to_value(&same).unwrap(), serde_json::to_value(&tests).unwrap());
}

#[test]
fn profiles_overlay_what_is_always_so() {
    let text = "retries = 1\ntimeout = \"2m\"\n[junit]\ndialect = \"strict\"\n\
                [profile.ci]\nretries = 3\nbackend = \"libtest\"\n[profile.test.html]\nenabled = false\n";
    let always = load(text, &[]).unwrap();
    assert_eq!((always.retries, always.timeout), (Some(1), Some(Duration::from_secs(120))));
    assert_eq!(always.junit.dialect, Dialect::Strict);
    assert!(!always.html.enabled);
    let ci = load(text, &["ci"]).unwrap();
    assert_eq!((ci.retries, ci.backend), (Some(3), Backend::Libtest));
}

#[test]
fn mistakes_of_this_facet_are_told_with_their_places() {
    let check = |text: &str, expected: Expect| {
        expected.assert_eq(&load(text, &[]).unwrap_err());
    };
    check(
        "retrys = 1\n",
        expect![[r#"
            the settings of the tests have mistakes

            error: unknown key `retrys` in facet `tests`
             --> tests.toml:1:1
              |
            1 | retrys = 1
              | ^^^^^^ unknown key
              |
              = note: accepted keys: backend, profiles, retries, timeout, jobs, fail_fast, junit, html, coverage, history
              = help: did you mean `retries`?"#]],
    );
    check(
        "[junit]\nenable = false\n",
        expect![[r#"
            the settings of the tests have mistakes

            error: unknown key `junit.enable` in facet `tests`
             --> tests.toml:2:1
              |
            2 | enable = false
              | ^^^^^^ unknown key
              |
              = note: accepted keys: enabled, path, dialect
              = help: did you mean `enabled`?"#]],
    );
    check(
        "backend = \"nexttest\"\n",
        expect![[r#"
            the settings of the tests have mistakes

            error: `tests.backend` cannot be `nexttest`
             --> tests.toml:1:11
              |
            1 | backend = "nexttest"
              |           ^^^^^^^^^^ expected one of auto, nextest, libtest
              |
              = help: did you mean `nextest`?"#]],
    );
    check(
        "junit = false\n",
        expect![[r#"
            the settings of the tests have mistakes

            error: wrong value for `tests.junit`: found boolean `false`
             --> tests.toml:1:9
              |
            1 | junit = false
              |         ^^^^^ expected a table such as `[junit]` with `enabled = false`"#]],
    );
    check(
        "jobs = 0\n[coverage]\nfail_under = 120.0\n",
        expect![[r#"
            the settings of the tests have mistakes

            error: `tests.jobs` is not accepted: found 0
             --> tests.toml:1:8
              |
            1 | jobs = 0
              |        ^ accepted: a number from 1

            error: `tests.coverage.fail_under` is not accepted: found 120.0
             --> tests.toml:3:14
              |
            3 | fail_under = 120.0
              |              ^^^^^ accepted: a number from 0 to 100"#]],
    );
    check(
        "retries = \n",
        expect![[r#"
            the settings of the tests have mistakes

            error: `tests.toml` is no valid TOML
             --> tests.toml:1:11
              |
            1 | retries = 
              |           ^ string values must be quoted, expected literal string"#]],
    );
}

#[test]
fn mistakes_of_other_facets_do_not_matter() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("tests.toml"), "retries = 2\n").unwrap();
    fs::write(dir.path().join("logs.toml"), "nonsense = 2\n").unwrap();
    fs::write(dir.path().join("training.toml"), "[[[").unwrap();
    assert_eq!(Tests::load(dir.path(), &[]).unwrap().retries, Some(2));
}

#[test]
fn the_report_says_where_each_value_comes_from() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("tests.toml"), "retries = 2\n").unwrap();
    let report = Tests::report(dir.path(), &[]).unwrap();
    let key = |name: &str| report.keys.iter().find(|key| key.key == name).unwrap();
    assert_eq!(key("retries").origin.as_ref().unwrap().to_string(), "tests.toml:1");
    assert_eq!(key("fail_fast").origin.as_ref().unwrap().to_string(), "default");
    assert!(report.keys.iter().any(|key| key.key.starts_with("junit")), "{report:?}");
}
