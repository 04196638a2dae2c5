//! A number of bytes as people write it.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::facet::scope;

/// The accepted units, largest first. `k` is small, as in all of the SI.
const UNITS: [(&str, u64); 13] = [
    ("EiB", 1 << 60),
    ("EB", 1_000_000_000_000_000_000),
    ("PiB", 1 << 50),
    ("PB", 1_000_000_000_000_000),
    ("TiB", 1 << 40),
    ("TB", 1_000_000_000_000),
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
    ("B", 1),
];

/// What a [`ByteSize`] is written like.
pub(crate) const ACCEPTED: &str = "a size such as \"2 GiB\", \"512 kB\" or a number of bytes";

/// A number of bytes, which a facet writes as `"2 GiB"`, `"512 kB"`, `"1.5MB"` or `4096`.
///
/// Units are those of powers of 1000 (`kB`, `MB`, `GB`, `TB`, `PB`, `EB`), of powers of 1024
/// (`KiB` to `EiB`), and `B`; their case does not count. It prints as the shortest text that is
/// exact.
///
/// ```
/// # use thinking_runtime::ByteSize;
/// let size: ByteSize = "1.5 KiB".parse()?;
/// assert_eq!(size.bytes(), 1536);
/// assert_eq!(ByteSize::new(2_000_000).to_string(), "2 MB");
/// # Ok::<_, thinking_runtime::ByteSizeError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(u64);

/// A text is no size.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ByteSizeError {
    /// It does not begin with a number.
    #[error("`{text}` does not begin with a number of bytes, as in `2 GiB`")]
    NoNumber {
        /// The text.
        text: String,
    },
    /// It ends in something else than a unit.
    #[error(
        "`{unit}` is no unit of sizes; there are B, kB, MB, GB, TB, PB, EB, KiB, MiB, GiB, TiB, PiB and EiB"
    )]
    UnknownUnit {
        /// What stands in place of the unit.
        unit: String,
    },
    /// It is below zero.
    #[error("`{text}` is negative")]
    Negative {
        /// The text.
        text: String,
    },
    /// It is no whole number of bytes.
    #[error("`{text}` is no whole number of bytes")]
    Fraction {
        /// The text.
        text: String,
    },
    /// It is larger than `u64::MAX` bytes.
    #[error("`{text}` is too large: at most {} bytes", u64::MAX)]
    TooLarge {
        /// The text.
        text: String,
    },
}

impl ByteSize {
    /// Makes the size of so many bytes.
    pub const fn new(bytes: u64) -> Self {
        ByteSize(bytes)
    }

    /// Returns the number of bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

impl From<u64> for ByteSize {
    fn from(bytes: u64) -> Self {
        ByteSize(bytes)
    }
}

impl From<ByteSize> for u64 {
    fn from(size: ByteSize) -> u64 {
        size.0
    }
}

impl FromStr for ByteSize {
    type Err = ByteSizeError;

    fn from_str(given: &str) -> Result<Self, ByteSizeError> {
        let text = given.trim();
        let owned = || text.to_owned();
        if text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            return Err(ByteSizeError::Negative { text: owned() });
        }
        let is_number = |c: char| c.is_ascii_digit() || c == '.' || c == '_';
        let (number, unit) = text.split_at(text.find(|c| !is_number(c)).unwrap_or(text.len()));
        let number = number.replace('_', "");
        let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
        if whole.is_empty() || fraction.contains('.') || number.ends_with('.') {
            return Err(ByteSizeError::NoNumber { text: owned() });
        }
        let unit = unit.trim_start();
        let known = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit));
        let factor = match known {
            Some((_, factor)) => *factor,
            None if unit.is_empty() => 1,
            None => return Err(ByteSizeError::UnknownUnit { unit: unit.to_owned() }),
        };
        let too_large = || ByteSizeError::TooLarge { text: owned() };
        // All digits as one integer, so that nothing is rounded: 1.5 KiB = 15 * 1024 / 10.
        let fraction = fraction.trim_end_matches('0');
        let digits: u128 = format!("{whole}{fraction}").parse().map_err(|_| too_large())?;
        let scale =
            u32::try_from(fraction.len()).ok().and_then(|places| 10u128.checked_pow(places));
        let scale = scale.ok_or_else(|| ByteSizeError::Fraction { text: owned() })?;
        let scaled = digits.checked_mul(u128::from(factor)).ok_or_else(too_large)?;
        if !scaled.is_multiple_of(scale) {
            return Err(ByteSizeError::Fraction { text: owned() });
        }
        u64::try_from(scaled / scale).map(ByteSize).map_err(|_| too_large())
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = UNITS.iter().filter(|(_, factor)| self.0.is_multiple_of(*factor));
        // Of zero, every unit has as many: it is `0 B`.
        let shortest = exact.rev().min_by_key(|(_, factor)| self.0 / factor);
        let (unit, factor) = shortest.unwrap_or(&("B", 1));
        f.pad(&format!("{} {unit}", self.0 / factor))
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(scope::BYTE_SIZE, Inner)
    }
}

impl Serialize for ByteSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serializer.is_human_readable() {
            true => serializer.collect_str(self),
            false => serializer.serialize_u64(self.0),
        }
    }
}

struct Inner;

impl<'de> Visitor<'de> for Inner {
    type Value = ByteSize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ACCEPTED)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<ByteSize, D::Error> {
        match deserializer.is_human_readable() {
            true => deserializer.deserialize_any(Inner),
            false => deserializer.deserialize_u64(Inner),
        }
    }

    fn visit_u64<E: de::Error>(self, bytes: u64) -> Result<ByteSize, E> {
        Ok(ByteSize(bytes))
    }

    fn visit_i64<E: de::Error>(self, bytes: i64) -> Result<ByteSize, E> {
        let unsigned = u64::try_from(bytes);
        unsigned.map(ByteSize).map_err(|_| E::invalid_value(Unexpected::Signed(bytes), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ByteSize, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests;
