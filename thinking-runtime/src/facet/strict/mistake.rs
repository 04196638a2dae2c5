//! What can be wrong with a value of a facet.

use crate::facet::toml_file::KeyPath;

/// One mistake in a facet's values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mistake {
    /// The keys that lead to it.
    pub(crate) path: KeyPath,
    pub(crate) kind: MistakeKind,
}

/// What a [`Mistake`] is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum MistakeKind {
    /// Nothing in the type has this key.
    UnknownKey { accepted: Vec<String> },
    /// An enumeration has no such value.
    UnknownVariant { found: String, accepted: Vec<String> },
    /// The type or the value is not what the field takes.
    Unacceptable { found: String, accepted: String },
    /// A required key is not set anywhere.
    Missing,
    /// The facet's own check refuses the value.
    Refused { accepted: String },
    /// The type's own complaint.
    Other(String),
}
