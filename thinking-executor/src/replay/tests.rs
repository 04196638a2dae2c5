//! Each row of the change table, as histories written by hand.

use super::*;

/// A print, and arguments.
#[derive(Clone)]
struct Fingerprint {
    print: Print,
    arguments: ArgumentsPrint,
}

fn arguments(n: u32) -> ArgumentsPrint {
    ArgumentsPrint { hash: Digest::of(&[n as u8]), text: format!("n = {n}") }
}

fn recorded() -> Fingerprint {
    let print = Print {
        code: Digest::of(b"code"),
        version: 1,
        components: vec!["app::Sgd".to_owned(), "app::Trainer".to_owned()],
        settings: settings(&[("training.rate", "0.1"), ("training.name", "unset")]),
        helpers: settings(&HELPERS),
    };
    Fingerprint { print, arguments: arguments(1) }
}

fn settings(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

/// Decides about a request for `path` that equals the record but for what `change` does.
fn decided(
    path: &str,
    change: impl FnOnce(&mut Fingerprint),
    current: &[(&str, &str)],
) -> Decision {
    decided_among(path, change, current, &HELPERS)
}

fn decided_among(
    path: &str,
    change: impl FnOnce(&mut Fingerprint),
    current: &[(&str, &str)],
    helpers: &[(&str, &str)],
) -> Decision {
    let recorded = recorded();
    let mut asked = recorded.clone();
    asked.print.settings.clear();
    asked.print.helpers.clear();
    change(&mut asked);
    let request = Request { path, arguments: &asked.arguments };
    let place = Recorded {
        path: "run/a",
        arguments: recorded.arguments.hash,
        text: &recorded.arguments.text,
    };
    let (current, helpers) = (settings(current), settings(helpers));
    let present = Present { settings: &current, helpers: &helpers };
    decide(Some(place), request, || compare(&recorded.print, &asked.print, present))
}

const HELPERS: [(&str, &str); 2] = [("app::impl Sgd", "5d"), ("app::scale", "5ca1e")];
const CURRENT: [(&str, &str); 2] = [("training.rate", "0.1"), ("training.epochs", "9")];

fn differences(decision: Decision) -> Vec<String> {
    match decision {
        Decision::Diverged(differences) => differences.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_recorded_executes() {
    let request = Request { path: "run/a", arguments: &arguments(1) };
    assert_eq!(decide(None, request, || unreachable!()), Decision::Execute);
}

#[test]
fn the_same_is_reused_and_a_setting_that_was_not_read_does_not_count() {
    assert_eq!(decided("run/a", |_| {}, &CURRENT), Decision::Reuse);
    let others = [("training.rate", "0.1"), ("training.epochs", "100"), ("x.y", "1")];
    assert_eq!(decided("run/a", |_| {}, &others), Decision::Reuse);
}

#[test]
fn another_step_at_the_place() {
    assert_eq!(
        differences(decided("run/b", |asked| asked.print.code = Digest::default(), &CURRENT)),
        ["recorded here is `run/a`, asked for is `run/b`"]
    );
}

#[test]
fn each_part_of_the_fingerprint_is_compared_and_named() {
    let changed = |change: fn(&mut Fingerprint)| differences(decided("run/a", change, &CURRENT));
    assert_eq!(changed(|asked| asked.print.code = Digest::default()), ["its code changed"]);
    assert_eq!(changed(|asked| asked.print.version = 2), ["its version: 1 → 2"]);
    assert_eq!(changed(|asked| asked.arguments = arguments(2)), ["its arguments: n = 1 → n = 2"]);
    assert_eq!(
        changed(|asked| asked.print.components[0] = "app::Adam".to_owned()),
        ["its components: app::Sgd → app::Adam"]
    );
    assert_eq!(
        changed(|asked| drop(asked.print.components.remove(0))),
        ["its components: app::Sgd → none"]
    );
}

#[test]
fn a_setting_that_was_read_is_compared_and_so_is_one_that_was_unset() {
    assert_eq!(
        differences(decided("run/a", |_| {}, &[("training.rate", "0.2")])),
        ["the setting `training.rate`: 0.1 → 0.2"]
    );
    assert_eq!(
        differences(decided("run/a", |_| {}, &[])),
        ["the setting `training.rate`: 0.1 → unset"]
    );
    let set = [("training.rate", "0.1"), ("training.name", "\"x\"")];
    assert_eq!(
        differences(decided("run/a", |_| {}, &set)),
        ["the setting `training.name`: unset → \"x\""]
    );
}

#[test]
fn a_helper_that_was_called_is_compared_and_another_one_is_not() {
    let now = |helpers: &[(&str, &str)]| decided_among("run/a", |_| {}, &CURRENT, helpers);
    let [block, scale] = HELPERS;
    assert_eq!(now(&[block, scale, ("app::other", "1")]), Decision::Reuse);
    assert_eq!(
        differences(now(&[block, ("app::scale", "5ca1ed")])),
        ["the tracked function `app::scale` changed"]
    );
    assert_eq!(
        differences(now(&[("app::impl Sgd", "6"), scale])),
        ["the tracked `impl Sgd` in `app` changed"]
    );
    assert_eq!(
        differences(now(&[])),
        [
            "the tracked `impl Sgd` in `app` is gone, or not tracked any more",
            "the tracked function `app::scale` is gone, or not tracked any more"
        ]
    );
}

#[test]
fn several_differences_are_named_together() {
    let decision = decided("run/a", |asked| asked.print.version = 2, &[("training.rate", "1.0")]);
    assert_eq!(differences(decision).len(), 2);
}
