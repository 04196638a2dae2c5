//! What one thread sees: keys, ranges, batches, snapshots.

use std::ops::{Bound, RangeBounds};

use super::{Check, Checked, Suite, same};
use crate::storage::{Batch, Row, Snapshot, Space, Storage, StorageError};

pub(super) fn all<'a, S: Storage>() -> Vec<Check<Suite<'a, S>>> {
    vec![
        ("a new storage has no rows", a_new_one_is_empty),
        ("a key has the value that was put last", values_are_found),
        ("each kind has rows of its own", kinds_are_apart),
        ("rows come in the order of their keys' bytes", rows_are_in_order),
        ("a range has the rows between its bounds", ranges_keep_to_their_bounds),
        ("a range whose end lies before its start is empty", inverted_ranges_are_empty),
        ("rows can be taken from both ends until they meet", both_ends_meet),
        ("the last change of a key in a batch counts", the_last_change_counts),
        ("a removed key is gone", removed_keys_are_gone),
        ("a snapshot does not see later commits", snapshots_stay),
        ("rows stay readable when their snapshot is dropped", rows_outlive_their_snapshot),
        ("keys and values may be empty", nothing_is_something),
        ("values of megabytes come back", large_values_come_back),
        ("many rows come back", many_rows_come_back),
    ]
}

/// Makes a batch of puts.
pub(super) fn puts<'a>(rows: impl IntoIterator<Item = (Space, &'a [u8], &'a [u8])>) -> Batch {
    let mut batch = Batch::new();
    for (space, key, value) in rows {
        batch.put(space, key.to_vec(), value.to_vec());
    }
    batch
}

pub(super) fn every(snapshot: &dyn Snapshot, space: Space) -> Result<Vec<Row>, StorageError> {
    snapshot.range(space, Bound::Unbounded, Bound::Unbounded)?.collect()
}

fn row(key: &[u8], value: &[u8]) -> Row {
    (key.to_vec(), value.to_vec())
}

fn a_new_one_is_empty<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let snapshot = suite.empty()?.snapshot()?;
    for space in Space::ALL {
        same(space.name(), every(&*snapshot, space)?, vec![])?;
        same(space.name(), snapshot.get(space, b"key")?, None)?;
    }
    Ok(())
}

fn values_are_found<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = suite.empty()?;
    storage.commit(puts([(Space::State, &b"a"[..], &b"1"[..]), (Space::State, b"b", b"2")]))?;
    storage.commit(puts([(Space::State, &b"a"[..], &b"3"[..])]))?;
    let snapshot = storage.snapshot()?;
    same("the key that was put twice", snapshot.get(Space::State, b"a")?, Some(b"3".to_vec()))?;
    same("the key that was put once", snapshot.get(Space::State, b"b")?, Some(b"2".to_vec()))?;
    same("a key before all", snapshot.get(Space::State, b"A")?, None)?;
    same("a key between", snapshot.get(Space::State, b"aa")?, None)?;
    same("a key after all", snapshot.get(Space::State, b"c")?, None)
}

fn kinds_are_apart<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = suite.empty()?;
    for space in Space::ALL {
        storage.commit(puts([(space, &b"key"[..], space.name().as_bytes())]))?;
    }
    let mut batch = Batch::new();
    batch.delete(Space::Steps, b"key".to_vec());
    storage.commit(batch)?;
    let snapshot = storage.snapshot()?;
    for space in Space::ALL {
        let name = space.name().as_bytes();
        let expected = (space != Space::Steps).then(|| name.to_vec());
        same(space.name(), snapshot.get(space, b"key")?, expected.clone())?;
        let rows = expected.map(|value| (b"key".to_vec(), value));
        same(space.name(), every(&*snapshot, space)?, rows.into_iter().collect())?;
    }
    Ok(())
}

fn rows_are_in_order<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = suite.empty()?;
    let sorted: [&[u8]; 9] =
        [&[0], &[0, 0], &[0, 1], &[1], b"a", b"aa", b"b", &[0x80], &[0xff, 0xff]];
    // Put in another order, over some commits.
    for index in [4, 8, 1, 7, 0, 6, 3, 2, 5] {
        storage.commit(puts([(Space::State, sorted[index], &[index as u8][..])]))?;
    }
    let rows = every(&*storage.snapshot()?, Space::State)?;
    let expected = sorted.iter().enumerate().map(|(index, key)| row(key, &[index as u8]));
    same("all rows", rows, expected.collect())
}

/// Keys that are there and keys between them, before and after all.
const PROBES: [&[u8]; 7] = [b"", b"a", b"b", b"bb", b"c", b"d", b"e"];
const KEYS: [&[u8]; 3] = [b"b", b"c", b"d"];

fn with_keys<S: Storage>(suite: &Suite<'_, S>) -> Result<S, StorageError> {
    let storage = suite.empty()?;
    // Rows of the kinds beside it must not come into its ranges.
    let spaces = [Space::Tables, Space::State, Space::Logs];
    let rows = spaces.iter().flat_map(|space| KEYS.map(|key| (*space, key, key)));
    storage.commit(puts(rows))?;
    Ok(storage)
}

fn bounds() -> Vec<Bound<&'static [u8]>> {
    let each = PROBES.iter().flat_map(|key| [Bound::Included(*key), Bound::Excluded(*key)]);
    each.chain([Bound::Unbounded]).collect()
}

fn ranges_keep_to_their_bounds<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = with_keys(suite)?;
    let snapshot = storage.snapshot()?;
    for from in bounds() {
        for to in bounds().into_iter().filter(|to| !is_inverted(from, *to)) {
            for space in [Space::Tables, Space::State] {
                let inside = KEYS
                    .into_iter()
                    .filter(|key| RangeBounds::<[u8]>::contains::<[u8]>(&(from, to), key));
                let expected: Vec<_> = inside.map(|key| row(key, key)).collect();
                let what = format!("{} from {from:?} to {to:?}", space.name());
                let rows: Vec<_> = snapshot.range(space, from, to)?.collect::<Result<_, _>>()?;
                same(&what, rows, expected.clone())?;
                let back = snapshot.range(space, from, to)?.rev();
                let mut back: Vec<_> = back.collect::<Result<_, _>>()?;
                back.reverse();
                same(&format!("{what}, from its end"), back, expected)?;
            }
        }
    }
    Ok(())
}

fn inverted_ranges_are_empty<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = with_keys(suite)?;
    let snapshot = storage.snapshot()?;
    for from in bounds() {
        for to in bounds().into_iter().filter(|to| is_inverted(from, *to)) {
            let what = format!("from {from:?} to {to:?}");
            let rows = snapshot.range(Space::State, from, to)?.collect::<Result<Vec<_>, _>>()?;
            same(&what, rows, vec![])?;
        }
    }
    Ok(())
}

/// Tells whether a range ends before it starts, or at its start without having it.
fn is_inverted(from: Bound<&[u8]>, to: Bound<&[u8]>) -> bool {
    match (from, to) {
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
        (Bound::Included(from), Bound::Included(to)) => from > to,
        (
            Bound::Included(from) | Bound::Excluded(from),
            Bound::Included(to) | Bound::Excluded(to),
        ) => from >= to,
    }
}

fn both_ends_meet<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = suite.empty()?;
    storage.commit(puts((0..5).map(|n| (Space::State, &b"abcde"[n..=n], &b"v"[..]))))?;
    let snapshot = storage.snapshot()?;
    // A one in the n-th place takes the n-th row from the end.
    for pattern in 0..1 << 5 {
        let mut rows = snapshot.range(Space::State, Bound::Unbounded, Bound::Unbounded)?;
        let (mut first, mut last) = (0, 5);
        for place in 0..5 {
            let (taken, at) = match pattern >> place & 1 {
                0 => (rows.next(), first),
                _ => (rows.next_back(), last - 1),
            };
            match pattern >> place & 1 {
                0 => first += 1,
                _ => last -= 1,
            }
            let what = format!("row {place} of the pattern {pattern:05b}");
            same(&what, taken.transpose()?, Some(row(&b"abcde"[at..=at], b"v")))?;
        }
        same("after the last row", rows.next().transpose()?, None)?;
        same("before the first row", rows.next_back().transpose()?, None)?;
    }
    Ok(())
}

fn the_last_change_counts<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = suite.empty()?;
    let key = |text: &str| text.as_bytes().to_vec();
    storage.commit(puts([&b"b"[..], b"c", b"d"].map(|key| (Space::State, key, &b"old"[..]))))?;
    let mut batch = Batch::new();
    batch.put(Space::State, key("a"), key("1"));
    batch.put(Space::State, key("a"), key("2"));
    batch.put(Space::State, key("b"), key("1"));
    batch.delete(Space::State, key("b"));
    batch.delete(Space::State, key("c"));
    batch.put(Space::State, key("c"), key("3"));
    let mut later = Batch::new();
    later.delete(Space::State, key("d"));
    batch.put(Space::State, key("d"), key("1"));
    batch.append(later);
    storage.commit(batch)?;
    storage.commit(Batch::new())?;
    let rows = every(&*storage.snapshot()?, Space::State)?;
    same("the rows", rows, vec![row(b"a", b"2"), row(b"c", b"3")])
}

fn removed_keys_are_gone<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = with_keys(suite)?;
    let mut batch = Batch::new();
    batch.delete(Space::State, b"c".to_vec());
    batch.delete(Space::State, b"never there".to_vec());
    // Of a kind that has no rows at all.
    batch.delete(Space::Sessions, b"c".to_vec());
    storage.commit(batch)?;
    let snapshot = storage.snapshot()?;
    same("the removed key", snapshot.get(Space::State, b"c")?, None)?;
    same("the rows", every(&*snapshot, Space::State)?, vec![row(b"b", b"b"), row(b"d", b"d")])
}

fn snapshots_stay<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = suite.empty()?;
    let value = |number: u8| puts([(Space::State, &b"a"[..], &[number][..])]);
    let before = storage.snapshot()?;
    storage.commit(value(1))?;
    let first = storage.snapshot()?;
    let mut rows = first.range(Space::State, Bound::Unbounded, Bound::Unbounded)?;
    storage.commit(value(2))?;
    let second = storage.snapshot()?;
    let mut batch = Batch::new();
    batch.delete(Space::State, b"a".to_vec());
    batch.put(Space::State, b"b".to_vec(), vec![3]);
    // One that is not durable is seen as well.
    batch.relax();
    storage.commit(batch)?;
    let third = storage.snapshot()?;
    let see = |snapshot: &dyn Snapshot| every(snapshot, Space::State);
    same("before the first commit", see(&*before)?, vec![])?;
    same("the key before the first commit", before.get(Space::State, b"a")?, None)?;
    drop(before);
    same("after the first", see(&*first)?, vec![row(b"a", &[1])])?;
    same("its rows, taken then", rows.next().transpose()?, Some(row(b"a", &[1])))?;
    same("its rows, taken then", rows.next().transpose()?, None)?;
    drop(first);
    drop(third);
    same("after the second", second.get(Space::State, b"a")?, Some(vec![2]))?;
    same("after the second", see(&*second)?, vec![row(b"a", &[2])])?;
    drop(second);
    same("after the third", see(&*storage.snapshot()?)?, vec![row(b"b", &[3])])
}

fn rows_outlive_their_snapshot<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = with_keys(suite)?;
    let snapshot = storage.snapshot()?;
    let mut rows = snapshot.range(Space::State, Bound::Unbounded, Bound::Unbounded)?;
    same("the first", rows.next().transpose()?, Some(row(b"b", b"b")))?;
    drop(snapshot);
    let mut batch = Batch::new();
    for key in KEYS {
        batch.delete(Space::State, key.to_vec());
    }
    storage.commit(batch)?;
    let rest = rows.collect::<Result<Vec<_>, _>>()?;
    same("the others", rest, vec![row(b"c", b"c"), row(b"d", b"d")])
}

fn nothing_is_something<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    let storage = suite.empty()?;
    storage.commit(puts([(Space::State, &b""[..], &b"v"[..]), (Space::State, b"k", b"")]))?;
    let snapshot = storage.snapshot()?;
    same("the empty key", snapshot.get(Space::State, b"")?, Some(b"v".to_vec()))?;
    same("the empty value", snapshot.get(Space::State, b"k")?, Some(vec![]))?;
    same("the rows", every(&*snapshot, Space::State)?, vec![row(b"", b"v"), row(b"k", b"")])?;
    let from_empty = snapshot.range(Space::State, Bound::Excluded(&[]), Bound::Unbounded)?;
    let rows = from_empty.collect::<Result<Vec<_>, _>>()?;
    same("the rows after the empty key", rows, vec![row(b"k", b"")])?;
    let mut batch = Batch::new();
    batch.delete(Space::State, Vec::new());
    storage.commit(batch)?;
    same("the empty key, removed", storage.snapshot()?.get(Space::State, b"")?, None)
}

fn large_values_come_back<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    const BYTES: usize = (5 << 20) + 1;
    let storage = suite.empty()?;
    let value: Vec<u8> = (0..BYTES).map(|n| (n % 251) as u8).collect();
    let key = vec![b'k'; 10_000];
    storage.commit(puts([(Space::Results, &key[..], &value[..])]))?;
    let snapshot = storage.snapshot()?;
    same("the value", snapshot.get(Space::Results, &key)? == Some(value.clone()), true)?;
    same("its row", every(&*snapshot, Space::Results)? == [(key, value)], true)
}

fn many_rows_come_back<S: Storage>(suite: &Suite<'_, S>) -> Checked {
    const ROWS: u32 = 6_000;
    let storage = suite.empty()?;
    let mut batch = Batch::new();
    for number in 0..ROWS {
        // Not in order, and each once, because the factor is odd and no multiple of five.
        let number = number * 7919 % ROWS;
        batch.put(Space::Steps, number.to_be_bytes().to_vec(), number.to_le_bytes().to_vec());
    }
    storage.commit(batch)?;
    let snapshot = storage.snapshot()?;
    let rows = every(&*snapshot, Space::Steps)?;
    same("how many rows there are", rows.len(), ROWS as usize)?;
    for (number, found) in (0..ROWS).zip(rows) {
        same("a row", found, row(&number.to_be_bytes(), &number.to_le_bytes()))?;
    }
    let (from, to) = (3_000_u32.to_be_bytes(), 3_010_u32.to_be_bytes());
    let part = snapshot.range(Space::Steps, Bound::Excluded(&from), Bound::Included(&to))?;
    same("rows of a part", part.count(), 10)?;
    let mut rows = snapshot.range(Space::Steps, Bound::Unbounded, Bound::Unbounded)?;
    let last = rows.next_back().transpose()?.map(|(key, _)| key);
    same("the last", last, Some((ROWS - 1).to_be_bytes().to_vec()))
}
