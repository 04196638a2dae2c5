//! What is marked, without colours.

use expect_test::{Expect, expect};

use super::*;
use crate::report::plain;

fn check(left: &str, right: &str, expected: Expect) {
    let message = format!("assertion `left == right` failed\n  left: {left}\n right: {right}");
    let difference = Difference::find(&message).unwrap();
    assert_eq!(difference.above, "assertion `left == right` failed");
    let lines: Vec<_> = difference.lines().iter().map(|line| plain(line) + "\n").collect();
    expected.assert_eq(&lines.concat());
}

#[test]
fn short_values() {
    check(
        "[1, 2, 3]",
        "[1, 4, 3]",
        expect![[r#"
        left:  [1, 2, 3]
                   ^
        right: [1, 4, 3]
                   ^
    "#]],
    );
    check(
        "1",
        "2",
        expect![[r#"
        left:  1
        right: 2
    "#]],
    );
    check(
        "Some(\"日本 a\")",
        "Some(\"日本 b\")",
        expect![[r#"
        left:  Some("日本 a")
                          ^
        right: Some("日本 b")
                          ^
    "#]],
    );
    check(
        "\"a\"",
        "\"a b\"",
        expect![[r#"
        left:  "a"
        right: "a b"
                 ^^
    "#]],
    );
    check(
        "",
        "x",
        expect![[r#"
            left:
            right: x
        "#]],
    );
}

#[test]
fn long_values_are_cut_where_they_are_equal() {
    let (start, end) = ("s".repeat(500), "e".repeat(5000));
    let left = format!("[{start} one {end} two {end}]");
    let right = format!("[{start} 1 {end} two {end}]");
    check(
        &left,
        &right,
        expect![[r#"
            left:  …sssssssssssssssssss one eeeeeeeeeeeeeeeeeeee…
                                        ^^^^
            right: …sssssssssssssssssss 1 eeeeeeeeeeeeeeeeeeeeee…
                                        ^^^^
        "#]],
    );
}

#[test]
fn texts_of_several_lines() {
    check(
        r#""first\nsecond line\nthird \\n \"x\"\n""#,
        r#""first\nsecond time\nthird \\n \"x\"\n""#,
        expect![[r#"
            left:
                "first
                second line
                       ^^^
                third \\n \"x\"
                "
            right:
                "first
                second time
                       ^^^
                third \\n \"x\"
                "
        "#]],
    );
    let lines = |middle: &str| format!("\"{}{middle}\"", "line\\n".repeat(40));
    check(
        &lines("left"),
        &lines("right"),
        expect![[r#"
        left:
            …line
            line
            line
            line
            left"
            ^^^
        right:
            …line
            line
            line
            line
            right"
            ^^^^
    "#]],
    );
}

#[test]
fn values_of_any_size_are_compared() {
    let text = |seed: usize| {
        (0..200_000_usize).map(|at| char::from(b'a' + (at * seed % 23) as u8)).collect::<String>()
    };
    let message = format!("no\n  left: {}\n right: {}", text(3), text(7));
    let lines = Difference::find(&message).unwrap().lines();
    assert!(lines.concat().len() < 20_000);
}

#[test]
fn other_messages_have_no_values() {
    for message in [
        "",
        "boom",
        "assertion failed: a\n  left: 1",
        "  left: 1\n right: 2",
        "assertion `left != right` failed\n  left: 1\n right: 1",
        "x\n  left: 1\n right: 2\n right: 3",
    ] {
        assert_eq!(Difference::find(message), None, "{message}");
    }
}
