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

#[test]
fn m1_parts_parents_children_and_ancestors() {
    let path = path("a::b::c");
    assert_eq!(path.simple_name(), "c");
    assert_eq!(path.parent().unwrap().as_str(), "a::b");
    assert_eq!(path.parent().unwrap().child("c").unwrap(), path);
    assert_eq!("a".parse::<ModulePath>().unwrap().parent(), None);
    assert!(path.is_ancestor_of(&path) && path.is_descendant_of(&path));
}

mod inner {
    crate::register!(crate::Definition {
        module: module_path!(),
        name: "Thing",
        kind: crate::Kind::Component,
        place: crate::here!(),
        item: &(),
    });

    pub(super) fn here() -> super::ModulePath {
        crate::this_module!()
    }
}

fn thing() -> &'static Definition {
    let mut things = crate::registry::items::<()>().map(|(definition, ())| definition);
    things.find(|definition| definition.name == "Thing").unwrap()
}

#[test]
fn m2_text_parts_module_and_definition_give_the_same_path() {
    let text = path("thinking_modules::module_path::tests::inner");
    let parts = ["thinking_modules", "module_path", "tests", "inner"];
    assert_eq!(ModulePath::from_parts(parts).unwrap(), text);
    assert_eq!(ModulePath::from_parts(parts.map(String::from)).unwrap(), text);
    assert_eq!(inner::here(), text);
    assert_eq!(ModulePath::from(thing()), text);
    assert_eq!(path("nobody::wrote::this").depth(), 3);
}

#[test]
fn m5_a_definition_is_in_its_module_and_every_ancestor_but_in_no_sibling() {
    let mut module = Some(inner::here());
    while let Some(ancestor) = module {
        assert!(thing().is_defined_in(&ancestor), "{ancestor}");
        module = ancestor.parent();
    }
    for sibling in ["outer", "inne", "inner2", "inner::deeper"] {
        let sibling = inner::here().parent().unwrap().child(sibling).unwrap();
        assert!(!thing().is_defined_in(&sibling), "{sibling}");
    }
}

#[test]
fn no_parts_are_no_path() {
    let error = ModulePath::from_parts([] as [&str; 0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`` is no module path: found nothing at column 1, expected an identifier"
    );
    assert_eq!(ModulePath::from_parts(["a", "b c"]).unwrap_err().column, 5);
}

fn names() -> impl Strategy<Value = String> {
    "[a-c_][a-c1_]{1,2}"
}

fn paths() -> impl Strategy<Value = String> {
    prop::collection::vec(names(), 1..5).prop_map(|parts| parts.join("::"))
}

/// Lists `module` and everything below it among `all` as a tree is walked.
fn pre_order(module: &ModulePath, all: &[ModulePath], listed: &mut Vec<ModulePath>) {
    listed.push(module.clone());
    let children = all.iter().filter(|path| path.parent().as_ref() == Some(module));
    let mut children: Vec<_> = children.collect();
    children.sort_by_key(|child| child.simple_name());
    for child in children {
        pre_order(child, all, listed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_parses_to_itself_or_is_an_error_at_a_column_of_it(text in any::<String>()) {
        match text.parse::<ModulePath>() {
            Ok(parsed) => prop_assert_eq!(parsed.as_str(), text),
            Err(error) => {
                prop_assert!((1..=text.chars().count() + 1).contains(&error.column));
                prop_assert_eq!(error.path, text);
            }
        }
    }

    #[test]
    fn a_wrong_character_is_found_at_its_column(before in paths(), wrong in "[-.:/ §]", after in "[a-c]{0,3}") {
        let text = format!("{before}{wrong}{after}");
        let error = text.parse::<ModulePath>().unwrap_err();
        prop_assert_eq!(error.column, before.chars().count() + 1);
        prop_assert_eq!(error.found, format!("`{wrong}`"));
    }

    #[test]
    fn parts_and_text_are_the_same(a in paths()) {
        prop_assert_eq!(ModulePath::from_parts(path(&a).parts()).unwrap(), path(&a));
        prop_assert_eq!(path(&a).to_string(), a);
    }

    #[test]
    fn order_is_by_parts(a in paths(), b in paths()) {
        let by_parts = a.split("::").collect::<Vec<_>>().cmp(&b.split("::").collect::<Vec<_>>());
        prop_assert_eq!(path(&a).cmp(&path(&b)), by_parts);
        prop_assert_eq!(path(&a) == path(&b), by_parts.is_eq());
    }

    #[test]
    fn order_is_the_pre_order_of_the_tree(leaves in prop::collection::vec(paths(), 1..12)) {
        let mut all: Vec<ModulePath> = Vec::new();
        for leaf in &leaves {
            all.extend(std::iter::successors(Some(path(leaf)), ModulePath::parent));
        }
        all.sort();
        all.dedup();
        let mut walked = Vec::new();
        for root in all.iter().filter(|path| path.depth() == 1) {
            pre_order(root, &all, &mut walked);
        }
        prop_assert_eq!(walked, all);
    }

    #[test]
    fn ancestors_are_the_beginnings_by_parts(a in paths(), b in paths()) {
        let (parts, others): (Vec<_>, Vec<_>) = (a.split("::").collect(), b.split("::").collect());
        prop_assert_eq!(path(&a).is_ancestor_of(&path(&b)), others.starts_with(&parts));
    }

    #[test]
    fn every_parent_is_an_ancestor(a in paths()) {
        for ancestor in std::iter::successors(Some(path(&a)), ModulePath::parent) {
            prop_assert!(ancestor.is_ancestor_of(&path(&a)));
        }
    }

    #[test]
    fn parent_undoes_child(a in paths(), name in names()) {
        let child = path(&a).child(&name).unwrap();
        prop_assert_eq!(child.simple_name(), name);
        prop_assert_eq!(child.depth(), path(&a).depth() + 1);
        prop_assert_eq!(child.parent(), Some(path(&a)));
    }
}
