//! The program for lines, when nobody types them.

use expect_test::expect;

use crate::jail::Jail;

#[test]
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

#[test]
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

#[test]
fn bytes_that_are_no_text() {
    let ended = Jail::new().piped(&[], b"2 \xff +\n");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.starts_with("error: unknown symbol `\u{fffd}`\n"), "{}", ended.stderr);
}

#[test]
fn it_takes_no_arguments() {
    let ended = Jail::new().piped(&["2 3 +"], "");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.starts_with("error: unrecognized subcommand '2 3 +'"), "{}", ended.stderr);
}
