//! What a step depends on: each change of it is found and named, and nothing else is.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use thinking::{ExecutorError, OnChange, Stage, StageTask, Tx, stage, step};
use thinking_injection::{
    Asker, BoxError, Component, Condition, Container, Extent, Requirement, Scope,
};
use thinking_modules::{Place, here};
use thinking_runtime::{Config, Facet, Runtime};

use crate::lab::{Lab, Op, Ran, assert_kept, note};
use crate::rows::Rows;

#[derive(Deserialize, Facet)]
#[facet(name = "tuning", crate = thinking_runtime)]
pub(crate) struct Tuning {
    #[facet(default = 0.5)]
    rate: f64,
    #[facet(default = 3)]
    depth: u32,
    #[facet(default = 10, auxiliary)]
    report: u32,
}

/// Copies its setting when it is constructed.
struct Copied {
    rate: f64,
}

/// Reads its setting when it is asked.
struct Live {
    tuning: Config<Tuning>,
}

impl Live {
    fn depth(&self) -> u32 {
        self.tuning.depth()
    }
}

/// Depends on a component that copied a setting.
struct Outer {
    copied: Arc<Copied>,
}

trait Optimizer: Send + Sync {
    fn step(&self) -> f64;
}

struct Sgd;
struct Adam;

impl Optimizer for Sgd {
    fn step(&self) -> f64 {
        1.0
    }
}

impl Optimizer for Adam {
    fn step(&self) -> f64 {
        2.0
    }
}

#[step]
fn in_body(tuning: Config<Tuning>, tx: &mut Tx) -> Result<f64, BoxError> {
    note(tx.path().as_str());
    let _ = tuning.report();
    Ok(tuning.rate())
}

fn depth_of(tuning: &Config<Tuning>) -> f64 {
    f64::from(tuning.depth())
}

#[step]
fn in_helper(tuning: Config<Tuning>, tx: &mut Tx) -> Result<f64, BoxError> {
    note(tx.path().as_str());
    Ok(depth_of(&tuning))
}

#[step]
fn in_method(live: Arc<Live>, tx: &mut Tx) -> Result<f64, BoxError> {
    note(tx.path().as_str());
    Ok(f64::from(live.depth()))
}

#[step]
fn in_constructor(copied: Arc<Copied>, tx: &mut Tx) -> Result<f64, BoxError> {
    note(tx.path().as_str());
    Ok(copied.rate)
}

#[step]
fn in_constructor_below(outer: Arc<Outer>, tx: &mut Tx) -> Result<f64, BoxError> {
    note(tx.path().as_str());
    Ok(outer.copied.rate)
}

#[step]
fn in_worker(tuning: Config<Tuning>, tx: &mut Tx) -> Result<f64, BoxError> {
    note(tx.path().as_str());
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| tuning.rate());
        worker.join().map_err(|_| "the worker panicked".into())
    })
}

#[step]
fn as_a_whole(tuning: Config<Tuning>, tx: &mut Tx) -> Result<f64, BoxError> {
    note(tx.path().as_str());
    let Tuning { rate, depth, report: _ } = &**tuning;
    Ok(rate * f64::from(*depth))
}

#[step]
fn chosen(optimizer: Arc<dyn Optimizer>, tx: &mut Tx) -> Result<f64, BoxError> {
    note(tx.path().as_str());
    Ok(optimizer.step())
}

/// Runs the one step of this name.
#[stage(key = "one")]
fn one(step: String, stage: &Stage) -> Result<f64, BoxError> {
    Ok(match step.as_str() {
        "body" => stage.run(in_body())?,
        "helper" => stage.run(in_helper())?,
        "method" => stage.run(in_method())?,
        "constructor" => stage.run(in_constructor())?,
        "constructor below" => stage.run(in_constructor_below())?,
        "worker" => stage.run(in_worker())?,
        "whole" => stage.run(as_a_whole())?,
        _ => stage.run(chosen())?,
    })
}

fn place() -> Place {
    here!()
}

pub(crate) fn container(assignments: &[&str], profile: Option<&str>) -> Container {
    let (runtime, mistakes) = Runtime::builder(thinking_modules::main_module!())
        .environment([])
        .assignments(assignments.iter().map(|text| text.to_string()))
        .profiles(profile.map(str::to_owned))
        .known_profiles(["adam".to_owned()])
        .load();
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let tuning = || Requirement::of::<Config<Tuning>>("tuning", None);
    let copied = Component::builder("app::Copied", place(), |resolver| {
        let tuning: Config<Tuning> = resolver.resolve(None)?;
        Ok(Copied { rate: tuning.rate() })
    });
    let live = Component::builder("app::Live", place(), |resolver| {
        Ok(Live { tuning: resolver.resolve(None)? })
    });
    let outer = Component::builder("app::Outer", place(), |resolver| {
        Ok(Outer { copied: resolver.resolve(None)? })
    });
    let sgd = Component::builder("app::Sgd", place(), |_| Ok(Sgd));
    let adam = Component::builder("app::Adam", place(), |_| Ok(Adam)).primary();
    Container::builder()
        .runtime(Arc::new(runtime))
        .component(copied.requires(tuning()).build())
        .component(live.requires(tuning()).build())
        .component(outer.requires(Requirement::of::<Arc<Copied>>("copied", None)).build())
        .component(sgd.provides(|sgd| sgd as Arc<dyn Optimizer>).build())
        .component(
            adam.provides(|adam| adam as Arc<dyn Optimizer>)
                .when(Condition::Profile("adam"))
                .build(),
        )
        .asker(Asker {
            label: "the test".to_owned(),
            place: place(),
            requirements: vec![
                Requirement::of::<Arc<Live>>("live", None),
                Requirement::of::<Arc<Outer>>("outer", None),
                Requirement::of::<Arc<dyn Optimizer>>("optimizer", None),
            ],
            scope: Scope::Step,
        })
        .extent(Extent::Needed)
        .build()
        .unwrap()
}

/// The differences that a refused session names, which must not have done anything.
fn refused<T: std::fmt::Debug>(lab: &mut Lab, task: StageTask<T>, with: &Container) -> Vec<String> {
    let before = without_sessions(lab.rows());
    lab.options.on_change = OnChange::Refuse;
    let ran = lab.session_in(task, with);
    assert_eq!(ran.executed, [""; 0]);
    assert_eq!(without_sessions(lab.rows()), before);
    differences(ran)
}

fn differences<T: std::fmt::Debug>(ran: Ran<T>) -> Vec<String> {
    let error = ran.result.unwrap_err();
    assert_eq!(error.exit_code(), 3);
    let ExecutorError::Diverged(divergence) = error else { panic!("{error}") };
    divergence.differences.iter().map(ToString::to_string).collect()
}

/// That a session was there is recorded whatever it did.
fn without_sessions(mut rows: Rows) -> Rows {
    rows.retain(|(table, _), _| *table != "sessions");
    rows
}

/// Runs a step with the defaults, then with `assignments`: it must be found changed by
/// `expected`, and be reused if that is empty.
#[track_caller]
fn check(step: &str, assignments: &[&str], expected: &[&str]) {
    let mut lab = Lab::new();
    let task = || one(step.to_owned());
    let first = lab.session_in(task(), &container(&[], None));
    assert_eq!(first.executed.len(), 1, "{:?}", first.result);
    let changed = container(assignments, None);
    if expected.is_empty() {
        let ran = lab.session_in(task(), &changed);
        assert_eq!(ran.executed, [""; 0]);
        assert_eq!(ran.result.unwrap(), first.result.unwrap());
        return;
    }
    assert_eq!(refused(&mut lab, task(), &changed), expected);
    lab.options.on_change = OnChange::Fork;
    let ran = lab.session_in(task(), &changed);
    assert_eq!(ran.executed.len(), 1);
    assert_ne!(ran.result.unwrap(), first.result.unwrap());
    assert_eq!(lab.session_in(task(), &changed).executed, [""; 0]);
}

#[test]
fn a_setting_that_was_read_anywhere_is_named() {
    let rate = "the setting `tuning.rate`: 0.5 → 0.25";
    let depth = "the setting `tuning.depth`: 3 → 7";
    let both = ["tuning.rate=0.25", "tuning.depth=7"];
    check("body", &both, &[rate]);
    check("helper", &both, &[depth]);
    check("method", &both, &[depth]);
    check("constructor", &both, &[rate]);
    check("constructor below", &both, &[rate]);
    check("worker", &both, &[rate]);
    check("whole", &both, &[depth, rate]);
}

#[test]
fn a_setting_that_was_not_read_or_is_auxiliary_changes_nothing() {
    let (rate, depth) = ("tuning.rate=0.25", "tuning.depth=7");
    let report = "tuning.report=1";
    check("body", &[depth, report], &[]);
    check("helper", &[rate, report], &[]);
    check("method", &[rate, report], &[]);
    check("constructor", &[depth, report], &[]);
    check("worker", &[depth, report], &[]);
    check("whole", &[report], &[]);
    check("chosen", &[rate, depth, report], &[]);
}

#[test]
fn another_component_chosen_by_a_profile_is_named_with_the_first() {
    let mut lab = Lab::new();
    let task = || one("chosen".to_owned());
    assert_eq!(lab.session_in(task(), &container(&[], None)).result.unwrap(), 1.0);
    let adam = container(&[], Some("adam"));
    assert_eq!(refused(&mut lab, task(), &adam), ["its components: app::Sgd → app::Adam"]);
    lab.options.on_change = OnChange::Fork;
    assert_eq!(lab.session_in(task(), &adam).result.unwrap(), 2.0);
}

/// The same step in several programs: its path has the function's name, not its module's.
macro_rules! program {
    ($module:ident, $compute:item) => {
        mod $module {
            use super::*;

            $compute

            #[stage(key = "code")]
            pub(super) fn experiment(stage: &Stage) -> Result<u32, BoxError> {
                Ok(stage.run(compute())?)
            }
        }
    };
}

program!(
    first,
    #[step]
    fn compute(tx: &mut Tx) -> Result<u32, BoxError> {
        note(tx.path().as_str());
        Ok(1)
    }
);
program!(
    commented,
    #[step]
    fn compute(tx: &mut Tx) -> Result<u32, BoxError> {
        // Comments and layout are no code.
        note(tx.path().as_str());
        Ok(1)
    }
);
program!(
    recoded,
    #[step]
    fn compute(tx: &mut Tx) -> Result<u32, BoxError> {
        note(tx.path().as_str());
        Ok(2)
    }
);
program!(
    raised,
    #[step(version = 3)]
    fn compute(tx: &mut Tx) -> Result<u32, BoxError> {
        note(tx.path().as_str());
        Ok(1)
    }
);

#[test]
fn changed_code_or_a_raised_version_is_named_and_a_comment_is_nothing() {
    let mut lab = Lab::new();
    let none = Container::builder().build().unwrap();
    assert_eq!(lab.session(first::experiment()).executed, ["compute"]);
    assert_eq!(lab.session(commented::experiment()).executed, [""; 0]);
    let [code] = &refused(&mut lab, recoded::experiment(), &none)[..] else { panic!() };
    assert!(code.starts_with("its code changed: hash "), "{code}");
    assert_eq!(refused(&mut lab, raised::experiment(), &none), ["its version: 0 → 3"]);
    lab.options.on_change = OnChange::Fork;
    assert_eq!(lab.session(raised::experiment()).executed, ["compute"]);
}

fn keyed(n: i64) -> [Op; 4] {
    [Op::Add(1), Op::Keyed("k".to_owned(), n), Op::Add(3), Op::Add(4)]
}

#[test]
fn refusing_changes_nothing_and_says_what_is_at_stake_and_the_ways_on() {
    let mut lab = Lab::new();
    lab.run(&keyed(2));
    let before = without_sessions(lab.rows());
    lab.options.on_change = OnChange::Refuse;
    let ran = lab.run(&keyed(5));
    assert_eq!(ran.executed, [""; 0]);
    assert_eq!(without_sessions(lab.rows()), before);
    let error = ran.result.unwrap_err();
    assert_eq!(error.exit_code(), 3);
    let ExecutorError::Diverged(mut divergence) = error else { panic!("{error}") };
    divergence.took = Duration::from_millis(1500);
    expect_test::expect![[r#"
        `experiment[lab]/keyed[k]` cannot be reused
          - its argument `n`: 2 → 5
        at stake: 3 finished steps, 1.5s of work"#]]
    .assert_eq(&divergence.to_string());
    let sessions = &lab.view().runs[0].sessions;
    assert_eq!(sessions.last().unwrap().record.outcome.as_deref(), Some("diverged"));
}

#[test]
fn automatic_is_a_fork_for_little_work_and_a_refusal_for_much() {
    let mut lab = Lab::new();
    lab.run(&keyed(2));
    lab.options.on_change = OnChange::Auto;
    lab.options.rerun_below = Duration::ZERO;
    let before = without_sessions(lab.rows());
    let divergence = differences(lab.run(&keyed(5)));
    assert_eq!(divergence, ["its argument `n`: 2 → 5"]);
    assert_eq!(without_sessions(lab.rows()), before);
    lab.options.rerun_below = Duration::from_secs(3600);
    assert_eq!(lab.run(&keyed(5)).executed, ["keyed[k]", "add[3]", "add[4]"]);
    assert_kept(&before, &lab.rows());
}

#[test]
fn a_stage_cannot_go_on_after_a_refusal() {
    let mut lab = Lab::new();
    lab.run(&keyed(2));
    lab.options.on_change = OnChange::Refuse;
    let [first, changed, ..] = keyed(5);
    let ran = lab.run(&[first, Op::Try(Box::new(changed)), Op::Add(3)]);
    assert_eq!(ran.executed, [""; 0]);
    assert!(matches!(ran.result.unwrap_err(), ExecutorError::Diverged(_)));
}
