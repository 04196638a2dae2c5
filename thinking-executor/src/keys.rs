//! The keys of rows as bytes, which order as what they stand for does.

/// Ends a text or key inside a longer one. What is inside has no zero byte but before `ESCAPED`.
const END: [u8; 2] = [0, 0];
const ESCAPED: [u8; 2] = [0, 0xff];

pub(crate) fn branch(branch: u32) -> Vec<u8> {
    branch.to_be_bytes().to_vec()
}

pub(crate) fn serial(serial: u64) -> Vec<u8> {
    serial.to_be_bytes().to_vec()
}

/// A position on a branch.
pub(crate) fn place(branch: u32, position: u64) -> Vec<u8> {
    [&branch.to_be_bytes()[..], &position.to_be_bytes()[..]].concat()
}

/// The log of a step that has finished.
pub(crate) fn step_log(branch: u32, position: u64) -> Vec<u8> {
    [&[0], &*place(branch, position)].concat()
}

/// The log of an attempt that failed.
pub(crate) fn failure_log(serial: u64) -> Vec<u8> {
    [&[1], &*self::serial(serial)].concat()
}

/// One of the acceptances of the step at a position.
pub(crate) fn acceptance(branch: u32, position: u64, serial: u64) -> Vec<u8> {
    [place(branch, position), serial.to_be_bytes().to_vec()].concat()
}

/// One of the seals of stages whose first step is at a position, and whose last is on a branch.
pub(crate) fn seal(branch: u32, from: u64, serial: u64) -> Vec<u8> {
    [place(branch, from), serial.to_be_bytes().to_vec()].concat()
}

/// The branch and the position of an acceptance or a seal.
pub(crate) fn place_before_serial(key: &[u8]) -> Option<(u32, u64)> {
    key.split_last_chunk::<8>().and_then(|(place, _)| place_of(place))
}

/// What all rows of a table of state begin with.
pub(crate) fn table(name: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(name.len() + 48);
    delimited(&mut bytes, name.as_bytes());
    bytes
}

/// What all versions of a key of state begin with, below what its table begins with.
pub(crate) fn state_key(table: &[u8], key: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(table.len() + key.len() + 16);
    bytes.extend_from_slice(table);
    delimited(&mut bytes, key);
    bytes
}

/// One version of a key of state.
pub(crate) fn state_row(state_key: &[u8], branch: u32, version: u64) -> Vec<u8> {
    [state_key, &branch.to_be_bytes()[..], &version.to_be_bytes()[..]].concat()
}

/// Reads a number at the end of a key; nothing if it is too short.
pub(crate) fn last_u64(key: &[u8]) -> Option<u64> {
    key.last_chunk().copied().map(u64::from_be_bytes)
}

pub(crate) fn u32_of(key: &[u8]) -> Option<u32> {
    key.try_into().ok().map(u32::from_be_bytes)
}

/// Reads a position on a branch.
pub(crate) fn place_of(key: &[u8]) -> Option<(u32, u64)> {
    let (branch, position) = key.split_first_chunk()?;
    Some((u32::from_be_bytes(*branch), u64::from_be_bytes(position.try_into().ok()?)))
}

/// The parts of the key of a row of state.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StateKey {
    pub(crate) table: Vec<u8>,
    pub(crate) key: Vec<u8>,
    pub(crate) branch: u32,
    pub(crate) version: u64,
}

/// Reads a row of state's key; nothing if it is none.
pub(crate) fn state_of(row: &[u8]) -> Option<StateKey> {
    let (table, rest) = read_delimited(row)?;
    let (key, rest) = read_delimited(rest)?;
    let (branch, version) = place_of(rest)?;
    Some(StateKey { table, key, branch, version })
}

/// Reads the key out of a row of state; nothing if it is of another table.
pub(crate) fn key_of_row(table: &[u8], row: &[u8]) -> Option<Vec<u8>> {
    read_delimited(row.strip_prefix(table)?).map(|(key, _)| key)
}

/// Reads a text or key, and returns what comes after it too.
fn read_delimited(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = bytes;
    let mut key = Vec::with_capacity(rest.len());
    loop {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        if byte != 0 {
            key.push(byte);
            continue;
        }
        let (&mark, after) = rest.split_first()?;
        rest = after;
        match mark {
            0 => return Some((key, rest)),
            _ => key.push(0),
        }
    }
}

/// Returns the first bytes after all that begin with these.
pub(crate) fn after(prefix: &[u8]) -> Vec<u8> {
    // Prefixes end with `END`, so their last byte can be raised.
    let mut after = prefix.to_vec();
    if let Some(last) = after.last_mut() {
        *last = last.saturating_add(1);
    }
    after
}

fn delimited(bytes: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        match byte {
            0 => bytes.extend_from_slice(&ESCAPED),
            byte => bytes.push(byte),
        }
    }
    bytes.extend_from_slice(&END);
}

#[cfg(test)]
mod tests {
    //! Any bytes come back and keep their order, whatever stands behind them.

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        vec(prop_oneof![Just(0), Just(1), Just(0xff), any::<u8>()], 0..6)
    }

    proptest! {
        #[test]
        fn rows_order_by_key_branch_and_version(
            a in (bytes(), any::<u32>(), any::<u64>()),
            b in (bytes(), any::<u32>(), any::<u64>()),
        ) {
            let table = table("t");
            let row = |(key, branch, version): &(Vec<u8>, u32, u64)| {
                state_row(&state_key(&table, key), *branch, *version)
            };
            prop_assert_eq!(row(&a).cmp(&row(&b)), a.cmp(&b));
        }

        #[test]
        fn keys_come_back(key in bytes(), version: u64) {
            let table = table("t");
            let row = state_row(&state_key(&table, &key), 3, version);
            prop_assert_eq!(key_of_row(&table, &row), Some(key.clone()));
            prop_assert_eq!(last_u64(&row), Some(version));
            let whole = StateKey { table: b"t".to_vec(), key, branch: 3, version };
            prop_assert_eq!(state_of(&row), Some(whole));
            prop_assert!(row < after(&table));
        }
    }

    #[test]
    fn tables_whose_names_begin_alike_stay_apart() {
        let (short, long) = (table("a"), table("ab"));
        let row = state_row(&state_key(&long, b"k"), 0, 0);
        assert_eq!(key_of_row(&short, &row), None);
        assert!(after(&short) <= long);
    }
}
