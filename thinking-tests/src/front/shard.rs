//! A shard: one of several parts of the cases, for machines that share a run.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The part `index` of `count`, written `2/5`.
///
/// Which part a case belongs to depends on nothing but its suite's and its own name, so that
/// machines that agree on the number of parts run each case exactly once, and a new case moves no
/// other. All doctests of an item are in one part.
///
/// ```
/// use thinking_tests::front::Shard;
///
/// let shards: Vec<Shard> = (1..=5).map(|index| format!("{index}/5").parse().unwrap()).collect();
/// let holding = shards.iter().filter(|shard| shard.holds("calculator::it", "adds"));
/// assert_eq!(holding.count(), 1);
///
/// let error = "6/5".parse::<Shard>().unwrap_err();
/// assert_eq!(error.to_string(), "there is no shard 6 of 5; a shard is one of 1/5 to 5/5");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    count: u32,
}

/// Why a text is no shard.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShardError {
    /// It is not of the form `2/5`.
    #[error("`{0}` is no shard; write which of how many, from 1, such as `2/5`")]
    Form(String),

    /// There are fewer.
    #[error("there is no shard {index} of {count}; a shard is one of 1/{count} to {count}/{count}")]
    Range {
        /// Which was asked for.
        index: u32,
        /// How many there are.
        count: u32,
    },
}

impl Shard {
    /// Tells whether the case is in this part.
    pub fn holds(self, suite: &str, case: &str) -> bool {
        hash(suite, case) % u64::from(self.count) == u64::from(self.index - 1)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let form = || ShardError::Form(text.to_owned());
        let (index, count) = text.split_once('/').ok_or_else(form)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| form());
        match (number(index)?, number(count)?) {
            (_, 0) => Err(form()),
            (index, count) if index == 0 || index > count => {
                Err(ShardError::Range { index, count })
            }
            (index, count) => Ok(Self { index, count }),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// FNV-1a with 64 bits and a final mix, as the remainder looks at the low bits only.
///
/// The standard library's hash may change with its version, and machines of different versions
/// have to agree.
fn hash(suite: &str, case: &str) -> u64 {
    let bytes = suite.bytes().chain([0]).chain(case.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests;
