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

use crate::lab::{Lab, Op, Seen, bodies, broken, executed, note, note_body};
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
    let lab = unpacked(2);
    let run = Seen::read(&lab.file()).unwrap().runs.remove(0);
    assert_eq!((&*run.run, &*run.branch, run.steps.len()), ("outer[golden]", "main-2", 2));
    assert_eq!(assert_sound(&lab).rows, lab.rows().len() as u64);
    assert_eq!(lab.rows()[&("meta", "format".to_owned())], 2_u32.to_le_bytes());
    let ran = lab.session(outer(4));
    assert_eq!(ran.executed, [""; 0]);
    assert_eq!(ran.result.unwrap(), (7, Some(vec![3, 4])));
    // Opened to write, it has the present format.
    assert_eq!(lab.rows()[&("meta", "format".to_owned())], STORE_FORMAT.to_le_bytes());
    let ran = lab.session(outer(5));
    assert_eq!(ran.result.unwrap(), (8, Some(vec![3, 5])));
    // The failure is tried again, as what its stage asks for is another one.
    assert_eq!(ran.executed.len(), 2, "{:?}", ran.executed);
    assert_sound(&lab);
}

// What follows is part of the golden file of format 3, as the tasks above are.
#[step]
fn fails_in_a_sealed_one(tx: &mut Tx) -> Result<(), BoxError> {
    note(tx.path().as_str());
    Err("always".into())
}

#[stage(sealed, version = 3)]
fn kept(numbers: Vec<i64>, stage: &Stage) -> Result<(i64, Vec<i64>), BoxError> {
    note_body(stage);
    let sum = stage.run(total(numbers.clone()))?;
    let doubled = stage.run(below(numbers.clone()))?;
    stage.attempt(fails_in_a_sealed_one())?.unwrap_err();
    Ok((sum + doubled, numbers))
}

#[stage(sealed)]
fn below(numbers: Vec<i64>, stage: &Stage) -> Result<i64, BoxError> {
    note_body(stage);
    let double: Vec<_> = numbers.iter().map(|n| 2 * n).collect();
    Ok(stage.run(total(double))?)
}

#[stage(key = "golden")]
fn sealed(last: i64, stage: &Stage) -> Result<i64, BoxError> {
    let (first, _) = stage.run(kept(vec![1, 2]))?;
    let (second, _) = stage.run(kept(vec![first, last]))?;
    Ok(stage.run(total(vec![first, second]))?)
}

#[test]
fn format_3_is_shown_verified_and_continued() {
    if std::env::var_os("WRITE_GOLDEN").is_some() && !golden(STORE_FORMAT).exists() {
        let lab = Lab::new();
        lab.session(sealed(3)).result.unwrap();
        lab.session(sealed(4)).result.unwrap();
        let mut packed =
            GzEncoder::new(File::create(golden(STORE_FORMAT)).unwrap(), Compression::best());
        io::copy(&mut File::open(lab.file()).unwrap(), &mut packed).unwrap();
        packed.finish().unwrap();
        executed();
        bodies();
    }
    let lab = unpacked(3);
    let run = Seen::read(&lab.file()).unwrap().runs.remove(0);
    assert_eq!((&*run.run, &*run.branch, run.steps.len()), ("sealed[golden]", "main-2", 5));
    assert_eq!(assert_sound(&lab).rows, lab.rows().len() as u64);
    let before = lab.rows();
    let seals = before.iter().filter(|((table, _), _)| *table == "seals");
    let mut seals: Vec<_> = seals.map(|((_, key), seal)| (key, rows::opened(seal))).collect();
    for (_, seal) in &mut seals {
        seal.as_object_mut().unwrap().remove("sealed");
    }
    expect_test::expect![[r#"
        [
          [
            "(0, 0) 1",
            {
              "arguments": {
                "hash": "bd7b410763fb88a917aa7f06976a0384",
                "text": "numbers = [1,2]"
              },
              "failures": [
                1
              ],
              "handled": true,
              "path": "sealed[golden]/kept[bd7b410763fb88a9]",
              "prints": [
                "ea91c0784823ab0c269dd97b3ef838df"
              ],
              "result": "9209920102",
              "session": 1,
              "tasks": {
                "it::golden::below": [
                  "9ae64790efafbb895a4297f260c3501f"
                ],
                "it::golden::fails_in_a_sealed_one": [
                  "48e8893c30b6875d0014b006ea5d1fcf"
                ],
                "it::golden::total": [
                  "34f9ef261a83fdf8600358cd0507cc5a"
                ]
              },
              "until": 2
            }
          ],
          [
            "(0, 1) 1",
            {
              "arguments": {
                "hash": "bd7b410763fb88a917aa7f06976a0384",
                "text": "numbers = [1,2]"
              },
              "path": "sealed[golden]/kept[bd7b410763fb88a9]/below[bd7b410763fb88a9]",
              "prints": [
                "9ae64790efafbb895a4297f260c3501f"
              ],
              "result": "06",
              "session": 1,
              "tasks": {
                "it::golden::total": [
                  "34f9ef261a83fdf8600358cd0507cc5a"
                ]
              },
              "until": 2
            }
          ],
          [
            "(0, 2) 1",
            {
              "arguments": {
                "hash": "03084659c73dcf82ed0fac861044b467",
                "text": "numbers = [9,3]"
              },
              "failures": [
                2
              ],
              "handled": true,
              "path": "sealed[golden]/kept[03084659c73dcf82]",
              "prints": [
                "ea91c0784823ab0c269dd97b3ef838df"
              ],
              "result": "9224920903",
              "session": 1,
              "tasks": {
                "it::golden::below": [
                  "9ae64790efafbb895a4297f260c3501f"
                ],
                "it::golden::fails_in_a_sealed_one": [
                  "48e8893c30b6875d0014b006ea5d1fcf"
                ],
                "it::golden::total": [
                  "34f9ef261a83fdf8600358cd0507cc5a"
                ]
              },
              "until": 4
            }
          ],
          [
            "(0, 3) 1",
            {
              "arguments": {
                "hash": "03084659c73dcf82ed0fac861044b467",
                "text": "numbers = [9,3]"
              },
              "path": "sealed[golden]/kept[03084659c73dcf82]/below[03084659c73dcf82]",
              "prints": [
                "9ae64790efafbb895a4297f260c3501f"
              ],
              "result": "18",
              "session": 1,
              "tasks": {
                "it::golden::total": [
                  "34f9ef261a83fdf8600358cd0507cc5a"
                ]
              },
              "until": 4
            }
          ],
          [
            "(1, 2) 1",
            {
              "arguments": {
                "hash": "92d018408cbe26003136118b9d2f0a87",
                "text": "numbers = [9,4]"
              },
              "failures": [
                3
              ],
              "handled": true,
              "path": "sealed[golden]/kept[92d018408cbe2600]",
              "prints": [
                "ea91c0784823ab0c269dd97b3ef838df"
              ],
              "result": "9227920904",
              "session": 2,
              "tasks": {
                "it::golden::below": [
                  "9ae64790efafbb895a4297f260c3501f"
                ],
                "it::golden::fails_in_a_sealed_one": [
                  "48e8893c30b6875d0014b006ea5d1fcf"
                ],
                "it::golden::total": [
                  "34f9ef261a83fdf8600358cd0507cc5a"
                ]
              },
              "until": 4
            }
          ],
          [
            "(1, 3) 1",
            {
              "arguments": {
                "hash": "92d018408cbe26003136118b9d2f0a87",
                "text": "numbers = [9,4]"
              },
              "path": "sealed[golden]/kept[92d018408cbe2600]/below[92d018408cbe2600]",
              "prints": [
                "9ae64790efafbb895a4297f260c3501f"
              ],
              "result": "1a",
              "session": 2,
              "tasks": {
                "it::golden::total": [
                  "34f9ef261a83fdf8600358cd0507cc5a"
                ]
              },
              "until": 4
            }
          ]
        ]"#]]
    .assert_eq(&format!("{:#}", serde_json::json!(seals)));
    let ran = lab.session(sealed(4));
    assert_eq!((ran.result.unwrap(), ran.executed, bodies()), (48, vec![], vec![]));
    crate::lab::assert_kept(&before, &lab.rows());
    let ran = lab.session(sealed(5));
    assert_eq!(ran.executed.len(), 4, "{:?}", ran.executed);
    let again = bodies();
    let [outer, inner] = &again[..] else { panic!("{again:?}") };
    assert!(inner.starts_with(&format!("{outer}/below[")), "{again:?}");
    assert_sound(&lab);
}
