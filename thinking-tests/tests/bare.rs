//! Cases that ask for nothing, in a program without aspects: what is there for them, and what is not.

extern crate thinking_runtime as thinking;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use thinking_injection::{Resolver, component};
use thinking_modules::__private::built;
use thinking_modules::{Kind, registry};
use thinking_runtime::{Runtime, action};
use thinking_tests::{Case, CasePolicy, Fixtures, Plan, StageError, Stages, run_case};

static PERFORMED: AtomicUsize = AtomicUsize::new(0);

#[action(crate = thinking_runtime)]
fn count() {
    PERFORMED.fetch_add(1, Ordering::SeqCst);
}

struct Machine;

#[component(crate = thinking_injection)]
fn machine() -> Machine {
    Machine
}

#[thinking_tests::test(crate = thinking_tests)]
fn the_actions_are_performed_before_the_first_one() {
    assert_eq!(PERFORMED.load(Ordering::SeqCst), 1);
    assert!(Runtime::current().is_some());
}

#[thinking_tests::test(crate = thinking_tests)]
fn the_actions_are_performed_once() {
    assert_eq!(PERFORMED.load(Ordering::SeqCst), 1);
}

#[thinking_tests::test(crate = thinking_tests)]
fn it_is_known_while_it_runs_and_as_a_definition() {
    let case = thinking_tests::current().unwrap();
    assert_eq!(case.case().name, "bare::it_is_known_while_it_runs_and_as_a_definition");
    let found = registry::of_kind(Kind::Test).map(|test| test.path());
    assert_eq!(found.filter(|path| path == case.case().name).count(), 1);
    let found = registry::items::<Case>().map(|(_, found)| found);
    assert_eq!(found.filter(|found| *found == case.case()).count(), 1);
}

#[thinking_tests::test(crate = thinking_tests)]
#[row(1)]
#[row(2)]
fn rows_are_one_definition(number: usize) {
    assert!(number > 0);
    let module = registry::of_kind(Kind::Test).map(|test| test.path());
    let of_rows: Vec<_> = module.filter(|path| path.contains("rows_are")).collect();
    assert_eq!(of_rows, ["bare::rows_are_one_definition"]);
}

#[thinking_tests::test(crate = thinking_tests)]
fn one_that_asks_has_the_container_of_the_program(machine: Arc<Machine>) {
    let Machine = *machine;
}

#[thinking_tests::test(crate = thinking_tests)]
#[should_panic(expected = "on purpose")]
fn one_that_panics_is_a_failure() {
    panic!("on purpose");
}

/// Asks for what it did not say.
struct Greedy(bool);

impl Stages for Greedy {
    fn is_bare(&self) -> bool {
        true
    }

    fn run(&mut self, resolver: &Resolver<'_>, _: &Fixtures) -> Result<(), StageError> {
        self.0 = resolver.resolve::<Arc<Machine>>(None).is_ok();
        Ok(())
    }
}

#[test]
fn nothing_is_built_for_it() {
    static CASE: Case = Case {
        name: "bare::greedy",
        module: "bare",
        file: file!(),
        line: line!(),
        column: 1,
        policy: CasePolicy::NONE,
    };
    let mut greedy = Greedy(true);
    run_case(&Plan::new(&CASE, const { &built!() }), &mut greedy);
    assert!(!greedy.0);
}
