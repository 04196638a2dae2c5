//! The error of the strict deserialiser: a mistake, and the way to its place.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::{Mistake, MistakeKind};

/// An error with the path collected on its way out, innermost key first.
#[derive(Debug)]
pub(crate) struct StrictError {
    path: Vec<String>,
    kind: MistakeKind,
}

impl StrictError {
    pub(super) fn new(kind: MistakeKind) -> Self {
        StrictError { path: Vec::new(), kind }
    }

    pub(super) fn inside(mut self, key: &str) -> Self {
        self.path.push(key.to_owned());
        self
    }

    pub(super) fn into_mistake(mut self) -> Mistake {
        self.path.reverse();
        Mistake { path: self.path, kind: self.kind }
    }

    pub(super) fn unacceptable(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (found, accepted) = (found.to_string(), expected.to_string());
        StrictError::new(MistakeKind::Unacceptable { found, accepted })
    }
}

impl fmt::Display for StrictError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl std::error::Error for StrictError {}

impl de::Error for StrictError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        StrictError::new(MistakeKind::Other(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        StrictError::unacceptable(found, expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        StrictError::unacceptable(found, expected)
    }

    fn unknown_variant(found: &str, accepted: &'static [&'static str]) -> Self {
        let accepted = accepted.iter().map(|name| name.to_string()).collect();
        StrictError::new(MistakeKind::UnknownVariant { found: found.to_owned(), accepted })
    }

    fn unknown_field(found: &str, accepted: &'static [&'static str]) -> Self {
        let accepted = accepted.iter().map(|name| name.to_string()).collect();
        StrictError::new(MistakeKind::UnknownKey { accepted }).inside(found)
    }

    fn duplicate_field(field: &'static str) -> Self {
        let message = "set twice, once by another of its names".to_owned();
        StrictError::new(MistakeKind::Other(message)).inside(field)
    }

    fn missing_field(field: &'static str) -> Self {
        StrictError::new(MistakeKind::Missing).inside(field)
    }
}
