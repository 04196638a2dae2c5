//! Any bytes as the files of a facet, as a variable, and as an assignment.

use std::collections::BTreeMap;

use serde::Deserialize;
use thinking_runtime::{Facet, Jail};

/// A facet with something of everything.
#[derive(Debug, Deserialize, Facet)]
#[facet(name = "training", crate = thinking_runtime)]
#[allow(dead_code, reason = "only loaded")]
struct Training {
    #[facet(range = 1..=1000, default = 3)]
    epochs: u32,
    #[facet(default = 0.5)]
    learning_rate: f32,
    #[facet(default = -1)]
    offset: i64,
    title: Option<String>,
    #[facet(default = Vec::<u32>::new())]
    layers: Vec<u32>,
    schedule: Option<Schedule>,
    any: Option<Shape>,
    #[facet(default = "hunter2", secret)]
    password: String,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only loaded")]
struct Schedule {
    kind: Kind,
    warmup: u8,
    #[serde(default)]
    names: BTreeMap<String, (bool, char)>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "only loaded")]
enum Kind {
    Linear,
    Steps(Vec<u32>),
    Cosine { period: u64 },
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[allow(dead_code, reason = "only loaded")]
enum Shape {
    Side(u32),
    Sides { width: u32, height: u32 },
}

/// Loads a facet of which the bytes are, separated by zeros, its file, the file of its active
/// profile, a variable and an assignment; what is absent is not set.
///
/// # Panics
///
/// If something is wrong with the loading: it has to end in a value or in messages, and each
/// message can be shown.
pub fn facet_file(bytes: &[u8]) {
    let mut parts = bytes.splitn(4, |byte| *byte == 0);
    let mut next = || parts.next();
    let mut jail = Jail::new(thinking_modules::main_module!()).profile("gpu");
    jail = jail.file("training.toml", next().unwrap_or_default());
    jail = jail.file("training.gpu.toml", next().unwrap_or_default());
    if let Some(text) = next() {
        let text = String::from_utf8_lossy(text);
        // The first line says which key.
        let (name, value) = text.split_once('\n').unwrap_or(("EPOCHS", &text));
        jail = jail.variable(format!("THINKING_TRAINING__{name}"), value);
    }
    if let Some(text) = next() {
        jail = jail.set(String::from_utf8_lossy(text));
    }
    let (runtime, mistakes) = jail.builder().load();
    for mistake in &mistakes {
        assert!(!mistake.render(true).is_empty() && !mistake.render(false).is_empty());
    }
    let values = runtime.facets().config::<Training>();
    assert!(values.is_ok() || !mistakes.is_empty(), "neither a value nor a message");
    runtime.facets().current();
    runtime.facets().report();
}
