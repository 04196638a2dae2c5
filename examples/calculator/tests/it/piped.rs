//! The program for lines, when nobody types them.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use expect_test::expect;
use tempfile::TempDir;
use thinking::prelude::*;
use thinking::tests;

use crate::jail::Jail;

const MANY: usize = 10_000;

/// A file of many lines, and what is to be answered.
struct ManyLines {
    directory: TempDir,
    file: PathBuf,
    answers: String,
}

impl ManyLines {
    /// The line of a shell that has them answered.
    fn piped(&self) -> String {
        format!("cargo run -q -p calculator --bin interactive < '{}'", self.file.display())
    }
}

/// Made for the first test that borrows it, and removed after the last, unless one failed.
#[fixture(scope = "module", teardown = keep_if_failed)]
fn many_lines() -> Result<ManyLines> {
    let (mut lines, mut answers) = (String::new(), String::new());
    for n in 0..MANY {
        writeln!(lines, "{n} 1 +")?;
        writeln!(answers, "(Value({n}.0) + Value(1.0)) = {}.0", n + 1)?;
    }
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("lines.txt");
    fs::write(&file, lines)?;
    Ok(ManyLines { directory, file, answers })
}

fn keep_if_failed(many_lines: ManyLines, outcome: Outcome) {
    if outcome != Outcome::Success {
        tracing::warn!("the lines are kept in {}", many_lines.directory.keep().display());
    }
}

#[thinking::test(timeout = "2m")]
fn a_file_may_be_long(many_lines: &ManyLines) {
    tests::detail("lines", MANY);
    let answers = Jail::new().shell(&many_lines.piped());
    // Not `assert_eq!`, whose message would be longer than anybody reads.
    assert!(answers == many_lines.answers.trim_end(), "{} bytes were answered", answers.len());
}

#[thinking::test(timeout = "2m")]
fn whoever_reads_may_leave(many_lines: &ManyLines) {
    let answers = Jail::new().shell(&format!("{} | head -n 1", many_lines.piped()));
    assert_eq!(Some(&*answers), many_lines.answers.lines().next());
}

#[thinking::test]
fn each_line_is_answered() {
    let jail = Jail::new();
    let ended = jail.piped(&[], "2 3 +\n\n-8 6 +\r\n4 neg");
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""));
    assert_eq!(
        ended.stdout,
        "(Value(2.0) + Value(3.0)) = 5.0\n\
         (Value(-8.0) + Value(6.0)) = -2.0\n\
         (- Value(4.0)) = -4.0\n"
    );
    assert!(!jail.path("history.txt").exists());
    assert_eq!(jail.piped(&[], "").stdout, "");
}

#[thinking::test]
fn it_ends_at_the_first_mistake() {
    let ended = Jail::new().piped(&[], "2 3 +\n\n2 & 3\n4 neg\n");
    assert_eq!((ended.code, &*ended.stdout), (Some(2), "(Value(2.0) + Value(3.0)) = 5.0\n"));
    expect![[r#"
        error: unknown symbol `&`
         --> standard input:3:3
          |
        3 | 2 & 3
          |   ^ expected a number or one of `*`, `+`, `-`, `/`, `^`, `neg`
          |
          = note: this is read as reverse Polish notation, such as `1 2 + 4 * 5 -`; the setting `calculator.notation` chooses
    "#]].assert_eq(&ended.stderr);
    let ended = Jail::new().piped(&[], "1 0 /\n");
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
}

#[thinking::test]
fn bytes_that_are_no_text() {
    let ended = Jail::new().piped(&[], b"2 \xff +\n");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.starts_with("error: unknown symbol `\u{fffd}`\n"), "{}", ended.stderr);
}

#[thinking::test]
fn it_takes_no_arguments() {
    let ended = Jail::new().piped(&["2 3 +"], "");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.starts_with("error: unrecognized subcommand '2 3 +'"), "{}", ended.stderr);
}
