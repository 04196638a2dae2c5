//! Which files at the root are reported.

use super::*;

fn reported(files: &[&str], others: &[&str]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    for file in files {
        std::fs::write(root.path().join(file), "").unwrap();
    }
    let others: Vec<_> = others.iter().map(|name| name.to_string()).collect();
    let found = unknown(root.path(), &["training", "logs"], &others);
    found.iter().map(|diagnostic| diagnostic.message().to_owned()).collect()
}

fn is_strange(name: &str) -> Vec<String> {
    vec![format!("`{name}` is the file of no facet")]
}

#[test]
fn files_of_facets_profiles_and_other_tools_are_known() {
    let files = [
        "training.toml",
        "training.fast.toml",
        "training.a.b.toml",
        "dbs.toml",
        "tests.toml",
        "Cargo.toml",
        "rustfmt.toml",
        ".taplo.toml",
        "notes.txt",
    ];
    assert_eq!(reported(&files, &[]), Vec::<String>::new());
}

#[test]
fn any_other_file_beside_those_of_facets_is_reported_unless_it_is_named() {
    assert_eq!(reported(&["training.toml", "other.toml"], &[]), is_strange("other.toml"));
    assert_eq!(reported(&["training.fast.toml", "x.fast.toml"], &[]), is_strange("x.fast.toml"));
    let files = ["training.toml", "other.toml", "other.fast.toml"];
    assert!(reported(&files, &["other.toml"]).is_empty());
    assert_eq!(reported(&files, &["other.fast.toml"]), is_strange("other.toml"));
}

/// The root may be found in a directory that holds no program at all.
#[test]
fn without_any_file_of_a_facet_only_what_is_nearly_one_is_reported() {
    assert_eq!(reported(&["notes.toml"], &[]), Vec::<String>::new());
    assert_eq!(reported(&["trainng.toml", "notes.toml"], &[]), is_strange("trainng.toml"));
    assert_eq!(reported(&["trainig.fast.toml"], &[]), is_strange("trainig.fast.toml"));
}
