//! Steps by hand that differ in one part each.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::digest::Digest;
use crate::history::ArgumentsPrint;
use crate::path::TaskPath;

fn step(arguments: &str, artifacts: &[(&str, &str)]) -> StepRecord {
    let artifact = |(name, hash): &(&str, &str)| Artifact {
        name: (*name).to_owned(),
        hash: (*hash).to_owned(),
        size: 1,
    };
    StepRecord {
        path: TaskPath::recorded("run/step"),
        arguments: ArgumentsPrint {
            hash: Digest::of(arguments.as_bytes()),
            text: arguments.to_owned(),
        },
        print: Digest::default(),
        failures: Vec::new(),
        session: 1,
        started: Timestamp::UNIX_EPOCH,
        took: Duration::ZERO,
        artifacts: artifacts.iter().map(artifact).collect(),
    }
}

fn print(code: &str, version: u32, components: &[&str], settings: &[(&str, &str)]) -> Print {
    let text = |text: &&str| (*text).to_owned();
    Print {
        code: Digest::of(code.as_bytes()),
        version,
        components: components.iter().map(text).collect(),
        settings: settings
            .iter()
            .map(|(key, value)| (text(key), text(value)))
            .collect::<BTreeMap<_, _>>(),
        helpers: BTreeMap::new(),
    }
}

#[test]
fn each_part_is_told() {
    let a = (
        &step("n = 1", &[("kept", "k"), ("changed", "x"), ("gone", "g")]),
        print("a", 1, &["Both", "Sgd"], &[("t.kept", "1"), ("t.rate", "0.1"), ("t.old", "2")]),
    );
    let b = (
        &step("n = 2", &[("kept", "k"), ("changed", "y")]),
        print("b", 2, &["Adam", "Both"], &[("t.kept", "1"), ("t.rate", "0.2"), ("t.new", "3")]),
    );
    let code = [Digest::of(b"a"), Digest::of(b"b")].map(|digest| digest.to_string());
    let changes: Vec<_> = of(a, b)
        .into_iter()
        .map(|change| {
            let side = |side: &Option<String>| match side {
                Some(text) if code.contains(text) => "digest".to_owned(),
                Some(text) => text.clone(),
                None => "–".to_owned(),
            };
            format!("{change}: {} | {}", side(&change.a), side(&change.b))
        })
        .collect();
    assert_eq!(
        changes,
        [
            "arguments: n = 1 | n = 2",
            "setting t.new: – | 3",
            "setting t.old: 2 | –",
            "setting t.rate: 0.1 | 0.2",
            "component Adam: – | used",
            "component Sgd: used | –",
            "version: 1 | 2",
            "code: digest | digest",
            "artifact changed: x | y",
            "artifact gone: g | –",
        ]
    );
}

#[test]
fn the_same_is_nothing() {
    let (step, print) = (step("n = 1", &[("a", "b")]), print("a", 1, &["C"], &[("t.k", "1")]));
    assert!(step.same_inputs(&step));
    assert_eq!(of((&step, print.clone()), (&step, print)), []);
}
