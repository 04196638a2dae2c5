//! Fixtures of each scope.

use thinking::prelude::*;

pub(super) struct Numbers(Vec<u32>);

#[fixture]
fn of_case() -> Numbers {
    Numbers(vec![1])
}

#[fixture(teardown = |_: Numbers| -> Result<(), String> { Err("cannot be put away".to_owned()) })]
fn put_away() -> Numbers {
    Numbers(vec![2])
}

#[fixture(scope = "module", teardown = |_: Numbers, outcome: Outcome| println!("module: {outcome}"))]
fn of_module() -> Numbers {
    Numbers(vec![3])
}

#[fixture(scope = "binary", teardown = |_: Numbers| assert!(false, "it leaks"))]
fn of_binary() -> Numbers {
    Numbers(vec![4])
}

#[fixture]
fn broken() -> Result<Numbers, String> {
    Err("no numbers".to_owned())
}

#[thinking::test(tags("fixture"))]
fn each_scope(of_case: &Numbers, of_module: &Numbers, of_binary: &Numbers) {
    assert_eq!((of_case.0[0], of_module.0[0], of_binary.0[0]), (1, 3, 4));
}

#[thinking::test(tags("fixture"))]
fn once_more(of_module: &Numbers) {
    assert_eq!(of_module.0, [3]);
}

#[thinking::test]
fn is_not_put_away(put_away: &Numbers) {
    assert_eq!(put_away.0, [2]);
}

#[thinking::test]
fn cannot_be_made(broken: &Numbers) {
    assert!(broken.0.is_empty());
}
