//! `cargo xtask modules` on programs of this workspace, which are wired for it.

use std::process::{Command, Output};

use expect_test::{Expect, expect};

fn modules(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("modules").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    command.output().unwrap()
}

#[track_caller]
fn check(arguments: &[&str], code: i32, expected: Expect) {
    let output = modules(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    expected.assert_eq(&String::from_utf8_lossy(&output.stdout));
}

/// One test, as each call builds the programs.
#[test]
fn what_the_linker_left_out_is_found_with_the_line_to_add() {
    let programs = ["--bin", "lost", "--bin", "named"];
    check(
        &programs,
        1,
        expect![[r#"
        fixtures/src/bin/lost.rs:1: crate `fixtures` is not linked, as nothing names it, and what it defines is lost: facet `fixtures::Learning`, interface `fixtures::Optimizer`, component `fixtures::Sgd`, component `fixtures::Unwired`, interface `fixtures::Absent`; add `use fixtures as _;`
        fixtures/src/bin/lost.rs:1: crate `unnamed` is not linked, as nothing names it, and what it defines is lost: component `unnamed::Hello`; add `use unnamed as _;`
        failed `lost` lacks what its sources define
        fixtures/src/bin/named.rs:1: crate `fixtures` is not linked, as nothing names it, and what it defines is lost: facet `fixtures::Learning`, interface `fixtures::Optimizer`, component `fixtures::Sgd`, component `fixtures::Unwired`, interface `fixtures::Absent`; add `use fixtures as _;`
        failed `named` lacks what its sources define
    "#]],
    );
    let except = [&programs[..], &["--except", "fixtures", "--except", "unnamed"]].concat();
    check(
        &except,
        0,
        expect![[r#"
        ok     `lost` holds all that its sources define
        ok     `named` holds all that its sources define
    "#]],
    );
    let json = ["-p", "fixtures", "--bin", "named", "--json"];
    check(
        &json,
        1,
        expect![[r#"
        [
          {
            "program": "named",
            "findings": [
              {
                "file": "fixtures/src/bin/named.rs",
                "line": 1,
                "problem": "lost-crate",
                "crate": "fixtures",
                "lost": [
                  "facet `fixtures::Learning`",
                  "interface `fixtures::Optimizer`",
                  "component `fixtures::Sgd`",
                  "component `fixtures::Unwired`",
                  "interface `fixtures::Absent`"
                ],
                "add": "use fixtures as _;"
              }
            ]
          },
          {
            "program": null,
            "findings": []
          }
        ]
    "#]],
    );
}

#[test]
fn unknown_programs_and_packages_are_refused() {
    for (arguments, expected) in [
        (["--bin", "los"], "there is no program called `los`, perhaps `lost`?; known are: all, "),
        (["-p", "digit"], "there is no package with a program called `digit`, perhaps `digits`?; "),
    ] {
        let output = modules(&arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b""[..]));
        assert!(stderr.starts_with(&format!("error: {expected}")), "{stderr}");
    }
}
