//! Orders and cycles, by values.

use proptest::prelude::*;
use thinking_modules::Place;

use super::*;

const ACTION: ActionDefinition = ActionDefinition {
    name: "",
    place: Place { file: "src/main.rs", line: 1, column: 1 },
    after: &[],
    before: &[],
    required: false,
    built_in: false,
    facets: &[],
    prepare: None,
    perform: |_| Ok(()),
};

type Names = &'static [&'static str];

const fn action(name: &'static str, after: Names, before: Names) -> ActionDefinition {
    ActionDefinition { name, after, before, ..ACTION }
}

const fn built_in(name: &'static str) -> ActionDefinition {
    ActionDefinition { name, built_in: true, ..ACTION }
}

fn ordered(actions: &[ActionDefinition]) -> (Vec<&'static str>, Vec<String>) {
    let order = order(&actions.iter().collect::<Vec<_>>());
    let name = |index: usize| actions[index].name;
    let names = order.sequence.iter().map(|index| name(*index)).collect();
    let cycle = |links: &Vec<Link>| {
        let links = links.iter().map(|link| {
            format!("{}<{} by {}", name(link.first), name(link.then), name(link.declared_by))
        });
        links.collect::<Vec<_>>().join(" ")
    };
    (names, order.cycles.iter().map(cycle).collect())
}

#[test]
fn actions_are_ordered_by_what_they_declare_and_then_by_name() {
    for (actions, expected) in [
        (vec![], vec![]),
        (vec![action("b", &[], &[]), action("a", &[], &[])], vec!["a", "b"]),
        (vec![action("a", &["b"], &[]), action("b", &[], &[])], vec!["b", "a"]),
        (vec![action("a", &[], &[]), action("b", &[], &["a"])], vec!["b", "a"]),
        // Both say the same.
        (vec![action("a", &["b"], &[]), action("b", &[], &["a"])], vec!["b", "a"]),
        // Transitively, while those that do not care keep their names' order.
        (
            vec![
                action("a", &["b"], &[]),
                action("b", &["d"], &[]),
                action("c", &[], &[]),
                action("d", &[], &[]),
                action("e", &[], &["c"]),
            ],
            vec!["d", "b", "a", "e", "c"],
        ),
        // Several of each.
        (
            vec![action("a", &["c", "d"], &[]), action("d", &[], &[]), action("c", &[], &["d"])],
            vec!["c", "d", "a"],
        ),
        // What is built in comes first, whatever it is called, and stays there.
        (
            vec![action("a", &[], &[]), built_in("logging"), action("b", &[], &["logging"])],
            vec!["logging", "a", "b"],
        ),
        (vec![action("a", &["logging"], &[]), built_in("logging")], vec!["logging", "a"]),
        // Names that nobody has.
        (vec![action("b", &["x"], &["y"]), action("a", &[], &[])], vec!["a", "b"]),
    ] {
        let (names, cycles) = ordered(&actions);
        assert_eq!(names, expected);
        assert!(cycles.is_empty());
    }
}

#[test]
fn a_cycle_has_each_of_its_links_once() {
    for (actions, names, cycles) in [
        (vec![action("a", &["a"], &[])], vec!["a"], vec!["a<a by a"]),
        (
            vec![action("a", &["b"], &[]), action("b", &["a"], &[])],
            vec!["a", "b"],
            vec!["a<b by b b<a by a"],
        ),
        // One that comes after a cycle is no part of it, one before it neither.
        (
            vec![
                action("after", &["x"], &[]),
                action("x", &["z", "free"], &["y"]),
                action("y", &[], &["z"]),
                action("z", &[], &[]),
                action("free", &[], &[]),
            ],
            vec!["free", "after", "x", "y", "z"],
            vec!["x<y by x y<z by y z<x by x"],
        ),
        // Two of them, joined by an action.
        (
            vec![action("a", &["b"], &[]), action("b", &["a", "c"], &[]), action("c", &["b"], &[])],
            vec!["a", "b", "c"],
            vec!["a<b by b b<a by a", "b<c by c c<b by b"],
        ),
    ] {
        let found = ordered(&actions);
        assert_eq!(found, (names, cycles.iter().map(ToString::to_string).collect()));
    }
}

proptest! {
    /// Whatever is declared: every action once, and either each link is kept or there is a cycle.
    #[test]
    fn all_links_are_kept_unless_there_is_a_cycle(
        declared in proptest::collection::vec((0..8usize, 0..8usize, any::<bool>()), 0..12),
        count in 1..8usize,
    ) {
        const NAMES: Names = &["a", "b", "c", "d", "e", "f", "g", "h"];
        let actions: Vec<_> = (0..count)
            .map(|index| {
                let all = declared.iter().filter(|(owner, _, _)| owner % count == index);
                let side = |wanted: bool| -> Names {
                    let names = all.clone().filter(|(_, _, after)| *after == wanted);
                    names.map(|(_, other, _)| NAMES[other % count]).collect::<Vec<_>>().leak()
                };
                action(NAMES[index], side(true), side(false))
            })
            .collect();
        let found = order(&actions.iter().collect::<Vec<_>>());
        let mut all = found.sequence.clone();
        all.sort_unstable();
        prop_assert_eq!(all, (0..count).collect::<Vec<_>>());
        let position = |index: usize| found.sequence.iter().position(|found| *found == index);
        let links = links(&actions.iter().collect::<Vec<_>>());
        let kept = links.iter().all(|link| position(link.first) < position(link.then));
        prop_assert_eq!(kept, found.cycles.is_empty());
        for cycle in &found.cycles {
            for (link, next) in cycle.iter().zip(cycle.iter().cycle().skip(1)) {
                prop_assert_eq!(link.then, next.first);
            }
            let mut firsts: Vec<_> = cycle.iter().map(|link| link.first).collect();
            firsts.sort_unstable();
            firsts.dedup();
            prop_assert_eq!(firsts.len(), cycle.len());
        }
    }
}
