//! Transcripts as libtest and rustdoc print them, and some that would mislead a reader.

use expect_test::{Expect, expect};

use super::*;

fn check(text: &str, expected: Expect) {
    let mut transcript = Transcript::default();
    for line in text.lines() {
        transcript.line(line);
    }
    let finished = transcript.finish();
    let mut lines: Vec<_> = finished
        .entries
        .iter()
        .map(|entry| {
            let Entry { doctests_of, name, verdict, output } = entry;
            format!("{doctests_of}|{name}|{verdict:?}|{output:?}\n")
        })
        .collect();
    lines.push(format!("complete: {}, loose: {:?}\n", finished.complete, finished.loose));
    expected.assert_eq(&lines.concat());
}

#[test]
fn a_test_binary() {
    check(
        "
running 4 tests
test inner::err ... FAILED
test inner::ign ... ignored, later
test inner::ok ... ok
test inner::sp - should panic ... FAILED

successes:

---- inner::ok stdout ----
out
err


successes:
    inner::ok

failures:

---- inner::err stdout ----
Error: \"boo\"

---- inner::sp stdout ----
note: test did not panic

failures:
    inner::err
    inner::sp

test result: FAILED. 1 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s

",
        expect![[r#"
            |inner::err|Failed|"Error: \"boo\""
            |inner::ign|Ignored(Some("later"))|""
            |inner::ok|Passed|"out\nerr"
            |inner::sp|Failed|"note: test did not panic"
            complete: true, loose: ""
        "#]],
    );
}

#[test]
fn doctests_come_in_groups() {
    check(
        "    Finished `test` profile [unoptimized + debuginfo] target(s) in 0.01s
   Doc-tests one

running 1 test
test src/lib.rs - a (line 3) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.16s


running 1 test
test src/lib.rs - a (line 9) - compile fail ... FAILED

failures:

---- src/lib.rs - a (line 9) stdout ----
Test compiled successfully, but it's marked `compile_fail`.

failures:
    src/lib.rs - a (line 9)

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.05s

all doctests ran in 0.71s; merged doctests compilation took 0.50s
   Doc-tests two

running 0 tests

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
",
        expect![[r#"
            one|src/lib.rs - a (line 3)|Passed|""
            one|src/lib.rs - a (line 9)|Failed|"Test compiled successfully, but it's marked `compile_fail`."
            complete: true, loose: "    Finished `test` profile [unoptimized + debuginfo] target(s) in 0.01s\nall doctests ran in 0.71s; merged doctests compilation took 0.50s\n"
        "#]],
    );
}

#[test]
fn an_aborted_process_has_no_end() {
    check(
        "\nrunning 2 tests\ntest fine ... ok\nabout to\n",
        expect![[r#"
            |fine|Passed|""
            complete: false, loose: "about to\n"
        "#]],
    );
}

#[test]
fn output_between_name_and_verdict() {
    check(
        "running 2 tests\ntest a ... printed\nmore\ndone ok\ntest b ... ok\n",
        expect![[r#"
            |a|Passed|""
            |b|Passed|""
            complete: false, loose: "printed\nmore\ndone "
        "#]],
    );
}

#[test]
fn output_in_front_of_a_case() {
    check(
        "running 2 tests\nno endtest a ... ok\nthe test of test b ... FAILED\n",
        expect![[r#"
            |a|Passed|""
            |b|Failed|""
            complete: false, loose: "no endthe test of "
        "#]],
    );
}

#[test]
fn a_case_that_prints_libtests_own_words() {
    check(
        "running 2 tests
test a ... FAILED
test b ... FAILED

failures:

---- a stdout ----
failures:
running 3 tests
test b ... ok
---- a stdout ----
---- unknown stdout ----

---- b stdout ----
end

failures:
    a
    b

test result: FAILED. 0 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s
",
        expect![[r#"
            |a|Failed|"failures:\nrunning 3 tests\ntest b ... ok\n---- a stdout ----\n---- unknown stdout ----"
            |b|Failed|"end"
            complete: true, loose: ""
        "#]],
    );
}

#[test]
fn a_case_that_prints_sections_of_others() {
    check(
        "
running 4 tests
test first ... ok
test second ... ok
test third ... FAILED
test fourth ... FAILED

successes:

---- first stdout ----

running 1 test
test second ... FAILED

failures:

---- second stdout ----
not from second

---- fourth stdout ----
nor from fourth

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

---- second stdout ----
from second

---- first stdout ----
from second, too
successes:
    first

successes:
    first
    second

failures:

---- third stdout ----
failures:

---- fourth stdout ----
from fourth

---- third stdout ----
from fourth, too

failures:
    fourth
    third

test result: FAILED. 2 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s
",
        expect![[r#"
            |first|Passed|"\nrunning 1 test\ntest second ... FAILED\n\nfailures:\n\n---- second stdout ----\nnot from second\n\n---- fourth stdout ----\nnor from fourth\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s"
            |second|Passed|"from second\n\n---- first stdout ----\nfrom second, too"
            |third|Failed|"failures:"
            |fourth|Failed|"from fourth\n\n---- third stdout ----\nfrom fourth, too"
            complete: true, loose: ""
        "#]],
    );
}
