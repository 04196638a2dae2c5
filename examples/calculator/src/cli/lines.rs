//! Where the lines come from that the interactive program answers.

use thinking::prelude::*;

/// Gives lines, one after another.
#[interface]
pub trait Lines: Send + Sync {
    /// Returns the next line, without its end; `None` after the last.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    fn next(&self) -> Result<Option<String>>;

    /// Tells whether a person types them, and sees the answers at once.
    fn are_typed(&self) -> bool;
}
