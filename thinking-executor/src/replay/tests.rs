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

fn asked_for<'a>(path: &'a str, arguments: &'a ArgumentsPrint) -> Request<'a> {
    Request { path, stages: &[&[]], aliases: &[], arguments }
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
    let request = asked_for(path, &asked.arguments);
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
    let arguments = arguments(1);
    let request = asked_for("run/a", &arguments);
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
    assert_eq!(
        changed(|asked| asked.print.code = Digest::default()),
        ["its code changed: hash bd124bf3 → 00000000"]
    );
    assert_eq!(changed(|asked| asked.print.version = 2), ["its version: 1 → 2"]);
    assert_eq!(changed(|asked| asked.arguments = arguments(2)), ["its argument `n`: 1 → 2"]);
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

/// Whether a request is at a recorded path, with these former names of a stage and a step.
fn is_at(recorded: &str, path: &str, stage: Aliases, step: Aliases) -> bool {
    let arguments = arguments(1);
    let request = Request { path, stages: &[&[], stage], aliases: step, arguments: &arguments };
    request.is_at(recorded)
}

#[test]
fn former_names_of_each_task_of_a_path_count() {
    let path = "run/train[x]/epoch[3]";
    assert!(is_at(path, path, &[], &[]));
    assert!(is_at(path, path, &["fit"], &["pass", "round"]));
    for recorded in ["run/fit[x]/epoch[3]", "run/train[x]/round[3]", "run/fit[x]/pass[3]"] {
        assert!(!is_at(recorded, path, &[], &[]));
        assert!(is_at(recorded, path, &["fit"], &["pass", "round"]));
    }
    for recorded in [
        "run/fit[y]/epoch[3]",
        "run/fit[x]/epoch[33]",
        "run/fits[x]/epoch[3]",
        "ran/fit[x]/epoch[3]",
        "run/fit/epoch[3]",
        "run/fit[x]",
        "run/fit[x]/epoch[3]/x",
        "run/pass[x]/fit[3]",
        "",
    ] {
        assert!(!is_at(recorded, path, &["fit"], &["pass", "round"]), "{recorded}");
    }
    assert!(is_at("run/fit/pass", "run/train/epoch", &["fit"], &["pass"]));
}

#[test]
fn a_renamed_step_is_the_same_one() {
    let recorded = recorded();
    let request = |aliases| Request {
        path: "run/b",
        stages: &[&[]],
        aliases,
        arguments: &recorded.arguments,
    };
    let place = Recorded {
        path: "run/a",
        arguments: recorded.arguments.hash,
        text: &recorded.arguments.text,
    };
    assert_eq!(decide(Some(place), request(&["a"]), Vec::new), Decision::Reuse);
    assert_eq!(
        differences(decide(Some(place), request(&[]), || unreachable!())),
        ["recorded here is `run/a`, asked for is `run/b`"]
    );
    assert_eq!(
        differences(decide(Some(place), request(&["a"]), || vec![Difference::Failed])).len(),
        1
    );
}

#[test]
fn what_was_accepted_counts_as_recorded() {
    let diverged = || decided("run/a", |asked| asked.print.version = 2, &CURRENT);
    let others = || [diverged(), Decision::Reuse];
    assert_eq!(with_acceptances(diverged(), []), diverged());
    assert_eq!(with_acceptances(diverged(), [diverged()]), diverged());
    assert_eq!(with_acceptances(diverged(), others()), Decision::Reuse);
    assert_eq!(with_acceptances(Decision::Reuse, [diverged()]), Decision::Reuse);
    // Nobody can have accepted a result of a step that has none.
    let other = || decided("run/b", |_| {}, &CURRENT);
    assert_eq!(with_acceptances(other(), others()), other());
}

#[test]
fn each_policy_has_its_way() {
    let (little, much) = (Duration::from_secs(59), Duration::from_secs(61));
    let minute = Duration::from_secs(60);
    let plain = |policy, at_stake| way(policy, false, true, at_stake, minute);
    for at_stake in [little, much] {
        assert_eq!(plain(OnChange::Refuse, at_stake), Way::Refuse);
        assert_eq!(plain(OnChange::Fork, at_stake), Way::Fork);
        assert_eq!(plain(OnChange::Keep, at_stake), Way::Keep);
    }
    assert_eq!(plain(OnChange::Auto, little), Way::Fork);
    assert_eq!(plain(OnChange::Auto, minute), Way::Fork);
    assert_eq!(plain(OnChange::Auto, much), Way::Refuse);
    for policy in [OnChange::Auto, OnChange::Refuse, OnChange::Fork, OnChange::Keep] {
        assert_eq!(way(policy, true, true, much, minute), Way::Keep);
        // Whoever wants to keep what cannot be kept is asked.
        assert_eq!(way(policy, true, false, little, minute), Way::Refuse);
    }
    assert_eq!(way(OnChange::Keep, false, false, little, minute), Way::Refuse);
    assert_eq!(way(OnChange::Fork, false, false, much, minute), Way::Fork);
}

/// A branch and a position on it.
type Place = (u32, u64);

/// Branches of a run: each with its parent and the position of the fork, its length, and whether
/// it is fresh.
const BRANCHES: [(Option<Place>, u64, bool); 6] = [
    (None, 10, false),
    (Some((0, 4)), 8, false),
    (Some((1, 6)), 9, false),
    (Some((0, 4)), 5, false),
    (Some((0, 4)), 4, true),
    (Some((0, 4)), 4, false),
];

fn candidates() -> Vec<Candidate> {
    let candidates = (0..).zip(BRANCHES).map(|(branch, (_, length, is_fresh))| Candidate {
        branch,
        name: String::new(),
        lineage: line(branch),
        length,
        is_fresh,
    });
    candidates.collect()
}

fn line(branch: u32) -> Lineage {
    Lineage::of::<()>(branch, |id| Ok(BRANCHES[id as usize].0)).unwrap()
}

/// The branch on which a session goes on that stands on `line` and asks at `position` for what the
/// branches `fitting` have recorded there.
fn found(on: u32, position: u64, fitting: &[u32]) -> Option<u32> {
    let fits = |candidate: &Candidate| {
        let owner = candidate.lineage.owner(position).unwrap();
        Ok::<_, ()>(fitting.contains(&owner))
    };
    elsewhere(candidates(), &line(on), position, fits).unwrap().map(|found| found.branch)
}

#[test]
fn another_branch_that_is_the_same_up_to_here_is_found() {
    // The step at position 4 of each is another one.
    assert_eq!(found(1, 4, &[0]), Some(0));
    assert_eq!(found(0, 4, &[3]), Some(3));
    // 1 and 2 have the same step there, and 2 is the longer one.
    assert_eq!(found(0, 4, &[1]), Some(2));
    // What was recorded last is taken.
    assert_eq!(found(4, 4, &[0, 1, 3]), Some(3));
    assert_eq!(found(4, 4, &[]), None);
    // At 5 they have other steps before; 1 and 2 part at 6.
    assert_eq!(found(0, 5, &[1, 2, 3]), None);
    assert_eq!(found(2, 6, &[1]), Some(1));
    assert_eq!(found(2, 6, &[0]), None);
}

#[test]
fn the_step_at_hand_is_not_asked_again_and_errors_are_passed_on() {
    assert_eq!(found(1, 5, &[1]), None, "2 has the same step there");
    let failing = elsewhere(candidates(), &line(0), 4, |_| Err("unreadable"));
    assert_eq!(failing.unwrap_err(), "unreadable");
}

#[test]
fn a_shorter_program_ends_on_a_branch_that_ends_there() {
    let found = |on, position| ends_here(candidates(), &line(on), position).map(|b| b.branch);
    assert_eq!(found(0, 4), Some(4), "not 5, which a person asked for");
    assert_eq!(found(2, 4), Some(4));
    assert_eq!(found(0, 5), None);
    assert_eq!(found(0, 3), None);
}
