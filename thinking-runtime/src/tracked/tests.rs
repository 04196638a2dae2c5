//! Hashes of several that have one name.

use super::*;

#[test]
fn one_name_has_one_hash_whatever_the_order() {
    let hashes = |codes: &[&str]| joined(codes.iter().map(|code| hashed(code)).collect());
    assert_eq!(hashes(&["a"]), hashed("a"));
    assert_eq!(hashes(&["a", "b"]), hashes(&["b", "a"]));
    assert_ne!(hashes(&["a", "b"]), hashes(&["a", "c"]));
    assert_ne!(hashes(&["a", "a"]), hashes(&["a"]));
}

#[test]
fn code_and_version_count() {
    let of = |code, version| Tracked::block("app", "impl A", None, code, version).hash();
    assert_eq!(of("a", 0), of("a", 0));
    assert_ne!(of("a", 0), of("b", 0));
    assert_ne!(of("a", 0), of("a", 1));
}
