//! Which tasks a stage has run: no two have one identity.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use rangemap::RangeInclusiveSet;

use crate::path::Identity;

/// The identities that were seen. A loop over numbers costs no more memory than one of its steps;
/// other identities are kept as hashes of 8 bytes, of which two collide once in 10^19 / n² stages.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    numbered: HashMap<String, RangeInclusiveSet<u64>>,
    others: HashSet<u64>,
}

impl Seen {
    /// Adds an identity; returns whether it is new.
    pub(crate) fn insert(&mut self, identity: &Identity) -> bool {
        let Some((name, number)) = numbered(identity.as_str()) else {
            let mut hasher = DefaultHasher::new();
            identity.hash(&mut hasher);
            return self.others.insert(hasher.finish());
        };
        if !self.numbered.contains_key(name) {
            self.numbered.insert(name.to_owned(), RangeInclusiveSet::new());
        }
        let Some(numbers) = self.numbered.get_mut(name) else {
            return true;
        };
        if numbers.contains(&number) {
            return false;
        }
        numbers.insert(number..=number);
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
        let mut seen = Seen::default();
        for number in (0..1000).rev() {
            assert!(seen.insert(&Identity::new("n", Some(&number.to_string()))));
        }
        let ranges: Vec<_> = seen.numbered["n"].iter().cloned().collect();
        assert_eq!(ranges, [0..=999]);
        assert!(seen.others.is_empty());
    }
}
