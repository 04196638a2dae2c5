//! Licence expressions and lists of crates.

use super::*;

fn dependency(name: &str, version: &str, licence: Option<&str>) -> Dependency {
    Dependency {
        name: name.to_owned(),
        version: version.to_owned(),
        licence: licence.map(str::to_owned),
    }
}

#[test]
fn licence_expressions() {
    for (expression, expected) in [
        ("MIT", true),
        ("MIT OR Apache-2.0", true),
        ("MIT/Apache-2.0", true),
        ("Unlicense OR MIT", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("GPL-3.0-only AND MIT", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(MIT OR Apache-2.0) AND GPL-2.0", false),
        ("(GPL-2.0 AND MIT) OR (MIT AND ISC)", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("", false),
    ] {
        assert_eq!(is_allowed(expression), expected, "{expression}");
    }
}

#[test]
fn refused_licences_are_named() {
    let dependencies = [
        dependency("good", "1.0.0", Some("MIT")),
        dependency("bad", "1.0.0", Some("GPL-2.0")),
        dependency("none", "1.0.0", None),
    ];
    let found = licences(&dependencies);
    assert_eq!(found.len(), 2);
    assert!(found[0].advice.starts_with("`bad` 1.0.0 has `GPL-2.0`"), "{found:?}");
    assert!(found[1].advice.starts_with("`none` 1.0.0 has `no licence`"), "{found:?}");
}

#[test]
fn duplicates_are_listed() {
    let dependencies = [
        dependency("syn", "3.0.9", None),
        dependency("quote", "1.0.0", None),
        dependency("syn", "2.0.1", None),
    ];
    assert_eq!(duplicates(&dependencies), ["`syn` is compiled in 2 versions: 2.0.1, 3.0.9"]);
}
