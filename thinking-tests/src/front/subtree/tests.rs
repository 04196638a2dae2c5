//! Which cases a subtree selects.

use super::*;

fn subtree(text: &str) -> Subtree {
    text.parse().unwrap()
}

#[test]
fn a_subtree_selects_itself_and_all_below() {
    for (text, package, binary, path, expected) in [
        ("a::b", "p", "p", "a::b::c", true),
        ("a::b", "p", "p", "a::b", true),
        ("a::b", "p", "p", "a::bc::d", false),
        ("a::b", "p", "p", "a", false),
        ("a::b", "p", "p", "x::a::b", false),
        ("p", "p", "p", "anything", true),
        ("my_p::a", "my-p", "it", "a::b", true),
        ("my-p::a", "my-p", "it", "b", false),
        ("it", "p", "it", "a::b", true),
        ("it::a", "p", "it", "a::b", true),
        ("it::a", "p", "other", "a::b", false),
        ("it", "p", "other", "it::b", true),
    ] {
        assert_eq!(
            subtree(text).selects(package, binary, path),
            expected,
            "{text} in {package} {binary} {path}"
        );
    }
}

#[test]
fn texts_that_are_no_subtree_are_refused() {
    for text in ["", "a::", "::a", "a:b", "a b", "a::b)"] {
        assert!(text.parse::<Subtree>().is_err(), "{text}");
    }
    assert_eq!(
        "a::".parse::<Subtree>().unwrap_err().to_string(),
        "`` in `a::` is not a name; a subtree is names joined by `::`"
    );
}
