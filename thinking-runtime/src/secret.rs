//! A value that is used but never shown.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Visitor};
use serde::ser::{Error, Serializer};
use serde::{Deserialize, Serialize};

use crate::facet::SECRET;
use crate::facet::scope::{self, Secrecy};

/// A setting that nothing prints: neither `config` nor a message, a log or a recorded read.
///
/// It may stand anywhere in a facet, in tables, maps and lists as well. A change of its value is
/// seen, as its hash is recorded. The value is not wiped from memory when it is dropped: it comes
/// from a file or a variable, which stay.
///
/// It is read like a `T`, but not serialised: what would be written is either the secret or not
/// the value. So a step can neither take it as an argument nor return it. Only the defaults of a
/// facet (`#[facet(default)]`) may hold one.
///
/// ```
/// # use thinking_runtime::Secret;
/// let password = Secret::new("hunter2".to_owned());
/// assert_eq!(format!("{password:?}"), "(secret)");
/// assert_eq!(password.expose(), "hunter2");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Keeps `value` from being shown.
    pub const fn new(value: T) -> Self {
        Secret(value)
    }

    /// Returns the value; whoever shows it now shows the secret.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Secret(value)
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(SECRET, Inner(PhantomData))
    }
}

impl<T: Serialize> Serialize for Secret<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match scope::secrecy() {
            Secrecy::Kept => self.0.serialize(serializer),
            Secrecy::LeftOut => serializer.serialize_none(),
            Secrecy::Refused => Err(S::Error::custom("a secret is not serialised")),
        }
    }
}

/// What is printed in place of a secret.
pub(crate) const MASK: &str = "(secret)";

struct Inner<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Inner<T> {
    type Value = Secret<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Secret<T>, D::Error> {
        scope::found_secret();
        T::deserialize(deserializer).map(Secret)
    }
}

#[cfg(test)]
mod tests;
