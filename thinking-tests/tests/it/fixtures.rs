//! Fixtures: what cases borrow by name, how long it lives, and what it uses.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use thinking_injection::{Outcome, component};
use thinking_tests::{Fixture, FixtureScope, fixture};

#[component]
struct Settings {}

impl Settings {
    fn size(&self) -> usize {
        3
    }
}

struct Dataset {
    rows: Vec<u32>,
}

/// Counts how often it is made and torn down, so that each case can see it.
static MADE: AtomicU32 = AtomicU32::new(0);

#[fixture(crate = thinking_tests)]
fn dataset(settings: Arc<Settings>) -> Result<Dataset, String> {
    Ok(Dataset { rows: vec![7; settings.size()] })
}

#[fixture(scope = "case", crate = thinking_tests)]
fn sum(dataset: &Dataset, #[from(others::offset)] by: &u32) -> u32 {
    dataset.rows.iter().sum::<u32>() + by
}

mod others {
    #[thinking_tests::fixture(scope = "binary", crate = thinking_tests)]
    pub(super) fn offset() -> u32 {
        100
    }
}

#[fixture(scope = "binary", crate = thinking_tests)]
fn once() -> u32 {
    MADE.fetch_add(1, Ordering::SeqCst) + 1
}

#[fixture(crate = thinking_tests)]
async fn asynchronous() -> String {
    tokio::task::yield_now().await;
    "waited for".to_owned()
}

#[thinking_tests::test(crate = thinking_tests)]
fn one_is_borrowed(dataset: &Dataset) {
    assert_eq!(dataset.rows, [7, 7, 7]);
}

#[thinking_tests::test(crate = thinking_tests)]
fn one_uses_others(sum: &u32, settings: Arc<Settings>, dataset: &Dataset) {
    assert_eq!(*sum, 121);
    assert_eq!(dataset.rows.len(), settings.size());
}

#[thinking_tests::test(crate = thinking_tests)]
fn another_name_is_said(#[from(dataset)] data: &Dataset, #[from(others::offset)] by: &u32) {
    assert_eq!((data.rows.len(), *by), (3, 100));
}

#[thinking_tests::test(crate = thinking_tests)]
#[row(21)]
#[row(named("two"), 20 + 1)]
async fn rows_and_setup_go_with_them(rows: u32, sum: &u32, asynchronous: &str) {
    assert_eq!(rows + 100, *sum);
    assert_eq!(asynchronous, "waited for");
}

#[thinking_tests::test(crate = thinking_tests)]
fn one_of_the_binary(once: &u32) {
    assert!(*once > 0);
}

/// A fixture is also a function, which tests may call.
#[test]
fn functions_stay_functions() {
    let dataset = dataset(Arc::new(Settings {})).unwrap();
    assert_eq!(sum(&dataset, &0), 21);
}

#[test]
fn definitions_say_what_is_used() {
    let definition = <sum as Fixture>::DEFINITION;
    assert_eq!(definition.name, "it::fixtures::sum");
    assert_eq!(definition.scope, FixtureScope::Case);
    let names: Vec<_> = definition.all().iter().map(|fixture| fixture.name).collect();
    assert_eq!(
        names,
        ["it::fixtures::dataset", "it::fixtures::others::offset", "it::fixtures::sum"]
    );
    assert_eq!(<others::offset as Fixture>::DEFINITION.scope, FixtureScope::Binary);
}

mod torn_down {
    use super::{Arc, Mutex, Outcome, fixture};

    struct Log(Arc<Mutex<Vec<&'static str>>>);

    /// Comes after the teardown of the case, with the value and the outcome.
    fn check(log: Log, outcome: Outcome) -> Result<(), String> {
        assert_eq!(outcome, Outcome::Success);
        match log.0.lock().unwrap()[..] {
            ["body", "teardown"] => Ok(()),
            ref other => Err(format!("{other:?}")),
        }
    }

    /// It is shared with the teardown of the case only through `setup`.
    static LINES: Mutex<Option<Arc<Mutex<Vec<&'static str>>>>> = Mutex::new(None);

    #[fixture(teardown = check, crate = thinking_tests)]
    fn log() -> Log {
        let lines = Arc::default();
        *LINES.lock().unwrap() = Some(Arc::clone(&lines));
        Log(lines)
    }

    #[thinking_tests::test(
        crate = thinking_tests,
        teardown = || LINES.lock().unwrap().take().unwrap().lock().unwrap().push("teardown"),
    )]
    fn after_the_case(log: &Log) {
        log.0.lock().unwrap().push("body");
    }
}
