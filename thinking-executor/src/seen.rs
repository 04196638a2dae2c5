//! Which tasks a stage has run: no two have one identity.

use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::RangeInclusive;
use std::panic::Location;

use rangemap::RangeInclusiveMap;
use rustc_hash::FxHashMap;

use crate::path::Identity;

type Place = &'static Location<'static>;

/// The identities that were seen, and where. A loop over numbers costs no more memory than one of
/// its steps; other identities are kept as hashes: 16 bytes each, of which two collide once in
/// 10^19 / n² stages.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    numbered: FxHashMap<String, Numbers>,
    others: FxHashMap<u64, Place>,
}

/// The numbers of one name.
#[derive(Debug)]
struct Numbers {
    /// Those that were counted up last at one place, which is what loops do.
    row: RangeInclusive<u64>,
    place: Place,
    others: RangeInclusiveMap<u64, Place>,
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
        match self.numbered.get_mut(name) {
            Some(numbers) => numbers.insert(number, place),
            None => {
                let others = RangeInclusiveMap::new();
                let numbers = Numbers { row: number..=number, place, others };
                self.numbered.insert(name.to_owned(), numbers);
                Ok(())
            }
        }
    }
}

impl Numbers {
    fn insert(&mut self, number: u64, place: Place) -> Result<(), Place> {
        if self.row.contains(&number) {
            return Err(self.place);
        }
        if let Some(first) = self.others.get(&number) {
            return Err(first);
        }
        let (first, last) = (*self.row.start(), *self.row.end());
        if last.checked_add(1) == Some(number) && self.place == place {
            self.row = first..=number;
        } else {
            let row = std::mem::replace(&mut self.row, number..=number);
            self.others.insert(row, std::mem::replace(&mut self.place, place));
        }
        Ok(())
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
        let here = Location::caller();
        let all: [&mut dyn Iterator<Item = u64>; 2] = [&mut (0..1000), &mut (0..1000).rev()];
        for numbers in all {
            let mut seen = Seen::default();
            for number in numbers {
                seen.insert(&Identity::new("n", Some(&number.to_string())), here).unwrap();
            }
            let numbers = &seen.numbered["n"];
            assert_eq!(
                numbers.row.clone().count()
                    + numbers.others.iter().flat_map(|(range, _)| range.clone()).count(),
                1000
            );
            assert!(numbers.others.len() <= 1 && seen.others.is_empty());
        }
    }

    #[test]
    fn numbers_are_new_once_in_any_order() {
        let here = Location::caller();
        let mut seen = Seen::default();
        let order = (0..500_u64).map(|n| n * 7919 % 500).chain(0..500);
        for (place, number) in order.enumerate() {
            let found = seen.insert(&Identity::new("n", Some(&number.to_string())), here);
            assert_eq!(found.is_ok(), place < 500, "{number}");
        }
    }
}
