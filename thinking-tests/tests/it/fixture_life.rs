//! How long fixtures and shared containers live, and what they are told at the end.

use std::sync::atomic::{AtomicU32, Ordering};

use thinking_injection::{BoxError, Lifecycle, Outcome, component};
use thinking_tests::{Ending, Event, Stage, fixture, skip};

use crate::child::{self, Child};

/// Writes a line that the parent process looks for.
fn say(text: &str) {
    println!("\nlife: {text}");
}

/// Fails in a child process that was asked for it.
fn fail_when_asked(what: &str) {
    let asked = std::env::var("THINKING_TEST_FAIL").unwrap_or_default();
    assert!(!asked.split(' ').any(|asked| asked == what), "{what} was asked to fail");
}

/// Runs cases one after the other and returns what they and their fixtures said.
fn lines(cases: &[&str], fails: &str) -> (Child, Vec<String>) {
    let arguments = [cases, &["--nocapture", "--test-threads=1"]].concat();
    let child = child::run(&arguments, &[("THINKING_TEST_FAIL", fails)]);
    let stdout = child.stdout();
    let lines = stdout.lines().filter_map(|line| line.strip_prefix("life: "));
    let lines = lines.map(str::to_owned).collect();
    (child, lines)
}

fn leftovers(child: &Child) -> Vec<&Event> {
    let mut leftovers = child.events("");
    leftovers.retain(|event| matches!(event, Event::Leftover { .. }));
    leftovers
}

mod scopes {
    use super::{Outcome, fail_when_asked, fixture, say};

    pub(super) struct Named(&'static str);

    fn torn_down(value: Named, outcome: Outcome) {
        fail_when_asked(&format!("teardown-{}", value.0));
        say(&format!("{} torn down after {outcome}", value.0));
    }

    #[fixture(crate = thinking_tests, scope = "binary", teardown = torn_down)]
    fn base() -> Named {
        say("base made");
        Named("base")
    }

    #[fixture(crate = thinking_tests, scope = "module", teardown = torn_down)]
    fn store(base: &Named) -> Named {
        say(&format!("store made from {}", base.0));
        Named("store")
    }

    #[fixture(crate = thinking_tests, scope = "module", teardown = torn_down)]
    fn cache(base: &Named) -> Named {
        say(&format!("cache made from {}", base.0));
        Named("cache")
    }

    #[fixture(crate = thinking_tests, teardown = torn_down)]
    fn row(store: &Named) -> Named {
        fail_when_asked("row");
        say(&format!("row made from {}", store.0));
        Named("row")
    }

    #[thinking_tests::test(crate = thinking_tests)]
    fn first(row: &Named, store: &Named) {
        say(&format!("first with {} and {}", row.0, store.0));
        fail_when_asked("first");
    }

    #[thinking_tests::test(crate = thinking_tests)]
    fn second(row: &Named, cache: &Named) {
        say(&format!("second with {} and {}", row.0, cache.0));
        fail_when_asked("second");
    }

    mod inner {
        use super::{Named, say, store};

        #[thinking_tests::test(crate = thinking_tests)]
        fn third(store: &Named) {
            say(&format!("third with {}", store.0));
        }
    }
}

#[test]
fn values_live_as_long_as_their_scope_says_and_go_in_the_reverse_order() {
    let (child, lines) = lines(&["fixture_life::scopes"], "");
    assert!(child.output.status.success(), "{}", child.stdout());
    assert_eq!(
        lines,
        [
            "base made",
            "store made from base",
            "row made from store",
            "first with row and store",
            "row torn down after success",
            "store made from base",
            "third with store",
            "store torn down after success",
            "row made from store",
            "cache made from base",
            "second with row and cache",
            "row torn down after success",
            "cache torn down after success",
            "store torn down after success",
            "base torn down after success",
        ]
    );
}

#[test]
fn the_outcome_is_that_of_all_users() {
    let (child, lines) = lines(&["fixture_life::scopes"], "first");
    assert!(!child.output.status.success());
    let failure = "failure: it::fixture_life::scopes::first: first was asked to fail";
    assert_eq!(
        lines.iter().filter(|line| line.contains("torn down")).collect::<Vec<_>>(),
        [
            "row torn down after failure: first was asked to fail",
            // Of the other module.
            "store torn down after success",
            "row torn down after success",
            "cache torn down after success",
            &format!("store torn down after {failure}"),
            &format!("base torn down after {failure}"),
        ]
    );
}

#[test]
fn what_was_made_goes_also_when_a_fixture_fails() {
    let (child, lines) = lines(&["--exact", "fixture_life::scopes::first"], "row");
    let (stages, end) = child.endings("fixture_life::scopes::first");
    assert_eq!(stages.len(), 1);
    assert_eq!(end, Some(Ending::Failed("row was asked to fail".to_owned())));
    let failure = "failure: it::fixture_life::scopes::first: row was asked to fail";
    // Not all users of the module run in this process.
    assert_eq!(
        lines,
        [
            "base made",
            "store made from base",
            &format!("store torn down after {failure}"),
            &format!("base torn down after {failure}"),
        ]
    );
}

#[test]
fn teardowns_that_fail_are_told_and_the_others_happen() {
    let fails = "teardown-row teardown-store teardown-base";
    let (child, lines) = lines(&["fixture_life::scopes"], fails);
    let torn_down: Vec<_> = lines.iter().filter(|line| line.contains("torn down")).collect();
    assert_eq!(torn_down.len(), 1, "{torn_down:?}");
    assert!(torn_down[0].starts_with("cache torn down after failure: it::fixture_life::scopes::"));
    // Those of a module belong to the last case, those of the process to none.
    for (case, what) in [("first", "row"), ("second", "row"), ("inner::third", "store")] {
        let (stages, end) = child.endings(&format!("fixture_life::scopes::{case}"));
        let failed = Ending::Failed(format!("teardown-{what} was asked to fail"));
        assert_eq!((stages.last(), end), (Some(&(Stage::Teardown, failed.clone())), Some(failed)));
    }
    let leftover = leftovers(&child);
    let [Event::Leftover { what, place, ending }] = &*leftover else { panic!("{leftover:?}") };
    assert_eq!(what, "fixture `it::fixture_life::scopes::base`");
    assert!(place.contains("fixture_life.rs:"), "{place}");
    assert_eq!(ending, &Ending::Failed("teardown-base was asked to fail".to_owned()));
    let stderr = child.stderr();
    let line = format!(
        "error: fixture `it::fixture_life::scopes::base` ({place}) was not torn down: teardown-base was asked to fail\n"
    );
    assert!(stderr.contains(&line), "{stderr}");
}

/// Cases that fail in a child process only.
mod failing {
    use super::{child, fixture, say, skip};

    #[fixture(crate = thinking_tests, scope = "binary")]
    fn returning() -> Result<u32, std::num::ParseIntError> {
        say("tried");
        if child::is_child() { "no number".parse() } else { Ok(7) }
    }

    #[fixture(crate = thinking_tests, scope = "binary")]
    fn asserting() -> u32 {
        say("tried");
        assert!(!child::is_child(), "nothing works");
        7
    }

    #[fixture(crate = thinking_tests, scope = "binary")]
    fn skipping() -> u32 {
        say("tried");
        skip("no GPU")
    }

    #[thinking_tests::test(crate = thinking_tests)]
    #[row(1)]
    #[row(2)]
    fn returned(_user: u32, returning: &u32) {
        assert_eq!(*returning, 7);
    }

    #[thinking_tests::test(crate = thinking_tests)]
    #[row(1)]
    #[row(2)]
    fn asserted(_user: u32, asserting: &u32) {
        assert_eq!(*asserting, 7);
    }

    #[thinking_tests::test(crate = thinking_tests)]
    #[row(1)]
    #[row(2)]
    fn skipped(_user: u32, skipping: &u32) {
        unreachable!("{skipping}");
    }
}

#[test]
fn what_cannot_be_made_is_tried_once_and_each_user_is_told() {
    for case in ["returned", "asserted", "skipped"] {
        let (child, lines) = lines(&[&format!("fixture_life::failing::{case}::")], "");
        assert_eq!(lines, ["tried"]);
        for row in ["row_1", "row_2"] {
            let (stages, end) = child.endings(&format!("fixture_life::failing::{case}::{row}"));
            assert_eq!(stages.len(), 1, "{stages:?}");
            let (name, reason) = match end.as_ref().unwrap() {
                Ending::Error(text) if case == "returned" => ("returning", text),
                Ending::Failed(text) if case == "asserted" => ("asserting", text),
                Ending::Skipped(text) if case == "skipped" => ("", text),
                other => panic!("{case}: {other:?}"),
            };
            let why = match case {
                "returned" => "invalid digit found in string",
                "asserted" => "nothing works",
                _ => "no GPU",
            };
            assert!(reason.ends_with(why), "{reason}");
            let begin = format!("fixture `it::fixture_life::failing::{name}` (");
            assert!(name.is_empty() || reason.starts_with(&begin), "{reason}");
        }
    }
}

mod at_once {
    use super::{fixture, say};

    #[fixture(crate = thinking_tests, scope = "binary", teardown = || say("gone"))]
    fn slow() -> u32 {
        say("made");
        (0..10_000).for_each(|_| std::thread::yield_now());
        7
    }

    #[thinking_tests::test(crate = thinking_tests)]
    #[row(1)]
    #[row(2)]
    #[row(3)]
    #[row(4)]
    fn users(_user: u32, slow: &u32) {
        assert_eq!(*slow, 7);
    }
}

#[test]
fn users_at_the_same_time_have_one_value() {
    let arguments = ["fixture_life::at_once", "--nocapture", "--test-threads=4"];
    let child = child::run(&arguments, &[]);
    let stdout = child.stdout();
    assert!(child.output.status.success() && stdout.contains("4 passed"), "{stdout}");
    assert_eq!(stdout.matches("life: made\n").count(), 1);
    assert_eq!(stdout.matches("life: gone\n").count(), 1);
}

/// Stands in the container of all cases that share it.
#[component]
struct Pool {
    #[inject(default)]
    uses: AtomicU32,
}

impl Lifecycle for Pool {
    fn stop(&self, outcome: &Outcome) -> Result<(), BoxError> {
        let uses = self.uses.load(Ordering::Relaxed);
        say(&format!("pool of {uses} stopped after {outcome}"));
        match std::env::var("THINKING_TEST_FAIL").as_deref() {
            Ok("pool") => Err("it leaks".into()),
            _ => Ok(()),
        }
    }
}

mod share {
    use std::sync::Arc;

    use super::{Ordering, Pool, fail_when_asked};

    #[thinking_tests::test(crate = thinking_tests, share)]
    #[row(1)]
    #[row(2)]
    fn one_pool(_user: u32, pool: Arc<Pool>) {
        pool.uses.fetch_add(1, Ordering::Relaxed);
        fail_when_asked("user");
    }

    #[thinking_tests::test(crate = thinking_tests)]
    fn pool_of_its_own(pool: Arc<Pool>) {
        assert_eq!(pool.uses.load(Ordering::Relaxed), 0);
    }
}

#[test]
fn a_shared_container_is_stopped_once_with_the_outcome_of_all() {
    let (child, all) = lines(&["fixture_life::share"], "");
    assert!(child.output.status.success(), "{}", child.stdout());
    let stopped = |lines: &[String]| {
        lines.iter().filter(|line| line.starts_with("pool of 2")).cloned().collect::<Vec<_>>()
    };
    assert_eq!(all.len(), 2);
    assert_eq!(stopped(&all), ["pool of 2 stopped after success"]);

    let (_, all) = lines(&["fixture_life::share"], "user");
    assert_eq!(
        stopped(&all),
        [
            "pool of 2 stopped after failure: it::fixture_life::share::one_pool::row_1: user was asked to fail"
        ]
    );

    let (child, _) = lines(&["fixture_life::share::one_pool"], "pool");
    assert!(child.output.status.success(), "its cases have passed");
    let leftover = leftovers(&child);
    let [Event::Leftover { what, place, ending: Ending::Error(text) }] = &*leftover else {
        panic!("{leftover:?}")
    };
    assert_eq!((&**what, &**place), ("the shared container", ""));
    assert!(text.contains("it leaks"), "{text}");
}
