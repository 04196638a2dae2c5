//! The model: every case of the fixture workspace, and what is to come of it.

use super::expected::{Expected, Said};

const UNIT: &str = "sample";
const ENDS: &str = "sample::ends";
const IT: &str = "sample::it";
const DOC: &str = "sample (doc)";

const ATTEMPTS: &str = "sample/src/cases/attempts.rs";
const HOSTILE: &str = "sample/src/cases/hostile.rs";
const LIBRARY: &str = "sample/src/lib.rs";
const OUTCOMES: &str = "sample/src/cases/outcomes.rs";
const PLAIN: &str = "sample/src/cases/plain.rs";
const ROWS: &str = "sample/src/cases/rows.rs";
const STAGES: &str = "sample/src/cases/stages.rs";

/// Returns all cases.
pub(crate) fn cases() -> Vec<Expected> {
    let parts =
        [plain(), outcomes(), rows(), stages(), fixtures(), hostile(), logs(), attempts(), ends()];
    parts.into_iter().flatten().chain(others()).collect()
}

fn plain() -> Vec<Expected> {
    let plain = |name| Expected::plain(UNIT, name);
    vec![
        plain("cases::plain::passes"),
        plain("cases::plain::compares")
            .ends("failed", "assertion `left == right` failed: rounds up")
            .at(PLAIN, "assert_eq!(found"),
        plain("cases::plain::panics").ends("error", "plain panic").at(PLAIN, "panic!("),
        plain("cases::plain::unwraps").ends("error", "a plain number").at(PLAIN, ".expect("),
        plain("cases::plain::returns").ends("error", "Error: \"plain error\""),
        plain("cases::plain::refuses"),
        plain("cases::plain::does_not_refuse")
            .ends("failed", "test did not panic as expected at sample/src/cases/plain.rs"),
        plain("cases::plain::later").ignored("plainly later"),
    ]
}

fn outcomes() -> Vec<Expected> {
    let case = |name, tags| Expected::case(UNIT, name, tags);
    let passes = Expected {
        prints: &["on standard output", "on standard error"],
        details: &[("seed", "7"), ("<key>", "a & b")],
        ..case("cases::outcomes::passes", &["fine", "quick"])
    };
    vec![
        passes,
        case("cases::outcomes::compares", &["wrong"])
            .ends("failed", "assertion `left == right` failed")
            .at(OUTCOMES, "assert_eq!("),
        case("cases::outcomes::asserts", &["wrong"])
            .ends("failed", "three is odd")
            .at(OUTCOMES, "assert!("),
        case("cases::outcomes::panics", &["wrong"])
            .ends("error", "first line")
            .at(OUTCOMES, "panic!(")
            .prints(&["first line\nsecond line"]),
        case("cases::outcomes::unwraps", &[])
            .ends("error", "a number: \"no number\"")
            .at(OUTCOMES, ".expect("),
        case("cases::outcomes::returns", &[]).ends("error", "invalid digit found in string"),
        case("cases::outcomes::refuses", &[]).prints(&["it refuses"]),
        case("cases::outcomes::does_not_refuse", &[])
            .ends("failed", "test did not panic as expected at sample/src/cases/outcomes.rs"),
        // As it should, so the stage has passed.
        case("cases::outcomes::refuses_otherwise", &[])
            .ends("failed", "panic did not contain expected string")
            .at(LIBRARY, "panic!(\"it refuses\")")
            .stages(&[("setup", "passed"), ("run", "passed"), ("teardown", "passed")]),
        case("cases::outcomes::later", &["quick"]).ignored("later"),
        case("cases::outcomes::skips", &["quick"])
            .ends("skipped", "no GPU here")
            .prints(&["before it skips"]),
    ]
}

fn rows() -> Vec<Expected> {
    vec![
        Expected::case(UNIT, "cases::rows::squares::row_1", &["rows"]),
        Expected::case(UNIT, "cases::rows::squares::negative", &["rows"])
            .ends("failed", "assertion `left == right` failed")
            .at(ROWS, "assert_eq!("),
        Expected::case(UNIT, "cases::rows::squares::row_3", &["rows"]),
        Expected::case(UNIT, "cases::rows::devices::gpu", &[]).ends("skipped", "not this row"),
        Expected::case(UNIT, "cases::rows::devices::cpu", &[]),
        Expected::case(UNIT, "cases::resources::serves::row_1", &["port"]),
        Expected::case(UNIT, "cases::resources::serves::row_2", &["port"]),
        Expected::case(UNIT, "cases::resources::serves_from_disk", &["port"]),
    ]
}

fn stages() -> Vec<Expected> {
    let case = |name| Expected::case(UNIT, name, &[]);
    let all_pass = Expected {
        stage_prints: &[
            ("setup", "opened"),
            ("run", "used 7"),
            ("run", "and told"),
            ("teardown", "closed 7: true"),
        ],
        ..case("cases::stages::all_pass")
    };
    let body_asserts = Expected {
        stage_prints: &[("setup", "opened"), ("run", "differs"), ("teardown", "closed 7: false")],
        ..case("cases::stages::body_asserts")
    };
    vec![
        all_pass,
        case("cases::stages::setup_returns")
            .ends("error", "cannot open")
            .in_setup()
            .prints(&["tried to open"]),
        case("cases::stages::setup_asserts")
            .ends("failed", "assertion `left == right` failed: opened another")
            .in_setup()
            .at(STAGES, "assert_eq!(found, 7"),
        body_asserts
            .ends("failed", "assertion `left == right` failed: body differs")
            .at(STAGES, "body differs"),
        case("cases::stages::body_and_teardown")
            .ends("failed", "assertion `left == right` failed: body counts")
            .stages(&[("setup", "passed"), ("run", "failed"), ("teardown", "error")])
            .at(STAGES, "body counts")
            .prints(&["Error: cannot close"]),
        case("cases::stages::teardown_returns").ends("error", "cannot close").in_teardown("passed"),
        case("cases::stages::teardown_asserts")
            .ends("failed", "assertion `left == right` failed: closed another")
            .in_teardown("passed")
            .at(STAGES, "assert_eq!(value"),
        case("cases::stages::setup_skips").ends("skipped", "nothing to open").in_setup(),
        case("cases::stages::skips_and_cannot_close")
            .ends("error", "cannot close")
            .in_teardown("skipped")
            .prints(&["opened"]),
    ]
}

fn fixtures() -> Vec<Expected> {
    let leaks = Expected::plain(UNIT, "fixture sample::cases::fixtures::of_binary")
        .ends("failed", "its teardown failed: it leaks");
    vec![
        Expected::case(UNIT, "cases::fixtures::each_scope", &["fixture"]),
        Expected::case(UNIT, "cases::fixtures::once_more", &["fixture"]),
        Expected::case(UNIT, "cases::fixtures::is_not_put_away", &[])
            .ends("error", "cannot be put away")
            .in_teardown("passed"),
        Expected::case(UNIT, "cases::fixtures::cannot_be_made", &[])
            .ends("error", "fixture `sample::cases::fixtures::broken` (")
            .in_setup(),
        Expected { is_leftover: true, ..leaks },
    ]
}

fn hostile() -> Vec<Expected> {
    vec![
        Expected::case(UNIT, "cases::hostile::prints", &[])
            .prints(&["\u{1b}[31mred\u{1b}[0m ]]> </script><script>alert(1)</script> &amp;"]),
        Expected::case(UNIT, "cases::hostile::fails", &[])
            .ends("failed", "bold ]]> </script> <!-- ")
            .at(HOSTILE, "assert!(false"),
        Expected::case(UNIT, "cases::hostile::imitates", &[]).prints(&[
            "running 3 tests\ntest cases::outcomes::passes ... FAILED\n",
            "imitated\n",
            "imitated, too\n",
            "test result: FAILED. 0 passed; 1 failed; 0 ignored; finished in 0.00s",
        ]),
        Expected::plain(UNIT, "cases::hostile::imitates_plainly").prints(&[
            "---- cases::hostile::imitates stdout ----\nthread 'cases",
            "no panic of mine\nsuccesses:",
        ]),
        Expected::plain(UNIT, "cases::hostile::ends_no_line"),
    ]
}

fn logs() -> Vec<Expected> {
    vec![
        Expected {
            logs: &[
                ["INFO", "setup", "", "logged in setup"],
                ["WARN", "run", "epoch{n=3}", "logged inside loss=0.5"],
                ["ERROR", "run", "", "]]></script>"],
            ],
            ..Expected::case(UNIT, "cases::logs::logs", &[])
        },
        // Its other line is somewhere else under libtest.
        Expected {
            logs: &[["INFO", "run", "", "logged here"]],
            ..Expected::case(UNIT, "cases::logs::logs_elsewhere", &[])
        },
    ]
}

fn attempts() -> Vec<Expected> {
    vec![
        Expected::case(UNIT, "cases::attempts::second_time", &["flaky"]).tried(2),
        Expected::case(UNIT, "cases::attempts::never", &[])
            .ends("error", "at no attempt")
            .at(ATTEMPTS, "panic!(")
            .tried(2)
            .prints(&["attempt 2\n"]),
        Expected::case(UNIT, "cases::attempts::at_once", &[]),
    ]
}

/// Those that end their process, and those beside them.
fn ends() -> Vec<Expected> {
    let file = "sample/tests/ends.rs";
    let aborts = Expected {
        says: Said {
            libtest: "the test ended its process with signal: 6 (SIGABRT)",
            nextest: "process aborted with signal 6 (SIGABRT)",
        },
        logs: &[["INFO", "run", "", "logged before the end"]],
        ..Expected::case(ENDS, "aborts", &[]).ends("aborted", "")
    };
    let hangs = Expected {
        logs: &[["INFO", "run", "", "logged before it hangs"]],
        ..Expected::case(ENDS, "hangs", &["slow"])
            .ends("timed-out", "took longer than its time limit of 700ms; the run was running")
    };
    vec![
        aborts.stages(&[("setup", "passed")]),
        Expected::case(ENDS, "exits", &[])
            .ends("aborted", "the test ended its process with exit code 0")
            .stages(&[("setup", "passed")]),
        // Whoever ends it from outside lets it say nothing more.
        hangs.stages(&[("setup", "passed"), ("run", "timed-out")]),
        Expected::case(ENDS, "goes_on", &["quick"]).prints(&["still here"]),
        Expected::plain(ENDS, "is_plain"),
        Expected::case(ENDS, "fails_beside", &[])
            .ends("failed", "assertion `left == right` failed")
            .at(file, "assert_eq!("),
    ]
}

/// Integration tests, doctests, and another package.
fn others() -> Vec<Expected> {
    vec![
        Expected::case(IT, "parser::parses", &["quick"]),
        Expected::plain(IT, "parser::is_plain"),
        Expected::case(IT, "group::adds_up", &["group", "own"]),
        Expected::plain(DOC, "is_even (line 6)"),
        Expected::plain(DOC, "half (line 13)").ends("failed", "assertion `left == right` failed"),
        Expected::plain(DOC, "refuse (line 20)"),
        Expected { is_ignored: false, ..Expected::plain(DOC, "later (line 27)").ignored("") },
        Expected::plain(DOC, "typed (line 32)"),
        Expected::plain(DOC, "typed (line 36)")
            .ends("error", "Test compiled successfully, but it's marked `compile_fail`."),
        Expected::plain(DOC, "documented_wrongly (line 41)")
            .ends("error", "error[E0425]: cannot find function `nowhere` in crate `sample`"),
        Expected::plain("second", "doubles"),
        Expected::plain("second", "below::halves")
            .ends("failed", "assertion `left == right` failed")
            .at("second/src/lib.rs", "assert_eq!(crate::double(4)"),
        Expected::plain("second (doc)", "double (line 5)"),
    ]
}
