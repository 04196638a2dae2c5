//! Sets of resources.

use super::*;
use crate::front::listing::suite;
use crate::manifest::ManifestEntry;

#[test]
fn resources_that_are_used_together_are_one_set() {
    let wanted: [&[&str]; 6] =
        [&["db", "port"], &["gpu"], &["x", "gpu"], &[], &["port", "disk"], &["y"]];
    let mut suites = [suite("p", "p", &["a", "b", "c", "d", "e", "f"])];
    for (case, resources) in suites[0].cases.iter_mut().zip(wanted) {
        case.selected = true;
        case.known = Some(ManifestEntry {
            exe: String::new(),
            name: String::new(),
            file: String::new(),
            line: 1,
            column: 1,
            tags: Vec::new(),
            timeout_ms: Some(30_000),
            retries: None,
            exclusive: resources.iter().map(|name| (*name).to_owned()).collect(),
            fixtures: Vec::new(),
        });
    }
    let sets = ResourceSets::new(&suites);
    let expected = [(1, vec!["db", "disk", "port"]), (2, vec!["gpu", "x"]), (3, vec!["y"])];
    assert_eq!(sets.sets(), BTreeMap::from(expected));
    let groups: Vec<_> =
        suites[0].cases.iter().map(|case| Policy::own(case, &sets).group).collect();
    assert_eq!(groups, [Some(1), Some(2), Some(2), None, Some(1), Some(3)]);

    suites[0].cases[0].selected = false;
    let sets = ResourceSets::new(&suites);
    assert_eq!(sets.sets()[&1], ["disk", "port"]);
    let policy = Policy::own(&suites[0].cases[3], &sets);
    assert_eq!(policy.timeout, Some(Duration::from_secs(30)));
}
