//! Files that are damaged, missing or cannot be written: one clear message, nothing is lost, and
//! after the repair a rerun finishes.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use expect_test::{Expect, expect};

use crate::jail::Jail;
use crate::session::Session;

const EPOCHS: [&str; 2] = ["--set", "training.epochs=2"];

/// Damages the digits before the first run, and repairs them.
fn check(damage: impl FnOnce(&Jail, Vec<String>), expected: Expect) {
    let jail = Jail::new();
    let good = jail.read("digits.csv");
    let lines = str::from_utf8(&good).unwrap().lines().map(str::to_owned).collect();
    damage(&jail, lines);
    let failed = jail.run(&EPOCHS);
    assert_eq!(failed.code(), 1, "{}", failed.stderr);
    assert_eq!(failed.done(), Vec::<String>::new());
    expected.assert_eq(&jail.normalised(&failed.stderr));
    assert!(jail.succeed(&["tree"]).stdout.contains("load["));

    jail.write("digits.csv", good);
    assert_eq!(jail.succeed(&EPOCHS).done().len(), 7);
}

/// Writes the lines with one field of one of them changed.
fn with_field(jail: &Jail, mut lines: Vec<String>, line: usize, field: usize, text: &str) {
    let mut fields: Vec<_> = lines[line - 1].split(',').collect();
    fields[field - 1] = text;
    lines[line - 1] = fields.join(",");
    jail.write("digits.csv", lines.join("\n") + "\n");
}

#[test]
fn letters_in_a_field() {
    check(
        |jail, lines| with_field(jail, lines, 1000, 7, "x1"),
        expect![[r#"
            error: step `experiment/load[f3d769c90e7cf0a9]` failed
              caused by: `ROOT/digits.csv` line 1000, column 15: found `x1`, expected a pixel from 0 to 16
        "#]],
    );
}

#[test]
fn a_value_out_of_range() {
    check(
        |jail, lines| with_field(jail, lines, 3, 65, "10"),
        expect![[r#"
            error: step `experiment/load[a66e3e003c9beefa]` failed
              caused by: `ROOT/digits.csv` line 3, column 148: found `10`, expected a label from 0 to 9
        "#]],
    );
}

#[test]
fn a_file_that_was_cut_within_a_row() {
    check(
        |jail, lines| {
            let text = lines.join("\n");
            jail.write("digits.csv", &text[..text.len() / 2]);
        },
        expect![[r#"
            error: step `experiment/load[4193fdacbdf2e67b]` failed
              caused by: `ROOT/digits.csv` line 898, column 135: the file ends within a row, found 59 fields complete of 65; it was probably cut short
        "#]],
    );
}

#[test]
fn a_file_that_was_cut_between_two_rows() {
    check(
        |jail, lines| jail.write("digits.csv", lines[..1000].join("\n") + "\n"),
        expect![[r#"
            error: step `experiment/load[95d60f3e79002e35]` failed
              caused by: `ROOT/digits.csv` has 1000 rows, expected 1797
        "#]],
    );
}

#[test]
fn a_missing_file() {
    check(
        |jail, _| fs::remove_file(jail.path("digits.csv")).unwrap(),
        expect![[r#"
            error: step `experiment/load[entity not found]` failed
              caused by: there is no file `ROOT/digits.csv`; the setting `file` in `data.toml` names it
        "#]],
    );
}

/// The limit on the size of files stands for a disk that is full: the system refuses to write.
#[test]
fn a_full_disk_loses_nothing() {
    let jail = Jail::new();
    // The shell ignores the signal that would end the process, so that it gets an error.
    let limited =
        jail.command_after("trap '' XFSZ; ulimit -f 8000", &["--set", "training.epochs=60"]);
    let failed = Session::start(limited).end();
    assert_eq!(failed.code(), 1, "{}", failed.stderr);
    let done = failed.done();
    assert!(failed.stderr.contains("\nerror: step `experiment/"), "{}", failed.stderr);
    let rest = jail.succeed(&["--set", "training.epochs=60"]);
    assert!(rest.done().iter().all(|path| !done.contains(path)), "{}", rest.stderr);
    assert_eq!(done.len() + rest.done().len(), 65);
}

/// A process can go on writing a file that has no name any more, and loses all of it when it ends: such
/// a run said at the end that it was done.
#[test]
fn a_store_that_is_moved_while_it_is_written() {
    let jail = Jail::new();
    let mut session = jail.start(&["--set", "training.epochs=100000"]);
    assert!(session.wait_for("epoch[20] done", 1));
    let (store, elsewhere) = (jail.path(".thinking/digits.redb"), jail.path("elsewhere.redb"));
    fs::rename(&store, &elsewhere).unwrap();
    let ended = session.end();
    assert_eq!(ended.code(), 1, "{}", ended.stderr);
    let told = "`ROOT/.thinking/digits.redb` was removed or moved while this process writes it";
    assert!(jail.normalised(&ended.stderr).contains(told), "{}", ended.stderr);
    let done = ended.done();
    assert!(done.len() < 1000, "{} steps", done.len());

    // What was reported done is in the file.
    fs::rename(elsewhere, store).unwrap();
    let rest = jail.succeed(&["--set", "training.epochs=300"]);
    assert!(rest.done().iter().all(|path| !done.contains(path)), "{}", rest.stderr);
}

#[test]
fn a_directory_that_cannot_be_written() {
    let jail = Jail::new();
    let directory = jail.path("fixed");
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(directory.join("probe"), "").is_ok() {
        // Permissions do not bind the superuser: a directory that is no directory stands for it.
        fs::remove_dir_all(&directory).unwrap();
        fs::write(&directory, "").unwrap();
    }
    jail.write("dbs.toml", "[executor]\npath = \"fixed/digits.redb\"\n");
    let failed = jail.run(&EPOCHS);
    assert_eq!(failed.code(), 1, "{}", failed.stderr);
    let message = "database `executor` at `ROOT/fixed/digits.redb` cannot be accessed";
    assert!(jail.normalised(&failed.stderr).contains(message), "{}", failed.stderr);
    assert!(failed.stderr.contains("caused by: "), "{}", failed.stderr);
}

#[test]
fn a_store_that_is_none() {
    let jail = Jail::new();
    fs::create_dir(jail.path(".thinking")).unwrap();
    jail.write(".thinking/digits.redb", "this is no database\n");
    let failed = jail.run(&EPOCHS);
    assert_eq!(failed.code(), 1, "{}", failed.stderr);
    expect![[r#"
        error: component `thinking_dbs::executor` cannot be constructed
          caused by: database `executor` at `ROOT/.thinking/digits.redb` cannot be opened
          caused by: I/O error: Not a redb database: magic number mismatch
    "#]]
    .assert_eq(&jail.normalised(&failed.stderr));
    assert_eq!(jail.read(".thinking/digits.redb"), b"this is no database\n");
    let shown = jail.run(&["status"]);
    assert_eq!(shown.code(), 1, "{}", shown.stderr);
    expect![[r#"
        error: database `store` at `ROOT/.thinking/digits.redb` cannot be opened
          caused by: I/O error: Not a redb database: magic number mismatch
    "#]]
    .assert_eq(&jail.normalised(&shown.stderr));
}
