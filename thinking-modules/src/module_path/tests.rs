//! Tables and properties of module paths.

use proptest::prelude::*;

use super::*;

fn path(text: &str) -> ModulePath {
    text.parse().unwrap()
}

#[test]
fn parts_of_a_path() {
    let parser = path("a::b::c");
    assert_eq!(parser.krate(), "a");
    assert_eq!(parser.simple_name(), "c");
    assert_eq!(parser.depth(), 3);
    assert_eq!(parser.parent(), Some(path("a::b")));
    assert_eq!(path("a").parent(), None);
    assert_eq!(path("a::b").child("c").unwrap(), parser);
}

#[test]
fn a_path_is_its_own_ancestor_and_a_sibling_with_its_prefix_is_not() {
    for (ancestor, other, expected) in [
        ("a::b", "a::b", true),
        ("a", "a::b::c", true),
        ("a::b", "a", false),
        ("a::b", "a::bc", false),
        ("a::b", "a::c::b", false),
    ] {
        assert_eq!(path(ancestor).is_ancestor_of(&path(other)), expected, "{ancestor} {other}");
        assert_eq!(path(other).is_descendant_of(&path(ancestor)), expected);
    }
}

#[test]
fn an_error_names_the_column() {
    for (text, column, found) in [
        ("", 1, "nothing"),
        ("a::", 4, "nothing"),
        ("::a", 1, "nothing"),
        ("a::1b", 4, "`1`"),
        ("a::b c", 5, "` `"),
        ("a:b", 2, "`:`"),
        ("é::_", 4, "`_`"),
        ("a::r#", 6, "nothing"),
    ] {
        let error = text.parse::<ModulePath>().unwrap_err();
        assert_eq!((error.column, error.found.as_str()), (column, found), "{text:?}");
    }
}

fn paths() -> impl Strategy<Value = String> {
    prop::collection::vec("[a-c_][a-c1_]{1,2}", 1..5).prop_map(|parts| parts.join("::"))
}

proptest! {
    #[test]
    fn any_text_parses_or_is_an_error(text in any::<String>()) {
        if let Ok(parsed) = text.parse::<ModulePath>() {
            prop_assert_eq!(parsed.as_str(), text);
        }
    }

    #[test]
    fn order_is_by_parts(a in paths(), b in paths()) {
        let by_parts = a.split("::").collect::<Vec<_>>().cmp(&b.split("::").collect::<Vec<_>>());
        prop_assert_eq!(path(&a).cmp(&path(&b)), by_parts);
    }

    #[test]
    fn every_parent_is_an_ancestor(a in paths()) {
        let mut current = Some(path(&a));
        while let Some(ancestor) = current {
            prop_assert!(ancestor.is_ancestor_of(&path(&a)));
            current = ancestor.parent();
        }
    }
}
