//! Components that live in a stage or a step: one for each, and part of what its steps depend on.

use std::cell::RefCell;
use std::sync::Arc;

use thinking::{Flow, OnChange, Signals, Stage, StageTask, Tx, stage, step};
use thinking_injection::{
    BoxError, Component, Container, Lazy, Lifecycle, Outcome, Requirement, Resolver, Scope,
};
use thinking_modules::here;
use thinking_runtime::{Config, Runtime};

use crate::change::Tuning;
use crate::lab::{Lab, note};

thread_local! {
    /// What happened to the components, in order; a session runs on one thread.
    static EVENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static SIGNALS: RefCell<Signals> = RefCell::new(Signals::none());
}

fn event(text: impl Into<String>) {
    EVENTS.with_borrow_mut(|events| events.push(text.into()));
}

/// Lives in a stage, and copies its setting when it is made.
struct Shared {
    rate: f64,
}

/// Lives in a step, and cannot be stopped while the setting is negative.
struct Own {
    shared: Arc<Shared>,
}

impl Lifecycle for Own {
    fn start(&self) -> Result<(), BoxError> {
        event("start");
        Ok(())
    }

    fn stop(&self, outcome: &Outcome) -> Result<(), BoxError> {
        event(format!("stop: {outcome}"));
        match self.shared.rate < 0.0 {
            true => Err("it cannot be flushed".into()),
            false => Ok(()),
        }
    }
}

/// Lives in the container, and uses what lives in a step.
struct Service {
    own: Lazy<Arc<Own>>,
}

fn container(rate: &str) -> Container {
    let (runtime, mistakes) = Runtime::builder(thinking_modules::main_module!())
        .environment([])
        .assignments([format!("tuning.rate={rate}")])
        .load();
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let shared = Component::builder("app::Shared", here!(), |resolver: &Resolver<'_>| {
        event("make shared");
        let tuning: Config<Tuning> = resolver.resolve(None)?;
        Ok(Shared { rate: tuning.rate() })
    });
    let own = Component::builder("app::Own", here!(), |resolver: &Resolver<'_>| {
        Ok(Own { shared: resolver.resolve(None)? })
    });
    let service = Component::builder("app::Service", here!(), |resolver: &Resolver<'_>| {
        Ok(Service { own: resolver.resolve(None)? })
    });
    Container::builder()
        .runtime(Arc::new(runtime))
        .component(
            shared
                .requires(Requirement::of::<Config<Tuning>>("tuning", None))
                .scope(Scope::Stage)
                .build(),
        )
        .component(
            own.requires(Requirement::of::<Arc<Shared>>("shared", None))
                .scope(Scope::Step)
                .lifecycle()
                .build(),
        )
        .component(service.requires(Requirement::of::<Lazy<Arc<Own>>>("own", None)).build())
        .build()
        .unwrap()
}

#[step]
fn first(own: Arc<Own>, tx: &mut Tx) -> Result<f64, BoxError> {
    note(tx.path().as_str());
    event("first");
    Ok(own.shared.rate)
}

#[step]
fn second(service: Arc<Service>, tx: &mut Tx) -> Result<f64, BoxError> {
    note(tx.path().as_str());
    event("second");
    Ok(service.own.get()?.shared.rate)
}

#[stage]
fn below(stage: &Stage) -> Result<f64, BoxError> {
    Ok(stage.run(first())?)
}

#[stage(key = "scopes")]
fn experiment(stage: &Stage, shared: Arc<Shared>) -> Result<f64, BoxError> {
    let sum = stage.run(first())? + stage.run(second())? + stage.run(below())?;
    Ok(sum + shared.rate)
}

fn run(lab: &Lab, task: StageTask<f64>, rate: &str) -> (Result<f64, String>, Vec<String>, String) {
    let ran = lab.session_in(task, &container(rate));
    let result = ran.result.map_err(|error| error.to_string());
    (result, ran.executed, EVENTS.take().join(", "))
}

#[test]
fn each_step_and_each_stage_has_its_own_which_stops_with_its_outcome() {
    let lab = Lab::new();
    let (result, executed, events) = run(&lab, experiment(), "0.5");
    assert_eq!(result, Ok(2.0));
    assert_eq!(executed, ["first", "second", "below/first"]);
    assert_eq!(
        events,
        "make shared, start, first, stop: success, second, start, stop: success, \
         make shared, start, first, stop: success"
    );
    // The stage asks for its own in every session; nothing else is made for recorded steps.
    let (result, executed, events) = run(&lab, experiment(), "0.5");
    assert_eq!((result, executed, events.as_str()), (Ok(2.0), vec![], "make shared"));
}

/// The component was made for the stage, before any step recorded what is read.
#[test]
fn what_a_component_of_the_stage_read_counts_for_every_step_that_uses_it() {
    let lab = Lab::new();
    run(&lab, experiment(), "0.5").0.unwrap();
    let (result, executed, _) = run(&lab, experiment(), "0.25");
    assert_eq!(result, Ok(1.0));
    assert_eq!(executed, ["first", "second", "below/first"]);
}

#[test]
fn a_step_whose_component_cannot_be_stopped_has_failed_and_left_nothing() {
    let mut lab = Lab::new();
    lab.options.on_change = OnChange::Fork;
    let (result, executed, events) = run(&lab, experiment(), "-1");
    assert_eq!(result, Err("step `experiment[scopes]/first` failed".to_owned()));
    assert_eq!(executed, ["first"]);
    assert_eq!(events, "make shared, start, first, stop: success");
    assert!(lab.branch().1.is_empty(), "it is not recorded as done");
}

/// How a step ends that has a component of its own.
#[derive(Debug, Clone, Copy, serde::Serialize)]
enum End {
    Fails,
    ToBeContinued,
    /// It gives up since it hears a signal.
    Interrupted,
}

#[step(key = "step")]
fn ending(end: End, own: Arc<Own>) -> Result<f64, BoxError> {
    match end {
        End::Fails => Err(format!("{} is too slow", own.shared.rate).into()),
        End::ToBeContinued => Err(Flow::to_be_continued("it is night").into()),
        End::Interrupted => {
            SIGNALS.with_borrow(|signals| signals.raise(signal_hook::consts::SIGTERM));
            Err("gave up".into())
        }
    }
}

#[stage(key = "ending")]
fn ending_within(end: End, stage: &Stage) -> Result<f64, BoxError> {
    Ok(stage.run(ending(end))?)
}

/// An end in order was a failure for components.
#[test]
fn components_hear_of_ends_that_are_no_failures() {
    for (end, expected) in [
        (End::Fails, "failure: 0.5 is too slow"),
        (End::ToBeContinued, "to be continued: it is night"),
        (End::Interrupted, "interrupted by SIGTERM"),
    ] {
        let mut lab = Lab::new();
        lab.options.signals = Signals::none();
        SIGNALS.set(lab.options.signals.clone());
        let (_, _, events) = run(&lab, ending_within(end), "0.5");
        assert_eq!(events, format!("make shared, start, stop: {expected}"));
    }
}
