//! Manifests that keep and break the rules.

use super::*;

fn found(package: &str, rest: &str) -> Vec<String> {
    let text = format!("[package]\nname = \"{package}\"\n\n{rest}");
    check("a/Cargo.toml", &text).iter().map(Finding::to_string).collect()
}

#[test]
fn versions_stand_in_the_root() {
    for good in [
        "",
        "[dependencies]\nserde.workspace = true",
        "[dependencies]\nserde = { workspace = true, features = [\"derive\"] }",
        "[dependencies.serde]\nworkspace = true",
        "[target.'cfg(unix)'.dependencies]\nlibc.workspace = true",
    ] {
        assert_eq!(found("xtask", good), [""; 0], "{good}");
    }
    for (bad, line) in [
        ("[dependencies]\nserde = \"1\"", 5),
        ("[dependencies]\nserde_json.workspace = true\nserde = { version = \"1\" }", 6),
        ("[dev-dependencies.serde]\nversion = \"1\"", 4),
        ("[target.'cfg(unix)'.dependencies]\nserde = \"1\"", 5),
    ] {
        let expected = format!(
            "a/Cargo.toml:{line}: write `serde.workspace = true`, and the version into the root manifest"
        );
        assert_eq!(found("xtask", bad), [expected], "{bad}");
    }
    assert!(found("xtask", "[").concat().contains("does not parse"));
}

#[test]
fn nothing_points_upward() {
    for (package, dependency, allowed) in [
        ("thinking", "thinking-executor", true),
        ("thinking-executor", "thinking-dbs", true),
        ("thinking-dbs", "thinking-executor", false),
        ("thinking-injection", "thinking-tests", false),
        ("thinking-tests", "thinking-injection", true),
        ("thinking-tests", "thinking-dbs", false),
        ("thinking-modules", "thinking", false),
        ("thinking-macros", "thinking-modules", false),
        ("thinking-runtime", "thinking-runtime", true),
        ("xtask", "thinking-tests", true),
    ] {
        for kind in DEPENDENCIES {
            let found = found(package, &format!("[{kind}]\n{dependency}.workspace = true"));
            assert_eq!(found.is_empty(), allowed, "{package} {kind} {dependency}: {found:?}");
        }
    }
}

#[test]
fn each_crate_has_its_layer() {
    assert!(found("thinking-new", "").concat().contains("say in xtask"));
    // A crate may use whatever those below it may use.
    for (name, below) in LAYERS {
        for lower in below {
            let (_, lowest) = LAYERS.iter().find(|(name, _)| name == lower).unwrap();
            assert!(lowest.iter().all(|lowest| below.contains(lowest)), "{name} {lower}");
        }
    }
}
