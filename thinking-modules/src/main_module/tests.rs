//! Targets by what cargo tells, and this process itself.

use super::*;

fn built(binary: Option<&'static str>) -> Built {
    Built {
        binary,
        has_directory_for_tests: false,
        is_harness: false,
        package: "digits",
        version: "1.0.0",
        description: "",
        manifest_dir: "/src/examples/digits",
    }
}

#[test]
fn each_sort_of_target() {
    for (binary, for_tests, file, expected) in [
        (None, false, "examples/digits/src/lib.rs", "library `it`"),
        (Some("digits"), false, "examples/digits/src/main.rs", "binary `digits`"),
        (Some("digits"), false, "/src/examples/digits/src/main.rs", "binary `digits`"),
        (Some("show"), false, "examples/digits/examples/show.rs", "example `show`"),
        (Some("show"), false, "examples/digits/examples/show/main.rs", "example `show`"),
        (Some("show"), false, "/src/examples/digits/examples/show.rs", "example `show`"),
        // The package itself is the workspace's root.
        (Some("show"), false, "examples/show.rs", "example `show`"),
        (None, true, "examples/digits/tests/it/injected.rs", "test `it`"),
        (None, true, "examples/digits/benches/it.rs", "bench `it`"),
        (None, true, "examples/digits/measured.rs", "test `it`"),
    ] {
        let built = Built { has_directory_for_tests: for_tests, ..built(binary) };
        assert_eq!(target(&built, "it::injected", file).to_string(), expected, "{file}");
    }
    let units = Built { is_harness: true, ..built(Some("digits")) };
    let target = target(&units, "it::injected", "src/main.rs");
    assert_eq!(target.to_string(), "unit tests of binary `digits`");
}

#[test]
fn the_mode_follows_from_the_target() {
    let main = |kind, is_harness| {
        let target = Target { kind, name: "a", is_harness };
        MainModule { target, ..crate::main_module!() }.mode()
    };
    for kind in [TargetKind::Library, TargetKind::Binary, TargetKind::Example] {
        assert_eq!(main(kind, false), Mode::Application);
        assert_eq!(main(kind, true), Mode::Tests);
    }
    for kind in [TargetKind::Test, TargetKind::Bench] {
        // A harness of one's own, with a `main`.
        assert_eq!(main(kind, false), Mode::Tests);
        assert_eq!(main(kind, true), Mode::Tests);
    }
}

#[test]
fn these_unit_tests_know_what_they_are() {
    let main = crate::main_module!();
    assert_eq!(main.krate(), "thinking_modules");
    assert_eq!(main.target.to_string(), "unit tests of library `thinking_modules`");
    assert_eq!(main.mode(), Mode::Tests);
}
