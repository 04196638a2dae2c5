//! Which settings a recording sees.

use serde::Deserialize;
use thinking::{Config, Facet, Recording, Runtime};

use crate::jail::jail;

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "model")]
struct Model {
    #[facet(default = 16)]
    width: u32,
    #[facet(default = 2)]
    depth: u32,
    #[facet(default = 10, auxiliary)]
    report_every: u32,
    #[facet(default = "hunter2", secret)]
    token: String,
}

fn model(runtime: &Runtime) -> Config<Model> {
    runtime.facets().config().unwrap()
}

fn keys(recording: Recording) -> Vec<String> {
    recording.finish().settings.into_iter().map(|(key, value)| format!("{key}={value}")).collect()
}

fn runtime() -> Runtime {
    jail(&[("training.toml", "epochs = 1")]).load()
}

#[test]
fn an_accessor_records_its_key_and_an_auxiliary_one_nothing() {
    let runtime = runtime();
    let recording = Recording::start(runtime.facets().source());
    assert_eq!(model(&runtime).width(), 16);
    assert_eq!(model(&runtime).report_every(), 10);
    assert_eq!(keys(recording), ["model.width=16"]);
}

#[test]
fn the_whole_facet_records_all_keys_and_their_list() {
    let runtime = runtime();
    let recording = Recording::start(runtime.facets().source());
    assert_eq!(model(&runtime).depth, 2);
    assert_eq!(
        keys(recording),
        [
            "model.*=depth, token, width",
            "model.depth=2",
            "model.token=secret 65b15482f01114ec",
            "model.width=16"
        ]
    );
}

/// The store of a run keeps what was read: a password stood in it, and in the message about its
/// change, as plain text.
#[test]
fn a_secret_is_recorded_without_its_value() {
    let runtime = runtime();
    let recording = Recording::start(runtime.facets().source());
    assert_eq!(model(&runtime).token(), "hunter2");
    let keys = keys(recording);
    assert!(keys[0].starts_with("model.token=secret ") && !keys[0].contains("hunter2"), "{keys:?}");
}

#[test]
fn what_is_recorded_equals_what_is_current() {
    let runtime = runtime();
    let recording = Recording::start(runtime.facets().source());
    let _ = model(&runtime).depth;
    let current = runtime.facets().current();
    for (key, value) in recording.finish().settings {
        assert_eq!(current.get(&key), Some(&value), "{key}");
    }
}

#[test]
fn nested_recordings_both_see_a_read_and_another_configuration_is_not_seen() {
    let (runtime, other) = (runtime(), runtime());
    let outer = Recording::start(runtime.facets().source());
    model(&other).width();
    let inner = Recording::start(runtime.facets().source());
    model(&runtime).depth();
    assert_eq!(keys(inner), ["model.depth=2"]);
    assert_eq!(keys(outer), ["model.depth=2"]);
}

#[test]
fn a_read_on_a_thread_that_records_nothing_is_not_missed() {
    let runtime = runtime();
    let recording = Recording::start(runtime.facets().source());
    std::thread::scope(|scope| {
        scope.spawn(|| model(&runtime).width());
    });
    assert_eq!(keys(recording), ["model.width=16"]);
}
