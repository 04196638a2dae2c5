//! Whole workspaces, as cargo describes them.

use std::fs;

use expect_test::{Expect, expect};

use super::*;

/// A workspace in a directory of its own. Its packages depend on nothing that cargo must fetch.
fn workspace() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let package = |name: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
    };
    let thinking = "[dependencies]\nthink = { package = \"thinking\", path = \"../thinking\" }\n";
    for (file, text) in [
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"z-last\", \"app\", \
                        \"app/plugins/*\", \"thinking\"]\n",
        ),
        ("thinking/Cargo.toml", &package("thinking", "")),
        ("thinking/src/lib.rs", ""),
        ("app/Cargo.toml", &package("app", thinking)),
        ("app/build.rs", "fn main() {}"),
        ("app/src/lib.rs", "mod b; mod a;"),
        ("app/src/a.rs", "#[think::component] struct A;"),
        ("app/src/b.rs", "mod c { #[stage] fn s() {} }"),
        ("app/src/main.rs", "mod own;\n#[think::main] fn main() {}"),
        ("app/src/own.rs", ""),
        ("app/src/bin/plain.rs", "fn main() {}"),
        ("app/src/unused.rs", ""),
        ("app/examples/show-it.rs", "fn main() {}"),
        ("app/tests/it/main.rs", "mod common;"),
        ("app/tests/it/common.rs", ""),
        ("app/tests/ui/input.rs", "broken {"),
        ("app/benches/fast.rs", "fn main() {}"),
        ("app/plugins/two/Cargo.toml", &package("two", "")),
        ("app/plugins/two/src/lib.rs", "#[component] struct NotOurs;"),
        ("app/plugins/one/Cargo.toml", &package("one", "")),
        ("app/plugins/one/src/lib.rs", "mod wrong;"),
        ("z-last/Cargo.toml", &package("z-last", "")),
        ("z-last/src/lib.rs", ""),
    ] {
        let path = directory.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn check(targets: Targets, expected: Expect) {
    let workspace = workspace();
    let root = workspace.path().canonicalize().unwrap();
    let scan = Scan::of_workspace(&root.join("app"), targets).unwrap();
    let mut listed = String::new();
    for package in &scan.packages {
        listed += &format!("package {}\n", package.name);
        for target in &package.targets {
            let program = if target.is_program { ", program" } else { "" };
            listed += &format!("  {} {}{program}\n", target.kind, target.name);
            for module in target.module.pre_order() {
                let items = module.items.iter().map(|item| format!(" {}", item.name));
                listed += &format!("    {}{}\n", module.path, items.collect::<String>());
            }
        }
    }
    for finding in scan.findings() {
        listed += &format!("{}\n", finding.clone().relative_to(&root));
    }
    expected.assert_eq(&listed);
    let again = Scan::of_workspace(&root, targets).unwrap();
    assert!(scan.modules().eq(again.modules()));
}

#[test]
fn m3_a_package_its_modules_alphabetically_then_those_in_it_and_entry_points_on_request() {
    check(
        Targets::Libraries,
        expect![[r#"
        package app
          library app
            app
            app::a A
            app::b
            app::b::c s
        package one
          library one
            one
        package two
          library two
            two
        package thinking
          library thinking
            thinking
        package z-last
          library z_last
            z_last
        app/plugins/one/src/lib.rs:1: the file of module `one::wrong` is missing; looked for `app/plugins/one/src/wrong.rs`, `app/plugins/one/src/wrong/mod.rs`
    "#]],
    );
    check(
        Targets::All,
        expect![[r#"
            package app
              library app
                app
                app::a A
                app::b
                app::b::c s
              binary app, program
                app
                app::own
              binary plain
                plain
              example show-it
                show_it
              test it
                it
                it::common
              bench fast
                fast
            package one
              library one
                one
            package two
              library two
                two
            package thinking
              library thinking
                thinking
            package z-last
              library z_last
                z_last
            app/src/unused.rs:1: no `mod` declares this file, so nothing in it is compiled; declare it or remove it
            app/plugins/one/src/lib.rs:1: the file of module `one::wrong` is missing; looked for `app/plugins/one/src/wrong.rs`, `app/plugins/one/src/wrong/mod.rs`
        "#]],
    );
}

#[test]
fn a_directory_without_a_workspace_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let error = Scan::of_workspace(directory.path(), Targets::All).unwrap_err();
    let expected = format!("`cargo metadata` gave up in `{}`", directory.path().display());
    assert_eq!(error.to_string(), expected);
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("could not find `Cargo.toml`"), "{cause}");
}

/// The project's own sources parse, and each of its files belongs to a module.
#[test]
fn the_projects_own_workspace_has_no_findings() {
    let scan = Scan::of_workspace(Path::new(env!("CARGO_MANIFEST_DIR")), Targets::All).unwrap();
    let findings: Vec<_> = scan.findings().map(ToString::to_string).collect();
    assert_eq!(findings, [] as [&str; 0]);
    let scanned = scan.modules().find(|module| module.path.as_str() == "thinking_modules::scan");
    assert_eq!(scanned.unwrap().kind, ModuleKind::File);
}
