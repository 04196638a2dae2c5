//! Layers of facets and the messages about mistakes in them.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use serde::Deserialize;
use thinking::{Facet, Jail};

use crate::jail::jail;

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "training")]
#[serde(rename_all = "kebab-case")]
struct Training {
    #[facet(range = 1..=1000)]
    epochs: u32,
    #[facet(default = 0.5)]
    learning_rate: f32,
    #[facet(default = "sgd")]
    optimizer: String,
    #[facet(default = Vec::<u32>::new())]
    layers: Vec<u32>,
    schedule: Option<Schedule>,
    #[facet(default = "hunter2", secret)]
    password: String,
}

#[derive(Debug, Deserialize)]
struct Schedule {
    kind: Kind,
    warmup: u32,
    #[serde(default)]
    names: BTreeMap<String, bool>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Linear,
    Cosine,
}

const GOOD: &str = "epochs = 3\n";

fn check(jail: Jail, expected: Expect) {
    expected.assert_eq(&jail.messages());
}

#[test]
fn each_layer_overrides_the_ones_below() {
    let file = "epochs = 1\nlearning-rate = 0.1\n[profile.gpu]\nlearning-rate = 0.2\n";
    let overlay = "learning-rate = 0.3\n";
    let files = [("training.toml", file), ("training.fast.toml", overlay)];
    let rate = |jail: Jail| {
        let runtime = jail.load();
        runtime.facets().config::<Training>().unwrap().learning_rate()
    };
    let variable = ("THINKING_TRAINING__LEARNING-RATE", "0.4");
    assert_eq!(rate(jail(&[("training.toml", GOOD)])), 0.5);
    assert_eq!(rate(jail(&files)), 0.1);
    assert_eq!(rate(jail(&files).profile("gpu")), 0.2);
    assert_eq!(rate(jail(&files).profile("gpu").profile("fast")), 0.3);
    let with_variable = || jail(&files).profile("fast").variable(variable.0, variable.1);
    assert_eq!(rate(with_variable()), 0.4);
    assert_eq!(rate(with_variable().set("training.learning-rate=5e-1")), 0.5);
}

#[test]
fn nested_values_enums_and_texts_that_look_like_numbers() {
    let jail = jail(&[("training.toml", "epochs = 3\nschedule = { kind = 'linear', warmup = 1 }")])
        .variable("THINKING_TRAINING__SCHEDULE__KIND", "cosine")
        .set("training.layers=[3, 4]")
        .set("training.optimizer=007")
        .set("training.schedule.names.a=true");
    let runtime = jail.load();
    let training = runtime.facets().config::<Training>().unwrap();
    let schedule = training.schedule().as_ref().unwrap();
    assert_eq!((&schedule.kind, schedule.warmup, schedule.names["a"]), (&Kind::Cosine, 1, true));
    assert_eq!(*training.layers(), [3, 4]);
    assert_eq!(training.optimizer(), "007");
    assert_eq!(training.epochs(), 3);
    assert_eq!(training.password(), "hunter2");
}

#[test]
fn the_report_names_every_origin_and_what_it_overrode_but_no_secret() {
    let jail = jail(&[("training.toml", "\nepochs = 3\npassword = 'x'")])
        .variable("THINKING_TRAINING__EPOCHS", "4")
        .set("training.optimizer=adam");
    let runtime = jail.load();
    let mut text = String::new();
    let report = runtime.facets().report().into_iter().find(|facet| facet.name == "training");
    for key in report.unwrap().keys {
        let (Some(value), Some(origin)) = (key.value, key.origin) else {
            text.push_str(&format!("{} is not set\n", key.key));
            continue;
        };
        text.push_str(&format!("{} = {value} ({origin})", key.key));
        let overrode =
            key.overrode.iter().map(|over| format!(" {} from {}", over.value, over.origin));
        text.push_str(&format!("{}\n", overrode.collect::<Vec<_>>().join(";")));
    }
    expect![[r#"
        epochs = 4 (variable THINKING_TRAINING__EPOCHS=4) 3 from training.toml:2
        layers = [] (default)
        learning-rate = 0.5 (default)
        optimizer = "adam" (--set training.optimizer=adam) "sgd" from default
        password = (secret) (training.toml:3) (secret) from default
        schedule is not set
    "#]]
    .assert_eq(&text);
}

#[test]
fn all_mistakes_of_a_facet_are_reported_at_once() {
    let text = "epoch = 3\nlearning-rate = \"fast\"\n\n[schedule]\nkind = \"cosin\"\nwarm = 1\n";
    check(
        jail(&[("training.toml", text)]),
        expect![[r#"
            error: wrong value for `training.learning-rate`: found string "fast"
             --> ROOT/training.toml:2:17
              |
            2 | learning-rate = "fast"
              |                 ^^^^^^ expected f32

            error: `training.schedule.kind` cannot be `cosin`
             --> ROOT/training.toml:5:8
              |
            5 | kind = "cosin"
              |        ^^^^^^^ expected one of linear, cosine
              |
              = help: did you mean `cosine`?

            error: missing key `schedule.warmup` of facet `training`
             |
             = help: set it in `ROOT/training.toml`, as `THINKING_TRAINING__SCHEDULE__WARMUP` or with `--set training.schedule.warmup=…`

            error: missing key `epochs` of facet `training`
             |
             = help: set it in `ROOT/training.toml`, as `THINKING_TRAINING__EPOCHS` or with `--set training.epochs=…`

            error: unknown key `epoch` in facet `training`
             --> ROOT/training.toml:1:1
              |
            1 | epoch = (secret)
              | ^^^^^ unknown key
              |
              = note: accepted keys: epochs, learning-rate, optimizer, layers, schedule, password
              = help: did you mean `epochs`?

            error: unknown key `schedule.warm` in facet `training`
             --> ROOT/training.toml:6:1
              |
            6 | warm = (secret)
              | ^^^^ unknown key
              |
              = note: accepted keys: kind, warmup, names
              = help: did you mean `warmup`?"#]],
    );
}

/// The line of a wrong password was shown with the mistake, and the variable with its value.
#[test]
fn a_wrong_secret_is_named_and_not_shown() {
    let file = ("training.toml", "epochs = 1\npassword = ['hunter2']\n");
    check(
        jail(&[file]),
        expect![[r#"
        error: wrong value for `training.password`
         |
         = note: it is set by training.toml:2, and secret, so it is not shown"#]],
    );
    check(
        jail(&[file]).variable("THINKING_TRAINING__PASSWORD", "{ a = 'hunter2' }"),
        expect![[r#"
            error: wrong value for `training.password`
             |
             = note: it is set by variable THINKING_TRAINING__PASSWORD, and secret, so it is not shown"#]],
    );
}

#[test]
fn out_of_range() {
    check(
        jail(&[("training.toml", "epochs = 1001\n")]),
        expect![[r#"
            error: `training.epochs` is out of range: found 1001
             --> ROOT/training.toml:1:10
              |
            1 | epochs = 1001
              |          ^^^^ accepted: 1..=1000"#]],
    );
    check(
        jail(&[("training.toml", "epochs = 1\n")]).set("training.epochs=-1"),
        expect![[r#"
            error: wrong value for `training.epochs`: found integer `-1`
             |
             = note: --set training.epochs=-1: expected u32"#]],
    );
}

#[test]
fn broken_toml_is_an_error_and_not_a_missing_file() {
    let file = ("training.toml", GOOD);
    check(
        jail(&[file, ("wanted.toml", "list = []\nlist = = 2\n")]),
        expect![[r#"
        error: `wanted.toml` is no valid TOML
         --> ROOT/wanted.toml:2:8
          |
        2 | list = = 2
          |        ^ extra `=`, expected nothing

        error: `wanted.toml` is no valid TOML
         --> ROOT/wanted.toml:2:10
          |
        2 | list = = 2
          |          ^ unexpected key or value, expected newline, `#`

        error: `wanted.toml` is no valid TOML
         --> ROOT/wanted.toml:2:1
          |
        2 | list = = 2
          | ^^^^ duplicate key"#]],
    );
    check(
        jail(&[("training.toml", "epochs = 1\nlearning-rate = = 2\n")]),
        expect![[r#"
            error: `training.toml` is no valid TOML
            --> ROOT/training.toml:2:17
             = extra `=`, expected nothing
             = note: its line is not shown, because the facet may have secrets

            error: `training.toml` is no valid TOML
            --> ROOT/training.toml:2:19
             = unexpected key or value, expected newline, `#`
             = note: its line is not shown, because the facet may have secrets"#]],
    );
}

/// The parser takes what begins as a number for one, and leaves underscores out: the text was `1a`.
#[test]
fn what_begins_as_a_number_and_is_none_is_no_text() {
    let file = ("training.toml", GOOD);
    check(
        jail(&[
            file,
            (
                "wanted.toml",
                "list = [\"1_a\", 1_a, 1_0]\nlarge = 1_000_000_000_000_000_000_000_000_000_000_000_000_000\n[inner]\ntext = 1_000x\n",
            ),
        ]),
        expect![[r#"
            error: `wanted.toml` is no valid TOML
             --> ROOT/wanted.toml:1:16
              |
            1 | list = ["1_a", 1_a, 1_0]
              |                ^^^ no number, though it begins as one: put a text into quotes

            error: `wanted.toml` is no valid TOML
             --> ROOT/wanted.toml:2:9
              |
            2 | large = 1_000_000_000_000_000_000_000_000_000_000_000_000_000
              |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ larger than any number: put a text into quotes

            error: `wanted.toml` is no valid TOML
             --> ROOT/wanted.toml:4:8
              |
            4 | text = 1_000x
              |        ^^^^^^ no number, though it begins as one: put a text into quotes"#]],
    );
    check(
        jail(&[("training.toml", "epochs = 1_a\n")]),
        expect![[r#"
        error: `training.toml` is no valid TOML
        --> ROOT/training.toml:1:10
         = no number, though it begins as one: put a text into quotes
         = note: its line is not shown, because the facet may have secrets"#]],
    );
}

/// An error inside of a file, or with it, is never a missing file.
#[test]
fn a_file_that_is_there_is_never_missing() {
    check(
        jail(&[("training.fast.toml", "epochs = ")]).profile("fast"),
        expect![[r#"
        error: `training.fast.toml` is no valid TOML
        --> ROOT/training.fast.toml:1:10
         = string values must be quoted, expected literal string
         = note: its line is not shown, because the facet may have secrets"#]],
    );
    check(
        jail(&[("training.toml", "")]),
        expect![[r#"
        error: missing key `epochs` of facet `training`
         |
         = help: set it in `ROOT/training.toml`, as `THINKING_TRAINING__EPOCHS` or with `--set training.epochs=…`"#]],
    );
    // A directory cannot be read, whoever runs the test.
    let jail = jail(&[("training.toml/inside", "")]);
    assert!(jail.messages().starts_with("error: `ROOT/training.toml` cannot be read: "));
}

#[test]
fn a_required_facet_without_files_names_all_candidates() {
    check(
        jail(&[("other.fast.toml", ""), ("logs.fast.toml", "")]).profile("fast"),
        expect![[r#"
            error: `other.fast.toml` is the file of no facet
             |
             = note: it is `ROOT/other.fast.toml`
             = note: known facets: any, checked, free, layered, logs, model, odd, places, shown, training, units, vault, wanted
             = help: move it away from the root, or name it with `other_files` if another program reads it

            error: missing facet `training`: none of its files exists
             |
             = note: looked for `ROOT/training.toml`
             = note: looked for `ROOT/training.fast.toml`
             = help: write one of them with the required keys: epochs"#]],
    );
}

#[test]
fn unknown_profiles_facets_and_assignments() {
    check(
        jail(&[("training.toml", GOOD), ("training.gpu.toml", "")])
            .profile("cpu")
            .variable("THINKING_TRAINNG__EPOCHS", "1")
            .set("epochs=3")
            .set("log.level=info"),
        expect![[r#"
            error: unknown profile `cpu`
             |
             = note: `--profile` names it
             = note: known profiles: debug, gpu, profiling, test
             = help: did you mean `gpu`?

            error: the environment variable `THINKING_TRAINNG__EPOCHS` names the unknown facet `trainng`
             |
             = note: known facets: any, checked, free, layered, logs, model, odd, places, shown, training, units, vault, wanted
             = help: did you mean `training`?

            error: `--set epochs=…` is no assignment
             |
             = help: write `--set facet.key=value`

            error: `--set log.level=…` names the unknown facet `log`
             |
             = note: known facets: any, checked, free, layered, logs, model, odd, places, shown, training, units, vault, wanted
             = help: did you mean `logs`?"#]],
    );
}

#[test]
fn a_file_that_is_no_utf8_names_the_place() {
    let jail = jail(&[("training.toml", GOOD)]);
    let (_, mistakes) = {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("training.toml"), b"epochs = 3\n# \xff\n").unwrap();
        thinking::Runtime::builder(thinking_modules::main_module!())
            .root(Some(root.path().to_owned()))
            .environment([])
            .load()
    };
    drop(jail);
    assert!(
        mistakes[0].message().ends_with("training.toml:2:3` is no valid UTF-8"),
        "{mistakes:?}"
    );
}

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "wanted", default)]
#[serde(default)]
#[derive(Default, serde::Serialize)]
struct Wanted {
    keys: BTreeMap<String, Needed>,
    list: Vec<Needed>,
}

#[derive(Debug, Clone, Default, Deserialize, serde::Serialize)]
struct Needed {
    value: u32,
    #[serde(rename = "upperCase", default)]
    capital: u32,
}

/// Keys of that table that are none of a profile were never read, and nobody said so.
#[test]
fn an_overlay_that_is_no_table() {
    check(
        jail(&[("training.toml", "epochs = 1\n[profile]\ngpu = 3\nfast.epochs = 2\n")]),
        expect![[r#"
            error: `profile.gpu` is no table
            --> ROOT/training.toml:3:7
             = only overlays by profile stand here
             = note: its line is not shown, because the facet may have secrets
             = help: write the overlay of a profile as the table `[profile.NAME]`"#]],
    );
    check(
        jail(&[("training.toml", "epochs = 1\nprofile = 'gpu'\n")]),
        expect![[r#"
            error: `profile` is no table
            --> ROOT/training.toml:2:11
             = only overlays by profile stand here
             = note: its line is not shown, because the facet may have secrets
             = help: write the overlay of a profile as the table `[profile.NAME]`"#]],
    );
}

/// The variable of every key was proposed, though no shell sets `A-B` and capitals are lowered.
#[test]
fn only_what_can_set_a_missing_key_is_proposed() {
    let wanted = "list = [{}]\n[keys.plain]\n[keys.kebab-case]\n[keys.Capital]\n[keys.'a.b=c']\n";
    check(
        jail(&[("training.toml", GOOD), ("wanted.toml", wanted)]),
        expect![[r#"
        error: missing key `keys.Capital.value` of facet `wanted`
         |
         = help: set it in `ROOT/wanted.toml` or with `--set wanted.keys.Capital.value=…`

        error: missing key `keys.a.b=c.value` of facet `wanted`
         |
         = help: set it in `ROOT/wanted.toml`

        error: missing key `keys.kebab-case.value` of facet `wanted`
         |
         = help: set it in `ROOT/wanted.toml` or with `--set wanted.keys.kebab-case.value=…`

        error: missing key `keys.plain.value` of facet `wanted`
         |
         = help: set it in `ROOT/wanted.toml`, as `THINKING_WANTED__KEYS__PLAIN__VALUE` or with `--set wanted.keys.plain.value=…`

        error: missing key `list.0.value` of facet `wanted`
         |
         = help: set it in `ROOT/wanted.toml`"#]],
    );
}

#[test]
fn a_variable_reaches_no_key_with_capitals() {
    let wanted = "[keys.a]\nvalue = 1\n[keys.B]\nvalue = 2\n";
    let jail = jail(&[("training.toml", GOOD), ("wanted.toml", wanted)])
        .variable("THINKING_WANTED__KEYS__A__VALUE", "3")
        .variable("THINKING_WANTED__KEYS__B__VALUE", "4")
        .set("wanted.keys.B.upperCase=5");
    let runtime = jail.load();
    let wanted = runtime.facets().config::<Wanted>().unwrap();
    let values: Vec<_> = wanted.keys().iter().map(|(k, v)| (&**k, v.value, v.capital)).collect();
    assert_eq!(values, [("B", 2, 5), ("a", 3, 0), ("b", 4, 0)]);
}

/// The message, the places and the underlining have colours of their own on a terminal.
#[test]
fn a_report_for_a_terminal_has_colours() {
    let (_, mistakes) = jail(&[("training.toml", "epochs = 1001\n")]).builder().load();
    let lines: Vec<_> = mistakes[0].render(true).lines().map(str::to_owned).collect();
    // The second line has the root's path in it.
    expect![[r#"
        [
            "\u{1b}[1m\u{1b}[91merror\u{1b}[0m\u{1b}[1m: `training.epochs` is out of range: found 1001\u{1b}[0m",
            "  \u{1b}[1m\u{1b}[94m|\u{1b}[0m",
            "\u{1b}[1m\u{1b}[94m1\u{1b}[0m \u{1b}[1m\u{1b}[94m|\u{1b}[0m epochs = 1001",
            "  \u{1b}[1m\u{1b}[94m|\u{1b}[0m          \u{1b}[1m\u{1b}[91m^^^^\u{1b}[0m \u{1b}[1m\u{1b}[91maccepted: 1..=1000\u{1b}[0m",
        ]
    "#]].assert_debug_eq(&[&lines[..1], &lines[2..]].concat());
}

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "hidden", unregistered)]
struct Hidden {
    #[facet(default = 1)]
    depth: u32,
}

#[test]
fn an_unregistered_facet_is_read_by_who_asks_for_it_and_by_nobody_else() {
    let jail = jail(&[("hidden.toml", "depth = 2\n")]);
    let (runtime, _) = jail.builder().load();
    assert!(runtime.facets().report().iter().all(|facet| facet.name != "hidden"));
    assert_eq!(runtime.read_again::<Hidden>().unwrap().depth(), 2);

    let (runtime, _) = jail.variable("THINKING_HIDDEN__DEPTH", "3").builder().load();
    assert_eq!(runtime.read_again::<Hidden>().unwrap().depth(), 3);
    let described = runtime.describe::<Hidden>().unwrap();
    assert_eq!(described.keys[0].overrode.len(), 1);
}
