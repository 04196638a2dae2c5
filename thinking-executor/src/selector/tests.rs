//! Places in histories written by hand.

use super::*;

/// Two runs, of which the first has two branches: run, branch, whether it is current, and the
/// paths of its steps.
const HISTORY: [(&str, &str, bool, &[&str]); 3] = [
    ("exp", "main", false, &["exp/load", "exp/train/epoch[1]", "exp/train/epoch[2]", "exp/old"]),
    (
        "exp",
        "main-2",
        true,
        &[
            "exp/load",
            "exp/train/epoch[1]",
            "exp/train/epoch[12]",
            "exp/test[a:b]/score",
            "exp/test[b]/score",
            "exp/exp/load",
        ],
    ),
    ("other", "main", true, &["other/train/epoch[1]", "other/train/once"]),
];

fn branches() -> Vec<KnownBranch> {
    let branches = HISTORY.iter().zip(0..).map(|((run, name, is_current, _), line)| KnownBranch {
        run: (*run).to_owned(),
        name: (*name).to_owned(),
        line,
        is_current: *is_current,
    });
    branches.collect()
}

/// Resolves as a view does, and renders the place with its positions, or the error.
fn resolve(text: &str) -> String {
    let branches = branches();
    let place = text.parse::<Selector>().and_then(|selector| match selector.on(&branches)? {
        Asked::Branch(branch) => Ok(Place::whole(branch, steps(branch).count() as u64)),
        Asked::Task { path, on } => {
            let mut matches = Matches::new(path);
            let mut nearest = Nearest::new(path);
            for branch in &on {
                let mut more = true;
                for (position, step) in steps(branch) {
                    more = more && matches.see(branch, step, position..position + 1);
                    nearest.see(step);
                }
            }
            let none = || SelectorError::NoTask {
                path: path.to_owned(),
                on: on.iter().map(|branch| branch.name.clone()).collect(),
                instead: Instead::new(
                    Vec::new(),
                    nearest.finish(),
                    selector.branches_instead(&branches),
                ),
            };
            matches.finish(&selector)?.ok_or_else(none)
        }
    });
    match place {
        Ok(place) => {
            let kind = if place.is_step { "step" } else { "stage" };
            format!("{kind} {place} {:?} of {}", place.positions, place.run)
        }
        Err(error) => error.to_string(),
    }
}

fn steps(branch: &KnownBranch) -> impl Iterator<Item = (u64, &'static str)> {
    let paths = HISTORY[branch.line as usize].3;
    (0..).zip(paths.iter().copied())
}

#[test]
fn places() {
    for (text, place) in [
        // A whole path, its end, a stage; also on another branch than the current one.
        ("exp/load", "step main-2:exp/load 0..1 of exp"),
        ("epoch[12]", "step main-2:exp/train/epoch[12] 2..3 of exp"),
        ("main-2:epoch[12]", "step main-2:exp/train/epoch[12] 2..3 of exp"),
        ("main:epoch[2]", "step main:exp/train/epoch[2] 2..3 of exp"),
        ("exp/train", "stage main-2:exp/train 1..3 of exp"),
        ("main:old", "step main:exp/old 3..4 of exp"),
        ("train/once", "step main:other/train/once 1..2 of other"),
        // Names without their keys, if no task ends so as it is written.
        ("main-2:train/epoch[12]", "step main-2:exp/train/epoch[12] 2..3 of exp"),
        ("test[b]/score", "step main-2:exp/test[b]/score 4..5 of exp"),
        ("exp/test", "`exp/test` can be `main-2:exp/test[a:b]` or `main-2:exp/test[b]`"),
        ("test[a:b]", "stage main-2:exp/test[a:b] 3..4 of exp"),
        ("test[a:b]/score", "step main-2:exp/test[a:b]/score 3..4 of exp"),
        ("main-2:test[a:b]/score", "step main-2:exp/test[a:b]/score 3..4 of exp"),
        // A branch is its first stage; a whole path wins against ends of others.
        ("main-2", "stage main-2:exp 0..6 of exp"),
        ("main-2:", "stage main-2:exp 0..6 of exp"),
        ("exp", "stage main-2:exp 0..6 of exp"),
        ("main:exp", "stage main:exp 0..4 of exp"),
        ("main:other", "stage main:other 0..2 of other"),
        ("exp/exp", "stage main-2:exp/exp 5..6 of exp"),
    ] {
        assert_eq!(resolve(text), place, "{text}");
    }
}

#[test]
fn what_is_no_place() {
    for (text, error) in [
        ("main", "`main` can be `main:exp` or `main:other`"),
        ("load", "`load` can be `main-2:exp/load` or `main-2:exp/exp/load`"),
        (
            "epoch[1]",
            "`epoch[1]` can be `main-2:exp/train/epoch[1]` or `main:other/train/epoch[1]`",
        ),
        (
            "main-2:epoch",
            "`main-2:epoch` can be `main-2:exp/train/epoch[1]` or `main-2:exp/train/epoch[12]`",
        ),
        ("score", "`score` can be `main-2:exp/test[a:b]/score` or `main-2:exp/test[b]/score`"),
        ("hot:load", "there is no branch `hot`; known branches: main, main-2"),
        // Ends at the borders of identities only.
        ("main-2:ad", "no task ends with `ad` on branch `main-2`"),
        ("main-2:2]", "no task ends with `2]` on branch `main-2`"),
        (
            "main-2:epoch[13]",
            "no task ends with `epoch[13]` on branch `main-2`; is it `exp/train/epoch[1]` or \
             `exp/train/epoch[12]`?",
        ),
        ("main-2:trian", "no task ends with `trian` on branch `main-2`; is it `exp/train`?"),
        (
            "hot",
            "no task ends with `hot` on branch `main-2` or `main`, and it is no branch, as `main` or \
             `main-2` is",
        ),
        // A word behind a colon is a task, also if a branch has that name.
        (
            ":main",
            "no task ends with `main` on branch `main-2` or `main`; is it `exp/train` or \
             `other/train`?",
        ),
    ] {
        assert_eq!(resolve(text), error, "{text}");
    }
    for text in ["", ":", "/", "a//b", "main:a/", "/a"] {
        assert!(resolve(text).contains("is no place"), "{text}");
    }
}

/// A key that is a hash can hardly be typed.
#[test]
fn a_name_is_enough_if_it_is_the_only_one() {
    let branch = &branches()[0];
    let resolve = |text: &str| {
        let mut matches = Matches::new(text);
        let paths = ["run/load[3f]", "run/fit[a]/epoch[1]", "run/fit[a]/epoch[2]", "run/fits[b]"];
        for (path, position) in paths.into_iter().zip(0..) {
            matches.see(branch, path, position..position + 1);
        }
        let place = matches.finish(&text.parse().unwrap());
        place.map(|place| place.map(|place| (place.path.to_string(), place.positions)))
    };
    let found = |path: &str, positions| Ok(Some((path.to_owned(), positions)));
    assert_eq!(resolve("load"), found("run/load[3f]", 0..1));
    assert_eq!(resolve("fit"), found("run/fit[a]", 1..3));
    assert_eq!(resolve("fit/epoch[2]"), found("run/fit[a]/epoch[2]", 2..3));
    assert_eq!(resolve("run/fit[a]/epoch[1]"), found("run/fit[a]/epoch[1]", 1..2));
    assert!(matches!(resolve("epoch"), Err(SelectorError::Ambiguous { .. })));
    assert_eq!(resolve("loa"), Ok(None));
    assert_eq!(resolve("x/run/load"), Ok(None));
}

#[test]
fn lists_are_bounded() {
    let branch = &branches()[0];
    let (mut matches, mut nearest) = (Matches::new("x"), Nearest::new("group[1]"));
    for group in 0..20 {
        let path = format!("exp/group[{group}]/x");
        assert!(matches.see(branch, &path, group..group + 1));
        nearest.see(&path);
    }
    assert_eq!(nearest.finish().len(), NEAREST_MAX);
    let error = matches.finish(&"x".parse().unwrap()).unwrap_err().to_string();
    assert!(error.ends_with("`main:exp/group[7]/x` or 12 more"), "{error}");
}

/// Nothing behind the task that is meant has to be read.
#[test]
fn a_whole_path_ends_the_search() {
    let branch = &branches()[0];
    let mut matches = Matches::new("exp/a");
    assert!(matches.see(branch, "exp/x/exp/a", 0..1));
    assert!(matches.see(branch, "exp/a/b", 1..2));
    assert!(matches.see(branch, "exp/a/c", 2..3));
    assert!(!matches.see(branch, "exp/d", 3..4));
    let place = matches.finish(&"exp/a".parse().unwrap()).unwrap().unwrap();
    assert_eq!(place.positions, 1..3);
}
