//! What a store holds, read as `docs/store-format.md` describes it and without the executor.

use std::path::Path;

use redb::{ReadableDatabase, ReadableTable, TableDefinition};

const RESULTS: TableDefinition<(u32, u64), &[u8]> = TableDefinition::new("results");
const STATE: TableDefinition<StateKey, Option<&[u8]>> = TableDefinition::new("state");

/// Table, key, branch, version.
type StateKey = (&'static str, &'static [u8], u32, u64);

/// What the steps computed: all that a store holds and that has no times in it.
#[derive(PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) results: Vec<((u32, u64), Vec<u8>)>,
    pub(crate) state: Vec<StateRow>,
}

type StateRow = ((String, Vec<u8>, u32, u64), Option<Vec<u8>>);

impl Content {
    /// Reads a store that no process has open.
    pub(crate) fn read(path: &Path) -> Content {
        let database = redb::Database::open(path).unwrap();
        let transaction = database.begin_read().unwrap();
        let results = transaction.open_table(RESULTS).unwrap();
        let results = results.iter().unwrap().map(|row| {
            let (key, value) = row.unwrap();
            (key.value(), value.value().to_owned())
        });
        let state = transaction.open_table(STATE).unwrap();
        let state = state.iter().unwrap().map(|row| {
            let (key, value) = row.unwrap();
            let (table, key, branch, version) = key.value();
            (
                (table.to_owned(), key.to_owned(), branch, version),
                value.value().map(<[u8]>::to_owned),
            )
        });
        Content { results: results.collect(), state: state.collect() }
    }

    /// Names the first difference, as the rows themselves are too long to be shown.
    pub(crate) fn assert_same(&self, other: &Content) {
        let keys = |content: &Content| content.results.iter().map(|row| row.0).collect::<Vec<_>>();
        assert_eq!(keys(self), keys(other));
        for (a, b) in self.results.iter().zip(&other.results) {
            assert!(a == b, "the result at {:?} differs", a.0);
        }
        let keys =
            |content: &Content| content.state.iter().map(|row| row.0.clone()).collect::<Vec<_>>();
        assert_eq!(keys(self), keys(other));
        for (a, b) in self.state.iter().zip(&other.state) {
            assert!(a == b, "the value of {:?} differs", a.0);
        }
    }
}
