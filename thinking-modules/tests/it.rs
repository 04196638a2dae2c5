//! The registry as a program sees it.

use thinking_modules::{Definition, Kind, Place, here, register, registry};

mod lower {
    use super::*;

    register!(Definition {
        module: module_path!(),
        name: "second",
        kind: Kind::Step,
        place: Place { file: "it.rs", line: 2, column: 1 },
        item: &7_u32,
    });
    register!(Definition {
        module: module_path!(),
        name: "first",
        kind: Kind::Component,
        place: Place { file: "it.rs", line: 1, column: 1 },
        item: &"text",
    });
}

register!(Definition {
    module: module_path!(),
    name: "root",
    kind: Kind::Component,
    place: here!(),
    item: &8_u32,
});

#[test]
fn definitions_are_sorted_by_module_then_line() {
    let names: Vec<_> = registry::definitions().iter().map(|definition| definition.name).collect();
    assert_eq!(names, ["root", "first", "second"]);
}

#[test]
fn look_ups_by_kind_subtree_and_type() {
    let components: Vec<_> = registry::of_kind(Kind::Component).map(Definition::path).collect();
    assert_eq!(components, ["it::root", "it::lower::first"]);
    let (root, lower) = ("it".parse().unwrap(), "it::lower".parse().unwrap());
    let names = |found: Vec<&Definition>| found.iter().map(|found| found.name).collect::<Vec<_>>();
    assert_eq!(names(registry::of_module(&root).collect()), ["root"]);
    assert_eq!(names(registry::of_module(&lower).collect()), ["first", "second"]);
    assert_eq!(names(registry::in_subtree(&root).collect()), ["root", "first", "second"]);
    assert_eq!(names(registry::in_subtree(&lower).collect()), ["first", "second"]);
    assert_eq!(registry::in_subtree(&"it::low".parse().unwrap()).count(), 0);
    let numbers: Vec<_> = registry::items::<u32>().map(|(_, number)| *number).collect();
    assert_eq!(numbers, [8, 7]);
}
