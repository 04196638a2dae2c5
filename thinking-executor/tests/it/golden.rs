//! Stores that earlier versions wrote, kept as files: each opens, is shown, verified and continued.
//!
//! `WRITE_GOLDEN=1 cargo test -p thinking-executor golden` writes the file of the present format,
//! if there is none: a file that is there was promised and is never written again.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use redb::{ReadableDatabase, StorageBackend};
use thinking::simulator::{Disk, Random};
use thinking::{ExecutorError, STORE_FORMAT, Stage, Store, Table, Tx, Verification, stage, step};
use thinking_dbs::Database;
use thinking_injection::BoxError;

use crate::lab::{Lab, Op, Seen, broken, note};
use crate::rows;

fn golden(format: u32) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    directory.join(format!("format-{format}.redb.gz"))
}

/// Puts a golden store into a laboratory.
fn unpacked(format: u32) -> Lab {
    let lab = Lab::new();
    let mut packed = GzDecoder::new(File::open(golden(format)).unwrap());
    io::copy(&mut packed, &mut File::create(lab.file()).unwrap()).unwrap();
    lab
}

fn assert_sound(lab: &Lab) -> Verification {
    let verification = Verification::of(&lab.file()).unwrap();
    assert!(verification.is_sound(), "{}", verification.text());
    verification
}

/// Written by sessions with `add[2]`, and then with `add[5]` in its place.
fn old_ops(number: i64) -> [Op; 4] {
    let group = Op::Group("g".to_owned(), vec![Op::Scale(3), Op::Add(number)]);
    [Op::Add(1), Op::Try(Box::new(Op::Fragile(7))), group, Op::Add(4)]
}

#[test]
fn format_1_is_shown_without_a_change() {
    let lab = unpacked(1);
    let before = std::fs::read(lab.file()).unwrap();
    let run = lab.view().runs.remove(0);
    assert_eq!((&*run.run, &*run.branch, run.branches), ("experiment[lab]", "main-2", 2));
    let paths: Vec<_> = run.steps.iter().map(|step| &*step.path).collect();
    assert_eq!(
        paths,
        [
            "experiment[lab]/add[1]",
            "experiment[lab]/group[g]/scale[3]",
            "experiment[lab]/group[g]/add[5]",
            "experiment[lab]/add[4]",
        ]
    );
    assert_sound(&lab);
    assert!(std::fs::read(lab.file()).unwrap() == before, "readers migrate their copy");
}

#[test]
fn format_1_is_migrated_and_continued() {
    let lab = unpacked(1);
    let shown = lab.view();
    drop(Store::open(Arc::new(Database::open("lab", &lab.file()).unwrap())).unwrap());
    let database = redb::Database::open(lab.file()).unwrap();
    let tables = database.begin_read().unwrap().list_tables().unwrap().count();
    let rows = rows::of(&database);
    drop(database);
    let kinds: HashSet<_> = rows.keys().map(|(kind, _)| *kind).collect();
    assert_eq!(tables, kinds.len(), "the old tables are gone");
    assert_eq!(serde_json::to_value(&shown).unwrap(), serde_json::to_value(lab.view()).unwrap());
    assert_sound(&lab);
    broken(true);
    let ran = lab.run(&old_ops(5));
    assert_eq!(ran.result.unwrap(), [1, -1, 3, 8, 12]);
    // Hashes of code are taken of other tokens today: without the function's name.
    assert_eq!(
        ran.executed,
        ["add[1]", "fragile[7]", "group[g]/scale[3]", "group[g]/add[5]", "add[4]"]
    );
    let again = lab.run(&old_ops(5));
    broken(false);
    assert_eq!(again.executed, [""; 0]);
    crate::lab::assert_kept(&rows, &lab.rows());
    assert_sound(&lab);
}

/// All of it or nothing, whatever fails and whenever.
#[test]
fn a_fault_at_every_operation_of_a_migration() {
    let bytes = std::fs::read(unpacked(1).file()).unwrap();
    let loaded = || {
        let disk = Disk::default();
        disk.set_len(bytes.len() as u64).unwrap();
        disk.write(0, &bytes).unwrap();
        disk.sync_data().unwrap();
        disk
    };
    let migrated = |disk: &Disk| {
        let database = Database::with_backend("disk", Path::new("disk.redb"), disk.clone());
        let database = Arc::new(database.ok()?);
        Store::open(database.clone()).ok()?;
        Some(rows::of(database.redb()))
    };
    let undisturbed = loaded();
    let before = undisturbed.operations();
    let expected = migrated(&undisturbed).unwrap();
    let operations = undisturbed.operations() - before;
    assert!(operations > 10, "{operations}");
    for n in 0..operations {
        let disk = loaded();
        disk.fail_from(before + n);
        migrated(&disk);
        let disk = disk.crash(&mut Random::new(n));
        assert_eq!(migrated(&disk).unwrap(), expected, "after a fault at operation {n}");
    }
}

#[test]
fn a_damaged_store_of_format_1_is_not_migrated() {
    let lab = unpacked(1);
    const STEPS: redb::TableDefinition<'static, (u32, u64), &[u8]> =
        redb::TableDefinition::new("steps");
    let database = redb::Database::open(lab.file()).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(STEPS).unwrap().insert((0, 1), &[0; 9][..]).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let database = Arc::new(Database::open("lab", &lab.file()).unwrap());
    let error = Store::open(database.clone()).err().unwrap();
    assert_eq!(error.to_string(), "the record of a step of format 1 cannot be read");
    let tables = database.redb().begin_read().unwrap().list_tables().unwrap().count();
    assert_eq!(tables, 8, "nothing was changed");
}

// What follows is part of the golden file of format 2: the hash of its tokens is recorded there.
const TOTALS: Table<(u32, String), Vec<i64>> = Table::new("totals");

#[step(version = 2)]
fn total(numbers: Vec<i64>, tx: &mut Tx) -> Result<i64, BoxError> {
    note(tx.path().as_str());
    let total = numbers.iter().sum();
    tx.table_mut(TOTALS)?.insert(&(7, "last".to_owned()), &numbers)?;
    Ok(total)
}

#[step]
fn fails(tx: &mut Tx) -> Result<(), BoxError> {
    note(tx.path().as_str());
    Err("always".into())
}

#[stage]
fn inner(numbers: Vec<i64>, stage: &Stage) -> Result<i64, BoxError> {
    let failed = stage.run(fails());
    assert!(matches!(failed, Err(ExecutorError::Step { .. })));
    Ok(stage.run(total(numbers))?)
}

#[stage(key = "golden")]
fn outer(last: i64, stage: &Stage) -> Result<(i64, Option<Vec<i64>>), BoxError> {
    let first = stage.run(total(vec![1, 2]))?;
    let second = stage.run(inner(vec![first, last]))?;
    let seen = stage.table(TOTALS)?.get(&(7, "last".to_owned()))?;
    Ok((second, seen))
}

#[test]
fn format_2_is_shown_verified_and_continued() {
    if std::env::var_os("WRITE_GOLDEN").is_some() && !golden(STORE_FORMAT).exists() {
        let lab = Lab::new();
        lab.session(outer(3)).result.unwrap();
        lab.session(outer(4)).result.unwrap();
        let mut packed =
            GzEncoder::new(File::create(golden(STORE_FORMAT)).unwrap(), Compression::best());
        io::copy(&mut File::open(lab.file()).unwrap(), &mut packed).unwrap();
        packed.finish().unwrap();
    }
    let lab = unpacked(2);
    let run = Seen::read(&lab.file()).unwrap().runs.remove(0);
    assert_eq!((&*run.run, &*run.branch, run.steps.len()), ("outer[golden]", "main-2", 2));
    assert_eq!(assert_sound(&lab).rows, lab.rows().len() as u64);
    let ran = lab.session(outer(4));
    assert_eq!(ran.executed, [""; 0]);
    assert_eq!(ran.result.unwrap(), (7, Some(vec![3, 4])));
    let ran = lab.session(outer(5));
    assert_eq!(ran.result.unwrap(), (8, Some(vec![3, 5])));
    // The failure is tried again, as what its stage asks for is another one.
    assert_eq!(ran.executed.len(), 2, "{:?}", ran.executed);
    assert_sound(&lab);
}
