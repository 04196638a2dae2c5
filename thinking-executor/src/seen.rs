//! Which tasks a stage has run: no two have one identity.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::RangeInclusive;

use rangemap::RangeInclusiveSet;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::path::Identity;

/// The identities that were seen. A loop over numbers costs no more memory than one of its steps;
/// other identities are kept as hashes of 8 bytes, of which two collide once in 10^19 / n² stages.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    numbered: FxHashMap<String, Numbers>,
    others: FxHashSet<u64>,
}

/// The numbers of one name.
#[derive(Debug)]
struct Numbers {
    /// Those that were counted up last, which is what loops do.
    row: RangeInclusive<u64>,
    others: RangeInclusiveSet<u64>,
}

impl Seen {
    /// Adds an identity; returns whether it is new.
    pub(crate) fn insert(&mut self, identity: &Identity) -> bool {
        let Some((name, number)) = numbered(identity.as_str()) else {
            let mut hasher = DefaultHasher::new();
            identity.hash(&mut hasher);
            return self.others.insert(hasher.finish());
        };
        match self.numbered.get_mut(name) {
            Some(numbers) => numbers.insert(number),
            None => {
                let numbers = Numbers { row: number..=number, others: RangeInclusiveSet::new() };
                self.numbered.insert(name.to_owned(), numbers);
                true
            }
        }
    }
}

impl Numbers {
    fn insert(&mut self, number: u64) -> bool {
        if self.row.contains(&number) || self.others.contains(&number) {
            return false;
        }
        let (first, last) = (*self.row.start(), *self.row.end());
        if last.checked_add(1) == Some(number) {
            self.row = first..=number;
        } else {
            let row = std::mem::replace(&mut self.row, number..=number);
            self.others.insert(row);
        }
        true
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
        for expected in [true, false] {
            for (name, key) in identities {
                assert_eq!(seen.insert(&Identity::new(name, key)), expected, "{name}{key:?}");
            }
        }
    }

    #[test]
    fn numbers_in_a_row_are_one_range() {
        let all: [&mut dyn Iterator<Item = u64>; 2] = [&mut (0..1000), &mut (0..1000).rev()];
        for numbers in all {
            let mut seen = Seen::default();
            for number in numbers {
                assert!(seen.insert(&Identity::new("n", Some(&number.to_string()))));
            }
            let numbers = &seen.numbered["n"];
            assert_eq!(
                numbers.row.clone().count()
                    + numbers.others.iter().flat_map(|range| range.clone()).count(),
                1000
            );
            assert!(numbers.others.len() <= 1 && seen.others.is_empty());
        }
    }

    #[test]
    fn numbers_are_new_once_in_any_order() {
        let mut seen = Seen::default();
        let order = (0..500_u64).map(|n| n * 7919 % 500).chain(0..500);
        for (place, number) in order.enumerate() {
            let is_new = seen.insert(&Identity::new("n", Some(&number.to_string())));
            assert_eq!(is_new, place < 500, "{number}");
        }
    }
}
