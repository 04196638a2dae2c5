//! What of a command line is left to the program.

use std::ffi::OsString;
use std::process::ExitCode;

use tempfile::TempDir;
use thinking::prelude::*;
use thinking::runtime::Diagnostic;
use thinking::{AppBuilder, Arguments, UsageError};

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "paint")]
struct Paint {
    #[facet(default = "red")]
    colour: String,
}

/// A component that reads the words itself.
#[component]
struct Reader {
    arguments: Arguments,
}

fn app(root: &TempDir) -> AppBuilder {
    App::builder(thinking::main_module!()).root(root.path()).environment([])
}

#[track_caller]
fn assert_code(code: ExitCode, expected: u8) {
    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(expected)));
}

/// The words that a program gets of a command line, and its setting; `None` if it does not start.
fn run<'a>(command_line: impl IntoIterator<Item = &'a str>) -> (ExitCode, Option<String>) {
    let root = tempfile::tempdir().unwrap();
    let mut found = None;
    let code = app(&root).arguments(command_line).run(
        |arguments: Arguments, paint: Config<Paint>, reader: Arc<Reader>| {
            assert_eq!(arguments, reader.arguments);
            found = Some(format!("{} {:?}", paint.colour(), arguments.texts().unwrap()));
        },
    );
    (code, found)
}

#[track_caller]
fn check<const N: usize>(command_line: [&str; N], expected: &str) {
    let (code, found) = run(command_line);
    assert_eq!(found.as_deref(), Some(expected), "{command_line:?}");
    assert_code(code, 0);
}

#[test]
fn words_are_given_in_their_order_wherever_the_options_stand() {
    check([], "red []");
    check(["2 3 +"], r#"red ["2 3 +"]"#);
    check(["run", "2 3 +"], r#"red ["2 3 +"]"#);
    check(["a", "--set", "paint.colour=blue", "b", "", "c"], r#"blue ["a", "b", "", "c"]"#);
    check(["--set=paint.colour=blue", "run", "a", "--profile", "debug", "b"], r#"blue ["a", "b"]"#);
}

#[test]
fn a_negative_number_is_a_word() {
    check(["-8 6 +"], r#"red ["-8 6 +"]"#);
    check(["-8", "6", "+", "-", "-.5", "*"], r#"red ["-8", "6", "+", "-", "-.5", "*"]"#);
    check(["run", "-(2 + 3)", "--set", "paint.colour=blue"], r#"blue ["-(2 + 3)"]"#);
    check(["a", "-8", "--set", "paint.colour=blue", "-9 b"], r#"blue ["a", "-8", "-9 b"]"#);
    // As an option's value it means what it meant before: a value is missing.
    assert_code(run(["--set", "-8 6 +"]).0, 2);
}

#[test]
fn after_two_dashes_everything_is_a_word() {
    check(["--", "--set", "-8", "config", "--"], r#"red ["--set", "-8", "config", "--"]"#);
    check(["a", "--", "-h"], r#"red ["a", "-h"]"#);
    check(["run", "--", "--help"], r#"red ["--help"]"#);
}

#[test]
fn a_command_is_a_word_only_after_another_word() {
    check(["run", "config"], r#"red ["config"]"#);
    check(["a", "config"], r#"red ["a", "config"]"#);
    let (code, found) = run(["config"]);
    assert_code(code, 0);
    assert_eq!(found, None);
}

#[test]
fn words_that_look_like_options_are_mistakes() {
    for word in ["--profil", "-x", "-x8", "--8", "-é"] {
        for command_line in [vec![word], vec!["a", word], vec!["run", word], vec!["-8", word]] {
            let (code, found) = run(command_line);
            assert_code(code, 2);
            assert_eq!(found, None, "{word}");
        }
    }
}

/// The character that marks words on their way through clap.
#[test]
fn every_word_comes_as_it_was_given() {
    for word in ["\u{2060}", "\u{2060}-8", "\u{2060}\u{2060}a", " -8", "-\u{2060}"] {
        for command_line in [vec![word], vec!["a", word], vec!["--", word]] {
            let expected: Vec<_> = command_line.iter().filter(|word| **word != "--").collect();
            let (code, found) = run(command_line.iter().copied());
            assert_code(code, 0);
            assert_eq!(found, Some(format!("red {expected:?}")));
        }
    }
    check(["--set", "paint.colour=\u{2060}"], "\u{2060} []");
}

#[test]
fn a_program_without_arguments_refuses_words() {
    let root = tempfile::tempdir().unwrap();
    for word in ["a", "-8", "-8 6 +"] {
        let started = |_: Arc<Reader>| -> () { unreachable!("{word}") };
        assert_code(app(&root).arguments([word]).run(started), 2);
    }
    // It may still ask for them, as a component of a library that also other programs use.
    let words = |reader: Arc<Reader>| Ok::<_, Error>(reader.arguments.len());
    assert_eq!(app(&root).call(words).unwrap(), 0);
}

#[thinking::test]
fn there_are_none_in_a_test(arguments: Arguments, reader: Arc<Reader>) {
    assert!(arguments.is_empty() && reader.arguments.is_empty());
}

#[cfg(unix)]
#[test]
fn a_word_may_be_no_unicode() {
    use std::os::unix::ffi::OsStringExt;
    let root = tempfile::tempdir().unwrap();
    let word = OsString::from_vec(b"caf\xe9".to_vec());
    let body = |arguments: Arguments| -> Result<()> {
        assert_eq!(arguments[..], [OsString::from_vec(b"caf\xe9".to_vec())]);
        let error = arguments.texts().unwrap_err();
        assert_eq!(error.0.message(), "the argument `caf\u{fffd}` is no valid Unicode");
        Err(error.into())
    };
    assert_code(app(&root).arguments([word]).run(body), 2);
}

#[test]
fn the_kind_of_mistake_decides_the_exit_code() {
    let root = tempfile::tempdir().unwrap();
    let diagnostic = || Diagnostic::error("too many cooks");
    assert_code(app(&root).run(|| Err::<(), _>(UsageError(diagnostic()))), 2);
    let with_context = || Err::<(), _>(Error::from(UsageError(diagnostic())).context("dinner"));
    assert_code(app(&root).run(with_context), 2);
    assert_code(app(&root).run(|| Err::<(), _>(diagnostic())), 1);
    assert_code(app(&root).run(|| Ok::<_, Error>(ExitCode::from(75))), 75);
    assert_code(app(&root).run(|| Err::<ExitCode, _>(Error::msg("no"))), 1);
}
