//! What `gc` removes, and what it must not: everything that a kept branch needs.

use std::cell::RefCell;
use std::sync::Arc;

use jiff::Timestamp;
use thinking::{
    Garbage, Old, OnChange, Store, Verification, ViewError, collect_garbage, execute, stage,
};
use thinking_dbs::{Database, DatabaseError};
use thinking_injection::BoxError;

use crate::lab::{Lab, Op, broken, empty, options};
use crate::verify::full;

fn all() -> Old {
    Old { branches: true, ..Old::default() }
}

/// Three branches: the second leaves the first at 2, the third leaves the second at 3.
fn branched() -> Lab {
    let lab = Lab::new();
    let adds = |numbers: &[i64]| numbers.iter().map(|n| Op::Add(*n)).collect::<Vec<_>>();
    lab.run(&adds(&[1, 2, 3, 4])).result.unwrap();
    lab.run(&adds(&[1, 2, 5, 6])).result.unwrap();
    lab.run(&adds(&[1, 2, 5, 7])).result.unwrap();
    lab
}

fn assert_sound(lab: &Lab) {
    let verification = Verification::of(&lab.file()).unwrap();
    assert!(verification.is_sound(), "{}", verification.text());
}

fn listed(garbage: &Garbage) -> Vec<(&str, u64, bool)> {
    garbage.branches.iter().map(|b| (&*b.branch, b.steps, b.shared)).collect()
}

#[test]
fn a_preview_says_what_would_go_and_changes_nothing() {
    let lab = branched();
    let before = lab.rows();
    let garbage = Garbage::find(&lab.file(), &all()).unwrap();
    assert_eq!(listed(&garbage), [("main", 2, true), ("main-2", 1, true)]);
    assert_eq!(garbage.rows["steps"], 3);
    assert_eq!(garbage.rows["results"], 3);
    assert_eq!(garbage.rows["state"], 6);
    assert!(garbage.bytes() > 0);
    assert_eq!(lab.rows(), before);
    assert!(Garbage::find(&lab.file(), &Old::default()).unwrap().is_empty());
}

#[test]
fn what_the_current_branch_shares_stays() {
    let lab = branched();
    let ops = [1, 2, 5, 7].map(Op::Add);
    let (garbage, _) = collect_garbage(&lab.file(), &all()).unwrap();
    assert_eq!(listed(&garbage), [("main", 2, true), ("main-2", 1, true)]);
    assert_sound(&lab);
    assert!(Garbage::find(&lab.file(), &all()).unwrap().is_empty());
    let ran = lab.run(&ops);
    assert_eq!(ran.executed, [""; 0]);
    assert_eq!(ran.result.unwrap(), [1, 3, 8, 15]);
    // What is gone runs again.
    let ran = lab.run(&[1, 2, 3, 4].map(Op::Add));
    assert_eq!(ran.executed, ["add[3]", "add[4]"]);
    assert_sound(&lab);
}

#[test]
fn a_branch_that_nothing_leaves_from_goes_whole() {
    let lab = Lab::new();
    lab.run(&[1, 2].map(Op::Add)).result.unwrap();
    lab.run(&[3, 4].map(Op::Add)).result.unwrap();
    lab.run(&[3, 5].map(Op::Add)).result.unwrap();
    let old = Old { named: vec!["main".to_owned()], ..Old::default() };
    let (garbage, _) = collect_garbage(&lab.file(), &old).unwrap();
    // The second one leaves the first at 0: nothing is shared, and the name stays for it.
    assert_eq!(listed(&garbage), [("main", 2, true)]);
    assert_sound(&lab);
    let (run, steps) = lab.branch();
    assert_eq!((&*run, &steps[..]), ("main-3", &["add[3]".to_owned(), "add[5]".to_owned()][..]));
}

#[test]
fn only_older_branches_go() {
    let lab = branched();
    let old = Old { before: Some(Timestamp::MIN), ..all() };
    assert!(Garbage::find(&lab.file(), &old).unwrap().is_empty());
    let old = Old { before: Some(Timestamp::MAX), ..all() };
    assert_eq!(Garbage::find(&lab.file(), &old).unwrap().branches.len(), 2);
}

#[test]
fn the_current_branch_and_unknown_names_are_refused() {
    let lab = branched();
    let before = lab.rows();
    let error = |name: &str| {
        let old = Old { named: vec![name.to_owned()], ..Old::default() };
        collect_garbage(&lab.file(), &old).unwrap_err().to_string()
    };
    assert_eq!(
        error("main-3"),
        "branch `main-3` is the current one of run `experiment[lab]`: only others are removed"
    );
    assert_eq!(error("other"), "there is no branch `other`");
    assert_eq!(lab.rows(), before);
}

#[test]
fn failures_and_prints_of_removed_steps_go_and_others_stay() {
    let lab = full();
    let (garbage, _) = collect_garbage(&lab.file(), &all()).unwrap();
    assert_eq!(garbage.rows["steps"], 2);
    assert!(!garbage.rows.contains_key("prints"), "all are shared");
    assert_sound(&lab);
    broken(true);
    let tried = Op::Try(Box::new(Op::Fragile(7)));
    let ran = lab.run(&[Op::Add(1), tried, Op::Add(4)]);
    broken(false);
    assert_eq!(ran.executed, [""; 0]);
    ran.result.unwrap();
}

#[test]
fn files_that_no_record_names_go() {
    let lab = full();
    let directory = lab.directory.path().join("lab.redb.artifacts");
    let unnamed = directory.join("ab").join("ab".to_owned() + &"0".repeat(62));
    std::fs::create_dir(directory.join("ab")).unwrap();
    let others = [directory.join("notes.txt"), directory.join("ab/notes.txt")];
    for file in others.iter().chain([&unnamed, &directory.join("new-x")]) {
        std::fs::write(file, "four").unwrap();
    }
    let garbage = Garbage::find(&lab.file(), &Old::default()).unwrap();
    assert_eq!((garbage.files.len(), garbage.bytes()), (2, 8));
    collect_garbage(&lab.file(), &Old::default()).unwrap();
    assert!(!unnamed.exists() && !directory.join("new-x").exists());
    assert!(others.iter().all(|file| file.exists()), "they are none of the store's");
    assert_sound(&lab);
}

#[test]
fn it_is_refused_while_the_store_is_in_use() {
    let lab = branched();
    let database = Arc::new(Database::open("lab", &lab.file()).unwrap());
    let error = collect_garbage(&lab.file(), &all()).unwrap_err();
    assert!(matches!(error, ViewError::Database(DatabaseError::InUse { .. })), "{error}");
    // Files that are newer than the process that may be writing them are not listed.
    std::fs::create_dir_all(lab.directory.path().join("lab.redb.artifacts")).unwrap();
    std::fs::write(lab.directory.path().join("lab.redb.artifacts/new-x"), "").unwrap();
    let garbage = Garbage::find(&lab.file(), &Old::default()).unwrap();
    assert!(garbage.owner.is_some() && garbage.is_empty());
    drop(database);
    assert_eq!(Garbage::find(&lab.file(), &Old::default()).unwrap().files.len(), 1);
}

#[test]
fn a_store_that_is_not_there_is_not_made() {
    let lab = Lab::new();
    let error = collect_garbage(&lab.file(), &all()).unwrap_err();
    assert!(matches!(error, ViewError::Database(DatabaseError::Absent { .. })), "{error}");
    assert!(!lab.file().exists());
}

thread_local! {
    static STORE: RefCell<Option<Store>> = const { RefCell::new(None) };
}

#[stage]
fn collecting() -> Result<String, BoxError> {
    let store = STORE.take().ok_or("no store")?;
    Ok(store.collect_garbage(&Old::default()).unwrap_err().to_string())
}

#[test]
fn a_session_keeps_it_off_in_its_own_process() {
    let store = Store::in_memory().unwrap();
    assert!(store.collect_garbage(&Old::default()).unwrap().is_empty());
    STORE.set(Some(store.clone()));
    let error = execute(collecting(), &empty(), store, options(OnChange::Fork)).unwrap();
    assert!(error.starts_with("run `collecting` has a session in this process"), "{error}");
}
