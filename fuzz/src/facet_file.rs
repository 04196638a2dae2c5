//! Any bytes as the files of a facet, as a variable, and as an assignment.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;
use thinking_runtime::{ByteSize, Facet, Jail, RootPath, Secret, Violations};

/// A facet with something of everything.
#[derive(Debug, Deserialize, Facet)]
#[facet(name = "training", check = Training::check, crate = thinking_runtime)]
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
    #[facet(default = "30s")]
    timeout: Duration,
    #[facet(default = "1h 30m", range = SignedDuration::ZERO..)]
    rest: SignedDuration,
    #[facet(default = "2 GiB")]
    cache: ByteSize,
    #[facet(default = "pages")]
    pages: RootPath,
    #[facet(default = BTreeMap::<String, u8>::new())]
    hosts: BTreeMap<String, Host>,
}

impl Training {
    fn check(&self, violations: &mut Violations) {
        if self.timeout.is_zero() {
            violations.refuse("timeout", "more than 0s");
        }
        for (name, host) in &self.hosts {
            if host.login.as_ref().is_some_and(|login| login.password.expose().is_empty()) {
                violations.refuse(format!("hosts.{name}.login.password"), "no empty one");
            }
        }
    }
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only loaded")]
struct Host {
    port: u16,
    wait: Option<Duration>,
    sizes: Option<Vec<ByteSize>>,
    login: Option<Login>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only loaded")]
struct Login {
    user: String,
    password: Secret<String>,
    codes: Option<(Secret<u32>, Secret<u32>)>,
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
    // What `config` prints, as text and as JSON.
    for facet in runtime.facets().report() {
        for key in &facet.keys {
            let value = key.value.as_ref().map(ToString::to_string);
            let origin = key.origin.as_ref().map(ToString::to_string);
            let overrode =
                key.overrode.iter().map(|over| format!("{} {}", over.value, over.origin));
            assert!(value.is_some() == origin.is_some(), "a value has an origin");
            assert!(
                !key.secret || value.is_none_or(|value| value == "(secret)"),
                "a secret is shown"
            );
            overrode.for_each(drop);
        }
        serde_json::to_string(&facet).expect("a report can be written as JSON");
    }
    serde_json::to_string(&mistakes).expect("messages can be written as JSON");
    let definition = Training::definition();
    assert!(definition.schema().is_object(), "a schema is an object");
    assert!(definition.overlay_schema().is_object(), "that of an overlay, too");
    assert!(!definition.template().is_empty(), "a default file has its keys");
}
