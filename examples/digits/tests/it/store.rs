//! What a store holds, read as `docs/store-format.md` describes it and without the executor.

use std::path::Path;

use redb::{ReadableDatabase, ReadableTable, TableDefinition};

type Table = TableDefinition<'static, &'static [u8], &'static [u8]>;
const RESULTS: Table = TableDefinition::new("thinking.results");
const STATE: Table = TableDefinition::new("thinking.state");

/// What the steps computed: all that a store holds and that has no times in it.
#[derive(PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) results: Vec<Row>,
    pub(crate) state: Vec<Row>,
}

/// The bytes of a key and a value.
type Row = (Vec<u8>, Vec<u8>);

impl Content {
    /// Reads a store that no process has open.
    pub(crate) fn read(path: &Path) -> Content {
        let database = redb::Database::open(path).unwrap();
        let transaction = database.begin_read().unwrap();
        let rows = |table: Table| {
            let table = transaction.open_table(table).unwrap();
            let table = table.iter().unwrap().map(|row| {
                let (key, value) = row.unwrap();
                (key.value().to_owned(), value.value().to_owned())
            });
            table.collect()
        };
        Content { results: rows(RESULTS), state: rows(STATE) }
    }

    /// Names the first difference, as the rows themselves are too long to be shown.
    pub(crate) fn assert_same(&self, other: &Content) {
        for (ours, theirs) in [(&self.results, &other.results), (&self.state, &other.state)] {
            let keys = |rows: &[Row]| rows.iter().map(|row| row.0.clone()).collect::<Vec<_>>();
            assert_eq!(keys(ours), keys(theirs));
            for (a, b) in ours.iter().zip(theirs) {
                assert!(a.1 == b.1, "the row {:?} differs", String::from_utf8_lossy(&a.0));
            }
        }
    }
}
