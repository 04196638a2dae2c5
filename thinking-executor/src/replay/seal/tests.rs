//! A seal as it was recorded, against each thing that may be different now.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use jiff::Timestamp;

use super::*;
use crate::history::{ArgumentsPrint, Print};
use crate::path::TaskPath;
use crate::replay::{Present, compare};

const PATH: &str = "run/train[a]";

fn arguments_of(n: u32) -> ArgumentsPrint {
    ArgumentsPrint { hash: Digest::of(&[n as u8]), text: format!("n = {n}") }
}

fn print(code: &str, settings: &[(&str, &str)], helpers: &[(&str, &str)]) -> Print {
    let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    };
    Print {
        code: Digest::of(code.as_bytes()),
        version: 1,
        components: vec!["app::Sgd".to_owned()],
        settings: map(settings),
        helpers: map(helpers),
    }
}

/// What is recorded: the stage has read a setting, and `epoch` was run with two different prints.
struct Store {
    prints: BTreeMap<Digest, Print>,
    seal: SealRecord,
}

fn store() -> Store {
    let stage = print("stage", &[("stage.epochs", "3")], &[]);
    let warm = print("epoch", &[("training.rate", "0.5")], &[]);
    let cold = print("epoch", &[("training.depth", "7")], &[("app::scale", "5ca1e")]);
    let inner = print("inner", &[("training.rate", "0.5")], &[]);
    let digest = |print: &Print| Digest::of(format!("{print:?}").as_bytes());
    let digests = |prints: &[&Print]| prints.iter().map(|print| digest(print)).collect();
    let own: BTreeSet<_> = digests(&[&stage]);
    let tasks = BTreeMap::from([
        ("app::epoch".to_owned(), digests(&[&warm, &cold])),
        ("app::inner".to_owned(), digests(&[&inner])),
    ]);
    let seal = SealRecord {
        path: TaskPath::recorded(PATH),
        arguments: arguments_of(1),
        until: 9,
        prints: own,
        tasks,
        failures: Vec::new(),
        handled: false,
        session: 1,
        sealed: Timestamp::UNIX_EPOCH,
        result: Vec::new(),
    };
    let prints = [stage, warm, cold, inner].map(|print| (digest(&print), print)).into();
    Store { prints, seal }
}

/// The program as it is now: its tasks, settings and helpers.
struct Program {
    stage: Print,
    tasks: BTreeMap<&'static str, Print>,
    settings: BTreeMap<String, String>,
    helpers: BTreeMap<String, String>,
    arguments: ArgumentsPrint,
    retry_failed: bool,
}

fn program() -> Program {
    let settings =
        [("stage.epochs", "3"), ("training.rate", "0.5"), ("training.depth", "7"), ("x.y", "1")];
    Program {
        stage: print("stage", &[], &[]),
        tasks: [("app::epoch", "epoch"), ("app::inner", "inner"), ("app::other", "other")]
            .map(|(name, code)| (name, print(code, &[], &[])))
            .into(),
        settings: settings.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        helpers: [("app::scale".to_owned(), "5ca1e".to_owned())].into(),
        arguments: arguments_of(1),
        retry_failed: false,
    }
}

/// Why a seal does not fit, after `record` has changed what is recorded and `change` the program.
fn found(
    record: impl FnOnce(&mut SealRecord),
    named: &[u64],
    change: impl FnOnce(&mut Program),
) -> Vec<String> {
    let (Store { prints, mut seal }, mut now) = (store(), program());
    record(&mut seal);
    change(&mut now);
    let request = Request { path: PATH, stages: &[&[]], aliases: &[], arguments: &now.arguments };
    let present = Present { settings: &now.settings, helpers: &now.helpers };
    let sealed = Sealed { seal: &seal, named };
    let found = misfits(sealed, request, now.retry_failed, |task, print| {
        let task = match task {
            Some(name) => now.tasks.get(name),
            None => Some(&now.stage),
        };
        Ok::<_, Infallible>(task.map(|task| compare(&prints[&print], task, present)))
    });
    let Ok(found) = found;
    found.iter().map(ToString::to_string).collect()
}

fn changed(change: impl FnOnce(&mut Program)) -> Vec<String> {
    found(|_| {}, &[], change)
}

#[test]
fn the_same_is_skipped_and_what_nothing_in_it_used_does_not_count() {
    assert_eq!(changed(|_| {}), [""; 0]);
    assert_eq!(changed(|now| drop(now.settings.insert("x.y".to_owned(), "2".to_owned()))), [""; 0]);
    assert_eq!(changed(|now| drop(now.tasks.remove("app::other"))), [""; 0]);
    assert_eq!(changed(|now| drop(now.helpers.insert("a".to_owned(), "b".to_owned()))), [""; 0]);
    assert_eq!(changed(|now| now.retry_failed = true), [""; 0]);
}

#[test]
fn each_part_of_the_stage_itself_is_compared() {
    assert_eq!(changed(|now| now.stage.version = 2), ["its version: 1 → 2"]);
    assert_eq!(
        changed(|now| now.stage.code = Digest::default()),
        ["its code changed: hash 1e78fa08 → 00000000"]
    );
    assert_eq!(changed(|now| now.arguments = arguments_of(2)), ["its argument `n`: 1 → 2"]);
    assert_eq!(
        changed(|now| drop(now.settings.insert("stage.epochs".to_owned(), "4".to_owned()))),
        ["the setting `stage.epochs`: 3 → 4"]
    );
    assert_eq!(changed(|now| now.stage.components.clear()), ["its components: app::Sgd → none"]);
}

#[test]
fn each_task_inside_is_compared_and_named() {
    let epoch =
        |change: fn(&mut Print)| changed(|now| change(now.tasks.get_mut("app::epoch").unwrap()));
    // Once, though it ran with two prints.
    assert_eq!(epoch(|epoch| epoch.version = 2), ["in `app::epoch`: its version: 1 → 2"]);
    assert_eq!(
        changed(|now| drop(now.settings.insert("training.rate".to_owned(), "0.1".to_owned()))),
        [
            "in `app::epoch`: the setting `training.rate`: 0.5 → 0.1",
            "in `app::inner`: the setting `training.rate`: 0.5 → 0.1"
        ]
    );
    assert_eq!(
        changed(|now| now.helpers.clear()),
        ["in `app::epoch`: the tracked function `app::scale` is gone, or not tracked any more"]
    );
    assert_eq!(
        changed(|now| drop(now.tasks.remove("app::inner"))),
        ["the task `app::inner` is gone, or there are several of this name"]
    );
}

#[test]
fn failures_inside_are_given_again_unless_they_are_to_be_tried() {
    let handled = |seal: &mut SealRecord| seal.handled = true;
    assert_eq!(found(handled, &[], |_| {}), [""; 0]);
    assert_eq!(
        found(handled, &[], |now| now.retry_failed = true),
        ["a failure in it is to be tried again"]
    );
}

/// As a session that replays the steps: what nothing names that follows is tried again.
#[test]
fn failures_behind_the_last_step_count_if_what_follows_names_them() {
    let ended = |seal: &mut SealRecord| {
        seal.failures = vec![4, 6];
        seal.handled = true;
    };
    assert_eq!(found(ended, &[4, 5, 6], |_| {}), [""; 0]);
    for named in [&[][..], &[4], &[5, 6]] {
        assert_eq!(found(ended, named, |_| {}), ["a failure at its end is tried again"]);
    }
}

/// Branches with the position where they left their parents: 1 left 0 at 4, 2 left 1 at 6.
fn line(branch: u32) -> Lineage {
    let parents = [None, Some((0, 4)), Some((1, 6))];
    let Ok(line) = Lineage::of::<Infallible>(branch, |id| Ok(parents[id as usize]));
    line
}

#[test]
fn a_seal_is_of_each_line_that_has_all_of_its_steps() {
    let arguments = arguments_of(1);
    let is_of = |until, branch, on, recorded| {
        let seal = SealRecord { until, ..store().seal };
        let request = Request { path: PATH, stages: &[&[]], aliases: &[], arguments: &arguments };
        is_of(&seal, branch, request, &line(on), recorded)
    };
    // Its last step is on branch 0: branches 1 and 2 share what is below 4.
    for (until, lines) in [(3, [true; 3]), (4, [true; 3]), (5, [true, false, false])] {
        assert_eq!([0, 1, 2].map(|on| is_of(until, 0, on, 10)), lines, "until {until}");
    }
    // It began on branch 0 and ended on branch 1.
    assert_eq!([0, 1, 2].map(|on| is_of(6, 1, on, 10)), [false, true, true]);
    assert_eq!([0, 1, 2].map(|on| is_of(7, 1, on, 10)), [false, true, false]);
    // Its last steps are gone.
    assert_eq!([6, 7, 8].map(|recorded| is_of(7, 1, 1, recorded)), [false, true, true]);
    assert!(!is_of(0, 0, 0, 10));
}

#[test]
fn a_seal_is_of_a_stage_under_its_former_names_too() {
    let (seal, arguments) = (store().seal, arguments_of(1));
    let is_of = |path, stages: &'static [&'static str], aliases| {
        let stages = [stages];
        let request = Request { path, stages: &stages, aliases, arguments: &arguments };
        is_of(&seal, 0, request, &line(0), 10)
    };
    assert!(is_of(PATH, &[], &[]));
    assert!(is_of("run/fit[a]", &[], &["train"]));
    assert!(is_of("all/train[a]", &["run"], &[]));
    assert!(!is_of("run/train[b]", &[], &["train"]));
    assert!(!is_of("run/fit[a]", &[], &[]));
}
