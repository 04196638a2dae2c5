//! Registered actions: what they prepare, what they see, and the runtime of the process.

use std::process::Command;
use std::sync::{Mutex, PoisonError};

use expect_test::{Expect, expect};
use serde::Deserialize;

use super::*;
use crate::{Config, Facet, Jail, Prepare, action, bootstrap};

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "threads")]
struct Threads {
    #[facet(range = 1..=64)]
    count: u32,
    #[facet(default = "none")]
    pinned: String,
}

crate::profile! {
    /// Too many threads.
    wide: equal("WIDTH", "wide")
}

/// What actions said, each with the session in which it did.
static HEARD: Mutex<Vec<(PathBuf, String)>> = Mutex::new(Vec::new());

fn say(runtime: &Runtime, text: String) {
    let mut heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
    heard.push((runtime.root().path.clone(), text));
}

fn heard(runtime: &Runtime) -> Vec<String> {
    let heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
    let own = heard.iter().filter(|(root, _)| *root == runtime.root().path);
    own.map(|(_, text)| text.clone()).collect()
}

#[action(after = "pin", prepare = default_threads)]
fn limit_threads(threads: Config<Threads>, runtime: Arc<Runtime>) {
    say(&runtime, format!("limit to {}", threads.count()));
}

fn default_threads(prepare: &mut Prepare<'_>) {
    let count = if prepare.profiles().is_active("wide") { 100 } else { 4 };
    prepare.default("threads.count", count);
}

#[action(name = "pin", before = "limit_threads", required, prepare = default_pins)]
fn pins(runtime: Arc<Runtime>, threads: Config<Threads>) -> Result<(), std::io::Error> {
    // Asking again, from inside an action, neither waits nor begins anew.
    assert!(runtime.perform().is_ok());
    say(&runtime, format!("pin to {}", threads.pinned()));
    Ok(())
}

fn default_pins(prepare: &mut Prepare<'_>) -> Result<(), std::num::ParseIntError> {
    prepare.default("threads.count", "2".parse::<u32>()?).default("threads.pinned", "core");
    Ok(())
}

/// Comes last, by its name.
#[action]
fn watch(runtime: Arc<Runtime>) {
    say(&runtime, "watch".to_owned());
}

fn jail() -> Jail {
    // Another facet of this binary has a required key.
    Jail::new(thinking_modules::main_module!()).set("kitchen.plates=3")
}

#[test]
fn actions_are_performed_in_order_and_once() {
    let jail = jail();
    let runtime = Arc::new(jail.load());
    assert_eq!(heard(&runtime), Vec::<String>::new());
    runtime.perform().unwrap();
    runtime.perform().unwrap();
    assert_eq!(heard(&runtime), ["pin to core", "limit to 4", "watch"]);
    assert_eq!(
        runtime.optional_actions().collect::<Vec<_>>(),
        ["logging", "limit_threads", "watch"]
    );
}

#[test]
fn each_layer_overrides_what_was_prepared() {
    let file = ("threads.toml", "count = 8\n[profile.gpu]\ncount = 9\n");
    let check = |jail: Jail, count: u32, pinned: &str| {
        let runtime = jail.load();
        let threads = runtime.facets().config::<Threads>().unwrap();
        assert_eq!((threads.count(), threads.pinned().as_str()), (count, pinned));
    };
    check(jail(), 4, "core");
    check(jail().disable("limit_threads"), 2, "core");
    check(jail().file(file.0, file.1), 8, "core");
    check(jail().file(file.0, file.1).profile("gpu"), 9, "core");
    check(jail().variable("THINKING_THREADS__COUNT", "10"), 10, "core");
    check(jail().set("threads.pinned=none"), 4, "none");
}

#[test]
fn the_origin_of_a_prepared_value_is_its_action() {
    let jail = jail().set("threads.count=5");
    let runtime = jail.load();
    let report = runtime.facets().report();
    let threads = report.iter().find(|facet| facet.name == "threads").unwrap();
    let lines = threads.keys.iter().map(|key| {
        let (value, origin) = (key.value.as_ref().unwrap(), key.origin.as_ref().unwrap());
        let overrode = key.overrode.iter();
        let overrode = overrode.map(|over| format!(" over {} from {}", over.value, over.origin));
        format!("{} = {value}, {origin}{}\n", key.key, overrode.collect::<String>())
    });
    expect![[r#"
        count = 5, --set threads.count=5 over 4 from default by action limit_threads over 2 from default by action pin
        pinned = "core", default by action pin over "none" from default
    "#]].assert_eq(&lines.collect::<String>());
}

#[test]
fn mistakes_about_actions_come_with_all_others() {
    let check = |jail: Jail, expected: Expect| expected.assert_eq(&jail.messages());
    check(
        jail().variable("WIDTH", "wide"),
        expect![[r#"
        error: `threads.count` is out of range: found 100
         |
         = note: default by action limit_threads: accepted: 1..=64"#]],
    );
    check(
        jail()
            .variable("THINKING_DISABLE", "wach, pin")
            .disable("limit_threads,nothing")
            .set("threads.count=0")
            .profile("x"),
        expect![[r#"
            error: unknown profile `x`
             |
             = note: `--profile` names it
             = note: known profiles: debug, profiling, test, wide

            error: `THINKING_DISABLE` names the unknown action `wach`
             |
             = note: known actions: limit_threads, logging, pin, watch
             = help: did you mean `watch`?

            error: action `pin` is required and cannot be disabled
            --> thinking-runtime/src/runtime/tests.rs:50:1
             = declared here
             = note: `THINKING_DISABLE` names it

            error: `--disable` names the unknown action `nothing`
             |
             = note: known actions: limit_threads, logging, pin, watch

            error: `threads.count` is out of range: found 0
             |
             = note: --set threads.count=0: accepted: 1..=64"#]],
    );
}

/// The report of a start that was stopped, without its times.
#[test]
fn a_report_says_what_was_and_what_was_not_done() {
    let jail = jail()
        .file("threads.wide.toml", "count = 1")
        .variable("WIDTH", "wide")
        .variable("THINKING_DISABLE", "watch")
        .set("threads.count=many");
    let (runtime, mistakes) = jail.builder().load();
    assert_eq!(mistakes.len(), 1);
    let runtime = Arc::new(runtime);
    assert!(matches!(runtime.perform(), Err(ActionError::Mistakes { .. })));
    let mut report = runtime.report();
    for phase in &mut report.phases {
        phase.time = None;
        phase.parts.iter_mut().for_each(|part| part.time = None);
    }
    let text = report.to_string().replace(runtime.session(), "SESSION");
    let text = text.replace(&jail.root().display().to_string(), "ROOT");
    expect![[r#"
        start of SESSION
          mode      application
          root      ROOT (given by `--root`)
          profiles  wide  the variable `WIDTH` is `wide`
          disabled  watch  `THINKING_DISABLE` names it

          prepare actions
            pin
            limit_threads
          load facets
            flat             flat.toml (absent), flat.wide.toml (absent)
            kitchen          kitchen.toml (absent), kitchen.wide.toml (absent)
            logs             logs.toml (absent), logs.wide.toml (absent)
            street           street.toml (absent), street.wide.toml (absent)
            threads          1 mistake; threads.toml (absent), threads.wide.toml
          perform actions
            logging          logs.toml (absent), logs.wide.toml (absent)
            pin              not performed; threads.toml (absent), threads.wide.toml
            limit_threads    not performed; threads.toml (absent), threads.wide.toml
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_process_is_started_once() {
    // What it needs is set for a process of its own.
    const NEEDED: &str = "THINKING_KITCHEN__PLATES";
    if std::env::var_os(NEEDED).is_none() {
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "runtime::tests::a_process_is_started_once"]).env(NEEDED, "3");
        assert!(again.status().unwrap().success());
        return;
    }
    let start = || bootstrap(thinking_modules::main_module!()).unwrap();
    let runtimes: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let current = Runtime::current().unwrap();
    assert!(runtimes.iter().all(|runtime| Arc::ptr_eq(runtime, &current)));
    assert_eq!(heard(&current), ["pin to core", "limit to 4", "watch"]);
    assert_eq!(current.mode(), Mode::Tests);
    assert!(current.profiles().is_active("test"));
    assert!(current.session().starts_with("thinking_runtime_2"), "{}", current.session());
    let other = Arc::new(jail().load());
    assert!(!other.make_current());
    assert!(current.make_current());
    assert!(current.started() <= other.started());
}

#[test]
#[cfg(unix)]
fn a_variable_that_is_no_text_is_a_mistake_if_it_is_ours() {
    use std::os::unix::ffi::OsStringExt;
    let broken = || OsString::from_vec(vec![b'a', 0xff]);
    let names = ["DEBUG", "THINKING_ROOT", "THINKING_THREADS__PINNED"];
    let variables = names.map(|name| (OsString::from(name), broken()));
    let (texts, mistakes) = process_environment(variables.into_iter());
    let names_again: Vec<_> = texts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names_again, names);
    let mistakes: Vec<_> = mistakes.iter().map(Diagnostic::message).collect();
    assert_eq!(mistakes, ["the environment variable `THINKING_THREADS__PINNED` is no valid UTF-8"]);
}
