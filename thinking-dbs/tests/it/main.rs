//! Databases as programs open them: by name, by two owners, while they are written.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod write_guard;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::{ReadableDatabase, ReadableTable, TableDefinition};
use thinking_dbs::{Database, DatabaseError, Snapshot};
use thinking_injection::{Container, ContainerError};
use thinking_modules::Mode;
use thinking_runtime::Runtime;

const BALLAST: TableDefinition<u64, &[u8]> = TableDefinition::new("ballast");
const NUMBERS: TableDefinition<u64, u64> = TableDefinition::new("numbers");

fn runtime(root: &Path, mode: Mode) -> Arc<Runtime> {
    std::fs::write(root.join("dbs.toml"), "[samples]\npath = \"data/samples.redb\"\n").unwrap();
    let (runtime, mistakes) = Runtime::builder(thinking_modules::main_module!())
        .root(Some(root.to_owned()))
        .environment([])
        .mode(mode)
        .load();
    assert!(mistakes.is_empty(), "{mistakes:?}");
    Arc::new(runtime)
}

fn container(root: &Path, mode: Mode) -> Result<Container, ContainerError> {
    Container::builder().registered().runtime(runtime(root, mode)).build()
}

fn samples(container: &Container) -> Arc<Database> {
    container.inject(Some("samples")).unwrap()
}

fn insert(database: &Database, number: u64) {
    let transaction = database.begin_write().unwrap();
    transaction.open_table(NUMBERS).unwrap().insert(number, number).unwrap();
    transaction.commit().unwrap();
}

#[test]
fn a_declared_database_is_created_below_the_root_and_injected_by_name() {
    let root = tempfile::tempdir().unwrap();
    let container = container(root.path(), Mode::Application).unwrap();
    assert_eq!(samples(&container).path(), root.path().join("data/samples.redb"));
    assert!(root.path().join("data/samples.redb").exists());
}

/// A process was killed between the first byte of a new file and redb's first whole header, and
/// redb refused the file from then on.
#[test]
fn an_interrupted_creation_is_begun_again() {
    let mut header = vec![0; 1 << 20];
    header[9..64].fill(3);
    for interrupted in [vec![], vec![0; 1 << 20], header] {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("samples.redb");
        std::fs::write(&path, interrupted).unwrap();
        insert(&Database::open("samples", &path).unwrap(), 1);
        let again = Database::open("samples", &path).unwrap();
        let transaction = again.redb().begin_read().unwrap();
        assert_eq!(transaction.open_table(NUMBERS).unwrap().iter().unwrap().count(), 1);
    }
}

/// What begins with zeros need not be an interrupted database.
#[test]
fn a_file_with_data_behind_zeros_stays() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("samples.redb");
    let mut data = vec![0; 1 << 20];
    data[5000] = 1;
    std::fs::write(&path, &data).unwrap();
    assert!(matches!(Database::open("samples", &path), Err(DatabaseError::Open { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), data);
}

#[test]
fn in_tests_it_is_temporary() {
    let root = tempfile::tempdir().unwrap();
    let container = container(root.path(), Mode::Tests).unwrap();
    let path = samples(&container).path().to_owned();
    assert!(!path.starts_with(root.path()) && path.exists());
    drop(container);
    assert!(!path.exists());
}

#[test]
fn a_second_owner_is_told_who_the_first_is_and_the_lock_ends_with_its_owner() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.redb");
    let first = Database::open("a", &path).unwrap();
    let error = Database::open("a", &path).unwrap_err();
    let DatabaseError::InUse { owner: Some(owner), .. } = &error else { panic!("{error}") };
    assert_eq!(owner.pid, std::process::id());
    assert!(error.to_string().contains(&format!("in use by process {}", owner.pid)), "{error}");
    drop(first);
    assert!(Database::open("a", &path).is_ok());
}

#[test]
fn a_file_that_is_no_database_is_an_error_and_stays() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.redb");
    std::fs::write(&path, "not a database").unwrap();
    let error = Database::open("a", &path).unwrap_err();
    assert!(matches!(error, DatabaseError::Open { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "not a database");
}

struct StopOnDrop<'a>(&'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn in_a_dry_run_it_is_a_copy_also_of_one_that_another_process_writes() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("data/samples.redb");
    let dry_run = || {
        let builder = Runtime::builder(thinking_modules::main_module!());
        let (runtime, mistakes) =
            builder.root(Some(root.path().to_owned())).environment([]).dry_run(true).load();
        assert!(mistakes.is_empty(), "{mistakes:?}");
        assert!(runtime.is_dry_run());
        Container::builder().registered().runtime(Arc::new(runtime)).build().unwrap()
    };
    let rows = |database: &Database| {
        let transaction = database.redb().begin_read().unwrap();
        transaction.open_table(NUMBERS).map_or(0, |table| table.iter().unwrap().count())
    };
    runtime(root.path(), Mode::Application);
    let nothing = dry_run();
    insert(&samples(&nothing), 1);
    assert_eq!(samples(&nothing).path(), path);
    assert!(!root.path().join("data").exists());

    let owner = container(root.path(), Mode::Application).unwrap();
    insert(&samples(&owner), 1);
    let before = std::fs::read(&path).unwrap();
    let copy = dry_run();
    assert_eq!((rows(&samples(&copy)), samples(&copy).path()), (1, &*path));
    insert(&samples(&copy), 2);
    assert_eq!((rows(&samples(&copy)), rows(&samples(&owner))), (2, 1));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// Copies were taken until one saw no commit. Of a large store that is written often there is no
/// such copy: `status` tried for minutes.
#[test]
fn a_snapshot_reads_whole_commits_while_the_owner_writes() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.redb");
    assert!(matches!(Snapshot::take("a", &path), Err(DatabaseError::Absent { .. })));
    let database = Database::open("a", &path).unwrap();
    // Large enough that commits fall into every copy.
    let transaction = database.begin_write().unwrap();
    transaction.open_table(BALLAST).unwrap().insert(0, &*vec![7; 16 << 20]).unwrap();
    transaction.commit().unwrap();
    insert(&database, 0);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            (1..)
                .take_while(|number| {
                    insert(&database, *number);
                    !stop.load(Ordering::Relaxed)
                })
                .count()
        });
        // Also when an assertion fails: the scope waits for the writer.
        let _guard = StopOnDrop(&stop);
        let mut seen = 0;
        for _ in 0..8 {
            let snapshot = Snapshot::take("a", &path).unwrap();
            let transaction = snapshot.redb().begin_read().unwrap();
            let numbers = transaction.open_table(NUMBERS).unwrap();
            let rows = numbers.iter().unwrap().map(|row| row.unwrap().0.value());
            let rows: Vec<_> = rows.collect();
            assert!(rows.iter().enumerate().all(|(index, number)| *number == index as u64));
            assert!(rows.len() >= seen, "a later snapshot is not older");
            seen = rows.len();
            let ballast = transaction.open_table(BALLAST).unwrap();
            assert!(ballast.get(0).unwrap().unwrap().value().iter().all(|byte| *byte == 7));
        }
        stop.store(true, Ordering::Relaxed);
        assert!(writer.join().unwrap() > 8, "the writer was not stopped by the readers");
    });
}

#[cfg(unix)]
#[test]
fn a_file_that_was_removed_or_replaced_is_not_written() {
    let directory = tempfile::tempdir().unwrap();
    let (path, elsewhere) = (directory.path().join("a.redb"), directory.path().join("b.redb"));
    let database = Database::open("a", &path).unwrap();
    insert(&database, 1);
    let refused = || match database.begin_write() {
        Err(error @ DatabaseError::Write { .. }) => {
            std::error::Error::source(&error).unwrap().to_string()
        }
        other => panic!("{:?}", other.map(drop)),
    };
    std::fs::rename(&path, &elsewhere).unwrap();
    assert!(refused().contains("a.redb` was removed or moved while"), "{}", refused());
    std::fs::write(&path, "").unwrap();
    assert!(refused().contains("a.redb` was replaced while"), "{}", refused());
    std::fs::rename(&elsewhere, &path).unwrap();
    insert(&database, 2);

    // A copy of a file stands where it wants.
    let copy = Database::copy_of("a", &path).unwrap();
    std::fs::remove_file(&path).unwrap();
    insert(&copy, 3);
}
