//! Order of construction, start and stop, also when something fails.

use std::sync::{Arc, Mutex};

use expect_test::expect;
use thinking::{
    Asker, BoxError, Component, Container, ContainerBuilder, ContainerError, Outcome, Requirement,
    Scope,
};
use thinking_modules::Place;

type Log = Arc<Mutex<Vec<String>>>;

/// A component that notes what happens to it.
struct Noting<const N: usize> {
    log: Log,
    fails: &'static str,
}

impl<const N: usize> Noting<N> {
    fn note(&self, what: &str) -> Result<(), BoxError> {
        self.log.lock().unwrap().push(format!("{what} {N}"));
        match self.fails {
            fails if fails == what => Err(format!("{N} does not {what}").into()),
            "panic" if what == "start" => panic!("{N} panics"),
            "panic while constructed" if what == "construct" => panic!("{N} panics"),
            "panic while stopped" if what == "stop" => panic!("{N} panics"),
            _ => Ok(()),
        }
    }
}

impl<const N: usize> thinking::Lifecycle for Noting<N> {
    fn start(&self) -> Result<(), BoxError> {
        self.note("start")
    }

    fn stop(&self, outcome: &Outcome) -> Result<(), BoxError> {
        self.log.lock().unwrap().push(outcome.to_string());
        self.note("stop")
    }
}

/// Adds component `N`, which needs `M`.
fn add<const N: usize, const M: usize>(
    builder: ContainerBuilder,
    log: &Log,
    fails: &'static str,
) -> ContainerBuilder {
    let log = log.clone();
    let place = Place { file: "src/main.rs", line: N as u32, column: 1 };
    let component = Component::builder::<Noting<N>>(format!("app::{N}"), place, move |_| {
        let component = Noting { log: log.clone(), fails };
        component.note("construct")?;
        Ok(component)
    })
    .lifecycle();
    let component = match N == M {
        true => component,
        false => component.requires(Requirement::of::<Arc<Noting<M>>>("needed", None)),
    };
    builder.component(component.build())
}

/// 1 needs 3, 3 needs 2.
fn build(log: &Log, three_fails: &'static str) -> Result<Container, ContainerError> {
    let builder = add::<1, 3>(Container::builder(), log, "");
    let builder = add::<2, 2>(builder, log, "");
    add::<3, 2>(builder, log, three_fails).build()
}

fn noted(log: &Log) -> String {
    std::mem::take(&mut *log.lock().unwrap()).join(", ")
}

#[test]
fn dependencies_come_first_and_go_last() {
    let log = Log::default();
    let container = build(&log, "").unwrap();
    assert_eq!(noted(&log), "construct 2, construct 3, construct 1, start 2, start 3, start 1");
    assert!(container.stop(&Outcome::Failure("the step failed".to_owned())).is_empty());
    let told = "failure: the step failed";
    assert_eq!(noted(&log), format!("{told}, stop 1, {told}, stop 3, {told}, stop 2"));
    container.stop(&Outcome::Success);
    assert_eq!(noted(&log), "", "stopping twice does nothing");
}

#[test]
fn a_failing_constructor_is_an_error_with_those_who_needed_it_and_starts_nothing() {
    let log = Log::default();
    let error = build(&log, "construct").err().unwrap();
    assert_eq!(
        error.to_string(),
        "component `app::3` (src/main.rs:3:1) cannot be constructed, \
         needed by `needed` of component `app::1` (src/main.rs:1:1)"
    );
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "3 does not construct");
    assert_eq!(noted(&log), "construct 2, construct 3");
}

#[test]
fn the_diagnostic_of_a_failure_names_all_who_needed_it_to_the_one_who_asked() {
    let log = Log::default();
    let asker = Asker {
        label: "`main`".to_owned(),
        place: Place { file: "src/main.rs", line: 90, column: 1 },
        requirements: vec![
            Requirement::of::<Vec<Arc<String>>>("nothing", None),
            Requirement::of::<Arc<Noting<1>>>("first", None),
        ],
        scope: Scope::Singleton,
    };
    let builder = add::<1, 3>(Container::builder(), &log, "");
    let builder = add::<2, 2>(builder, &log, "construct");
    let error = add::<3, 2>(builder, &log, "").asker(asker).build().err().unwrap();
    expect![[r#"
        error: component `app::2` cannot be constructed
        --> src/main.rs:2:1
         = declared here
        ::: src/main.rs:3:1
         = needed by `needed` of component `app::3`
        ::: src/main.rs:1:1
         = needed by `needed` of component `app::1`
        ::: src/main.rs:90:1
         = needed by `first` of `main`"#]]
    .assert_eq(&error.diagnostic().unwrap().to_string());
}

#[test]
fn a_failing_start_stops_what_was_started_in_reverse() {
    for (fails, reason) in [("start", "3 does not start"), ("panic", "panic: 3 panics")] {
        let log = Log::default();
        let error = build(&log, fails).err().unwrap();
        assert_eq!(
            error.to_string(),
            "component `app::3` (src/main.rs:3:1) cannot be started, \
             needed by `needed` of component `app::1` (src/main.rs:1:1)"
        );
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), reason);
        let constructed = "construct 2, construct 3, construct 1";
        let expected = format!("{constructed}, start 2, start 3, failure: {reason}, stop 2");
        assert_eq!(noted(&log), expected);
    }
}

#[test]
fn a_failing_stop_does_not_keep_the_others_from_stopping() {
    let log = Log::default();
    let container = build(&log, "stop").unwrap();
    noted(&log);
    let errors = container.stop(&Outcome::Success);
    assert_eq!(errors.len(), 1);
    assert_eq!(noted(&log), "success, stop 1, success, stop 3, success, stop 2");
}

#[test]
fn a_panic_in_a_constructor_is_its_error() {
    let log = Log::default();
    let error = build(&log, "panic while constructed").err().unwrap();
    assert!(matches!(error, ContainerError::Construct { .. }), "{error}");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "panic: 3 panics");
    assert_eq!(noted(&log), "construct 2, construct 3");
    assert_eq!(Arc::strong_count(&log), 1, "what was constructed is released");
}

#[test]
fn a_panic_in_a_stop_hook_does_not_keep_the_others_from_stopping() {
    let log = Log::default();
    let container = build(&log, "panic while stopped").unwrap();
    noted(&log);
    let errors = container.stop(&Outcome::Success);
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors, ["panic: 3 panics"]);
    assert_eq!(noted(&log), "success, stop 1, success, stop 3, success, stop 2");
}

#[test]
fn dropping_a_container_releases_every_component() {
    let log = Log::default();
    let container = build(&log, "").unwrap();
    assert!(Arc::strong_count(&log) > 3);
    container.stop(&Outcome::Success);
    drop(container);
    assert_eq!(Arc::strong_count(&log), 1);
}
