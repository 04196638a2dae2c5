//! How much a bench measures.

/// What the figures are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// To be written down.
    Full,
    /// To try the bench itself.
    Quick,
}
