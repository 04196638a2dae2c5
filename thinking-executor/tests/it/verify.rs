//! Every kind of damage is found by `verify`, with its place, and a sound store has none.

use std::path::PathBuf;

use expect_test::expect;
use redb::TableDefinition;
use thinking::{Artifact, Stage, Text, Tx, Verification, stage, step};
use thinking_injection::BoxError;

use crate::lab::{Lab, Op, broken, empty};
use crate::rows;

#[step]
fn left(text: String, tx: &mut Tx) -> Result<Artifact, BoxError> {
    Ok(tx.write("left.txt", Text, &text)?)
}

#[stage(key = "files")]
fn files(texts: Vec<String>, stage: &Stage) -> Result<(), BoxError> {
    for text in texts {
        stage.run(left(text))?;
    }
    Ok(())
}

/// A store with all kinds of rows but logs: two branches, a failure, artifacts.
pub(crate) fn full() -> Lab {
    let lab = Lab::new();
    broken(true);
    let tried = || Op::Try(Box::new(Op::Fragile(7)));
    lab.run(&[Op::Add(1), tried(), Op::Add(2), Op::Add(3)]).result.unwrap();
    lab.run(&[Op::Add(1), tried(), Op::Add(4)]).result.unwrap();
    broken(false);
    let texts = ["one", "two"].map(str::to_owned).to_vec();
    lab.session_in(files(texts), &empty()).result.unwrap();
    lab
}

fn verified(lab: &Lab) -> Verification {
    Verification::of(&lab.file()).unwrap()
}

/// What is found, without what it means.
fn found(lab: &Lab) -> Vec<String> {
    let findings = verified(lab).findings.into_iter();
    findings.map(|finding| format!("{}: {}", finding.what, finding.found)).collect()
}

type Table = TableDefinition<'static, &'static [u8], &'static [u8]>;

/// Writes a row, or removes it.
fn put(lab: &Lab, table: Table, key: &[u8], value: Option<&[u8]>) {
    let database = redb::Database::create(lab.file()).unwrap();
    let transaction = database.begin_write().unwrap();
    {
        let mut table = transaction.open_table(table).unwrap();
        match value {
            Some(value) => drop(table.insert(key, value).unwrap()),
            None => drop(table.remove(key).unwrap()),
        }
    }
    transaction.commit().unwrap();
}

fn artifact_files(lab: &Lab) -> Vec<PathBuf> {
    let shards = std::fs::read_dir(lab.directory.path().join("lab.redb.artifacts")).unwrap();
    let files = shards.flat_map(|shard| std::fs::read_dir(shard.unwrap().path()).unwrap());
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn a_sound_store_has_no_findings() {
    let lab = full();
    let verification = verified(&lab);
    assert!(verification.is_sound(), "{}", verification.text());
    assert_eq!((verification.artifacts, verification.artifact_bytes), (2, 6));
    assert_eq!(verification.rows, lab.rows().len() as u64);
}

#[test]
fn it_works_while_the_store_is_being_written() {
    let lab = full();
    let database = thinking_dbs::Database::open("lab", &lab.file()).unwrap();
    let store = thinking::Store::open(std::sync::Arc::new(database)).unwrap();
    let verification = verified(&lab);
    assert!(verification.is_sound(), "{}", verification.text());
    assert_eq!(verification.owner.unwrap().pid, std::process::id());
    drop(store);
}

/// A flipped bit in any row's value, each in turn, is found, and nothing that refers to the row
/// hides it.
#[test]
fn a_flipped_bit_in_any_row_is_found() {
    let lab = full();
    let tables = [
        rows::BRANCHES,
        rows::STEPS,
        rows::RESULTS,
        rows::PRINTS,
        rows::FAILURES,
        rows::SESSIONS,
        rows::TABLES,
        rows::STATE,
    ];
    for table in tables {
        for (key, value) in rows::raw(&lab.file(), table) {
            let mut damaged = value.clone();
            *damaged.last_mut().unwrap() ^= 1;
            put(&lab, table, &key, Some(&damaged));
            let found = found(&lab);
            assert!(
                found.iter().any(|found| found.contains("the checksum does not fit")),
                "{table} {key:?}: {found:?}"
            );
            put(&lab, table, &key, Some(&value));
        }
    }
    assert_eq!(found(&lab), [""; 0]);
}

/// A row that is gone is missed by one that refers to it.
#[test]
fn a_row_that_is_gone_is_found() {
    let lab = full();
    let tables = [
        rows::BRANCHES,
        rows::HEADS,
        rows::STEPS,
        rows::RESULTS,
        rows::PRINTS,
        rows::FAILURES,
        rows::SESSIONS,
    ];
    for table in tables {
        for (key, value) in rows::raw(&lab.file(), table) {
            put(&lab, table, &key, None);
            let found = found(&lab);
            assert!(!found.is_empty(), "{table} {key:?}");
            put(&lab, table, &key, Some(&value));
        }
    }
}

#[test]
fn findings_say_what_where_and_what_to_do() {
    let lab = full();
    let result = rows::place_of(0, 1);
    let mut bytes = rows::raw(&lab.file(), rows::RESULTS)[1].1.clone();
    *bytes.last_mut().unwrap() ^= 1;
    put(&lab, rows::RESULTS, &result, Some(&bytes));
    put(&lab, rows::STEPS, &rows::place_of(1, 1), None);
    put(&lab, rows::HEADS, b"nobody[x]", Some(&9_u32.to_be_bytes()));
    let [one, two] = artifact_files(&lab).try_into().unwrap();
    std::fs::write(&one, "onf").unwrap();
    std::fs::remove_file(&two).unwrap();
    let unnamed = "ab".to_owned() + &"0".repeat(62);
    std::fs::create_dir(lab.directory.path().join("lab.redb.artifacts/ab")).unwrap();
    std::fs::write(lab.directory.path().join("lab.redb.artifacts/ab").join(unnamed), "").unwrap();
    let place = lab.directory.path().display().to_string();
    let text = verified(&lab).text().replace(&place, "DIRECTORY");
    expect![[r#"
        the current branch of run `nobody[x]`: there is no branch 9
          runs that need it cannot be shown or resumed
          help: restore the store from a copy

        the result at position 1 of branch `main` of `experiment[lab]`: the bytes are damaged: the checksum does not fit
          the step cannot be skipped: a session stops when it comes there
          help: restore the store from a copy, or raise the step's `version` so that it runs again

        the result at position 1 of branch `main-2` of `experiment[lab]`: its step is missing
          the step cannot be compared with the program: a session stops when it comes there
          help: restore the store from a copy

        the value of key 0000000000000001 of table `history` at position 1 of branch `main-2` of `experiment[lab]`: the step that wrote it is missing
          the step cannot be compared with the program: a session stops when it comes there
          help: restore the store from a copy

        the value of key 746f74616c00 of table `numbers` at position 1 of branch `main-2` of `experiment[lab]`: the step that wrote it is missing
          the step cannot be compared with the program: a session stops when it comes there
          help: restore the store from a copy

        artifact `left.txt` of step `files[files]/left[one]`: artifact `left.txt` is damaged: `DIRECTORY/lab.redb.artifacts/d3/d33fb48ab5adff269ae172b29a6913ff04f6f266207a7a8e976f2ecd571d4492` does not have the recorded content
          a task that reads it gets an error that names it
          help: restore the file from a copy, or run the step again that wrote it

        artifact `left.txt` of step `files[files]/left[two]`: artifact `left.txt` is missing: there is no `DIRECTORY/lab.redb.artifacts/dc/dc770fff53f50835f8cc957e01c0d5731d3c2ed544c375493a28c09be5e09763`
          a task that reads it gets an error that names it
          help: restore the file from a copy, or run the step again that wrote it

        7 findings: 35 rows and 2 artifacts (6 bytes) checked in `DIRECTORY/lab.redb`
        files that no record names: 1; `gc` lists them
    "#]].assert_eq(&text);
}

#[test]
fn a_database_with_damaged_pages_is_one_finding() {
    let lab = full();
    let mut bytes = std::fs::read(lab.file()).unwrap();
    // The pages of the data; the header stays.
    for byte in bytes.iter_mut().skip(8192).step_by(512) {
        *byte ^= 0xff;
    }
    std::fs::write(lab.file(), bytes).unwrap();
    match Verification::of(&lab.file()) {
        Ok(verification) => {
            let [finding] = &verification.findings[..] else { panic!("{verification:?}") };
            assert_eq!(finding.what, "the database");
        }
        Err(error) => assert!(error.to_string().contains("cannot be opened"), "{error}"),
    }
}
