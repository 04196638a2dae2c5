//! Which tasks a stage has run: no two have one identity.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::Location;

use rangemap::RangeInclusiveMap;

use crate::path::Identity;

type Place = &'static Location<'static>;

/// The identities that were seen, and where. A loop over numbers costs no more memory than one of
/// its steps; other identities are kept as hashes: 16 bytes each, of which two collide once in
/// 10^19 / n² stages.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    numbered: HashMap<String, RangeInclusiveMap<u64, Place>>,
    others: HashMap<u64, Place>,
}

impl Seen {
    /// Adds an identity; returns where it was seen before if it is not new.
    pub(crate) fn insert(&mut self, identity: &Identity, place: Place) -> Result<(), Place> {
        let Some((name, number)) = numbered(identity.as_str()) else {
            let mut hasher = DefaultHasher::new();
            identity.hash(&mut hasher);
            return match self.others.entry(hasher.finish()) {
                Entry::Occupied(first) => Err(first.get()),
                Entry::Vacant(entry) => {
                    entry.insert(place);
                    Ok(())
                }
            };
        };
        if !self.numbered.contains_key(name) {
            self.numbered.insert(name.to_owned(), RangeInclusiveMap::new());
        }
        let Some(numbers) = self.numbered.get_mut(name) else {
            return Ok(());
        };
        match numbers.get(&number) {
            Some(first) => Err(first),
            None => {
                numbers.insert(number..=number, place);
                Ok(())
            }
        }
    }
}

/// Splits `name[38]`; nothing for keys that are no number, or not written as numbers are.
fn numbered(identity: &str) -> Option<(&str, u64)> {
    let (name, key) = identity.strip_suffix(']')?.split_once('[')?;
    let number = key.parse().ok()?;
    let canonical = key == "0" || !key.starts_with(['0', '+']);
    canonical.then_some((name, number))
}

#[cfg(test)]
mod tests {
    //! Each identity is new once, whatever it looks like, and numbers in a row are one range.

    use super::*;

    #[test]
    fn an_identity_is_new_once() {
        let mut seen = Seen::default();
        let identities = [
            ("a", None),
            ("a", Some("1")),
            ("a", Some("01")),
            ("a", Some("+1")),
            ("a", Some("-1")),
            ("a", Some("0")),
            ("a", Some("00")),
            ("b", Some("1")),
            ("a", Some("18446744073709551615")),
            ("a", Some("18446744073709551616")),
            ("a", Some("x")),
        ];
        let first = Location::caller();
        for expected in [Ok(()), Err(first)] {
            for (name, key) in identities {
                let identity = Identity::new(name, key);
                let place = if expected.is_ok() { first } else { Location::caller() };
                assert_eq!(seen.insert(&identity, place), expected, "{name}{key:?}");
            }
        }
    }

    #[test]
    fn numbers_in_a_row_are_one_range() {
        let mut seen = Seen::default();
        for number in (0..1000).rev() {
            let identity = Identity::new("n", Some(&number.to_string()));
            seen.insert(&identity, Location::caller()).unwrap();
        }
        let ranges: Vec<_> = seen.numbered["n"].iter().map(|(range, _)| range.clone()).collect();
        assert_eq!(ranges, [0..=999]);
        assert!(seen.others.is_empty());
    }
}
