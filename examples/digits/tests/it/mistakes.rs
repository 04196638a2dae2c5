//! Mistakes of configuration: whole messages, before any work starts.

use expect_test::{Expect, expect};

use crate::jail::Jail;

/// One report, exit code 78, and no trace in the root.
fn check(jail: &Jail, arguments: &[&str], expected: Expect) {
    let ended = jail.run(arguments);
    assert_eq!(ended.code(), 78, "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
    expected.assert_eq(&jail.normalised(&ended.stderr));
    assert!(!jail.path(".thinking").exists() && !jail.path("report").exists());
}

#[test]
fn an_unknown_key() {
    let jail = Jail::new();
    jail.replace("training.toml", "batch_size = 16", "batchsize = 16");
    check(
        &jail,
        &[],
        expect![[r#"
        error: missing key `batch_size` of facet `training`
         |
         = help: set it in `ROOT/training.toml`, as `THINKING_TRAINING__BATCH_SIZE` or with `--set training.batch_size=…`

        error: unknown key `batchsize` in facet `training`
         --> ROOT/training.toml:7:1
          |
        7 | batchsize = 16
          | ^^^^^^^^^ unknown key
          |
          = note: accepted keys: epochs, batch_size, hidden_units, learning_rate, momentum, beta1, beta2, seed, report_every
          = help: did you mean `batch_size`?

        2 mistakes; nothing was started
    "#]],
    );
}

#[test]
fn a_wrong_type() {
    let jail = Jail::new();
    jail.replace("training.toml", "epochs = 40", "epochs = \"many\"");
    check(
        &jail,
        &[],
        expect![[r#"
        error: wrong value for `training.epochs`: found string "many"
         --> ROOT/training.toml:4:10
          |
        4 | epochs = "many"
          |          ^^^^^^ expected u32

        1 mistake; nothing was started
    "#]],
    );
}

#[test]
fn a_value_out_of_range() {
    let jail = Jail::new();
    jail.replace("training.toml", "momentum = 0.9", "momentum = 1.0");
    check(
        &jail,
        &[],
        expect![[r#"
        error: `training.momentum` is out of range: found 1.0
          --> ROOT/training.toml:17:12
           |
        17 | momentum = 1.0
           |            ^^^ accepted: 0.0..1.0

        1 mistake; nothing was started
    "#]],
    );
    check(
        &Jail::new(),
        &["--set", "training.learning_rate=0"],
        expect![[r#"
        error: `training.learning_rate` is out of range: found 0
         |
         = note: --set training.learning_rate=0: accepted: 1e-6..=1.0

        1 mistake; nothing was started
    "#]],
    );
}

#[test]
fn broken_toml() {
    let jail = Jail::new();
    jail.replace("data.toml", "seed = 1", "seed = [1");
    check(
        &jail,
        &[],
        expect![[r#"
        error: `data.toml` is no valid TOML
          --> ROOT/data.toml:14:10
           |
        14 | seed = [1
           |          ^ unclosed array, expected `]`

        1 mistake; nothing was started
    "#]],
    );
}

/// The list of keys ended at `batch_size`: it is never zero, and zero stood in for what was missing.
#[test]
fn a_missing_facet() {
    let jail = Jail::new();
    std::fs::remove_file(jail.path("training.toml")).unwrap();
    check(
        &jail,
        &[],
        expect![[r#"
            error: missing facet `training`: its file does not exist
             |
             = note: looked for `ROOT/training.toml`
             = help: write it with the required keys: epochs, batch_size, hidden_units, learning_rate, momentum, beta1, beta2, seed, report_every

            1 mistake; nothing was started
        "#]],
    );
}

#[test]
fn an_unknown_profile() {
    check(
        &Jail::new(),
        &["--profile", "adm"],
        expect![[r#"
        error: unknown profile `adm`
         |
         = note: `--profile` names it
         = note: known profiles: adam, debug, profiling, test
         = help: did you mean `adam`?

        1 mistake; nothing was started
    "#]],
    );
}

#[test]
fn an_unknown_facet() {
    check(
        &Jail::new(),
        &["--set", "traning.epochs=3"],
        expect![[r#"
            error: `--set traning.epochs=…` names the unknown facet `traning`
             |
             = note: known facets: data, dbs, executor, logs, training
             = help: did you mean `training`?

            1 mistake; nothing was started
        "#]],
    );
}

#[test]
fn all_at_once() {
    let jail = Jail::new();
    jail.replace("data.toml", "seed = 1", "seed = [1");
    jail.replace("training.toml", "epochs = 40", "epochs = \"many\"");
    jail.replace("training.toml", "momentum = 0.9", "momentum = 1.0");
    jail.replace("training.toml", "batch_size = 16", "batchsize = 16");
    std::fs::remove_file(jail.path("dbs.toml")).unwrap();
    jail.write("dbs.toml", "[executor]\npaht = \"x.redb\"\n");
    check(
        &jail,
        &["--profile", "adm", "--set", "traning.epochs=3"],
        expect![[r#"
            error: unknown profile `adm`
             |
             = note: `--profile` names it
             = note: known profiles: adam, debug, profiling, test
             = help: did you mean `adam`?

            error: `--set traning.epochs=…` names the unknown facet `traning`
             |
             = note: known facets: data, dbs, executor, logs, training
             = help: did you mean `training`?

            error: `data.toml` is no valid TOML
              --> ROOT/data.toml:14:10
               |
            14 | seed = [1
               |          ^ unclosed array, expected `]`

            error: missing key `executor.path` of facet `dbs`
             |
             = help: set it in `ROOT/dbs.toml`, as `THINKING_DBS__EXECUTOR__PATH` or with `--set dbs.executor.path=…`

            error: unknown key `executor.paht` in facet `dbs`
             --> ROOT/dbs.toml:2:1
              |
            2 | paht = "x.redb"
              | ^^^^ unknown key
              |
              = note: accepted keys: path, engine
              = help: did you mean `path`?

            error: `training.momentum` is out of range: found 1.0
              --> ROOT/training.toml:17:12
               |
            17 | momentum = 1.0
               |            ^^^ accepted: 0.0..1.0

            error: wrong value for `training.epochs`: found string "many"
             --> ROOT/training.toml:4:10
              |
            4 | epochs = "many"
              |          ^^^^^^ expected u32

            error: missing key `batch_size` of facet `training`
             |
             = help: set it in `ROOT/training.toml`, as `THINKING_TRAINING__BATCH_SIZE` or with `--set training.batch_size=…`

            error: unknown key `batchsize` in facet `training`
             --> ROOT/training.toml:7:1
              |
            7 | batchsize = 16
              | ^^^^^^^^^ unknown key
              |
              = note: accepted keys: epochs, batch_size, hidden_units, learning_rate, momentum, beta1, beta2, seed, report_every
              = help: did you mean `batch_size`?

            9 mistakes; nothing was started
        "#]],
    );
}

#[test]
fn a_wrong_command_line() {
    let jail = Jail::new();
    for arguments in [&["tre"][..], &["--epochs", "3"], &["--on-change", "ask"], &["--set"]] {
        let ended = jail.run(arguments);
        assert_eq!(ended.code(), 2, "{}", ended.stderr);
        assert!(ended.stderr.contains("error: "), "{}", ended.stderr);
        assert_eq!(ended.stdout, "");
    }
    assert!(!jail.path(".thinking").exists());
}
