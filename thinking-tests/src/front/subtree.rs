//! A subtree of the tests: which cases it selects.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Names a module, with all below it, or a single case: `expression::evaluator`.
///
/// The path is looked for in every package, in unit tests, integration tests and doctests. If its
/// first segment names a package or a test binary, the rest is also looked for in there; without
/// a rest, all of that is selected.
///
/// ```
/// use thinking_tests::front::Subtree;
///
/// let subtree: Subtree = "expression::evaluator".parse()?;
/// assert!(subtree.selects("calculator", "it", "expression::evaluator::adds"));
/// assert!(!subtree.selects("calculator", "it", "expression::evaluators::adds"));
///
/// let subtree: Subtree = "calculator::expression".parse()?;
/// assert!(subtree.selects("calculator", "it", "expression::evaluator::adds"));
/// # Ok::<(), thinking_tests::front::SubtreeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subtree {
    segments: Vec<String>,
}

/// Why a text is no subtree.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SubtreeError {
    /// A part between `::` is not a name.
    #[error("`{segment}` in `{subtree}` is not a name; a subtree is names joined by `::`")]
    Segment {
        /// The part.
        segment: String,
        /// The whole text.
        subtree: String,
    },
}

impl Subtree {
    /// Tells whether the case at `path` in `binary` of `package` is at or below this subtree.
    pub fn selects(&self, package: &str, binary: &str, path: &str) -> bool {
        is_below(&self.segments, path)
            || self.rest_in(package).is_some_and(|rest| is_below(rest, path))
            || self.rest_in(binary).is_some_and(|rest| is_below(rest, path))
    }

    /// Returns what follows if this subtree begins with the package or binary `name`.
    pub(super) fn rest_in(&self, name: &str) -> Option<&[String]> {
        let (first, rest) = self.segments.split_first()?;
        // The crate of the package `my-package` is called `my_package`; both mean it.
        (first.replace('-', "_") == name.replace('-', "_")).then_some(rest)
    }
}

impl FromStr for Subtree {
    type Err = SubtreeError;

    fn from_str(text: &str) -> Result<Self, SubtreeError> {
        let segments: Vec<String> = text.split("::").map(str::to_owned).collect();
        let is_name = |segment: &&String| {
            !segment.is_empty()
                && segment
                    .chars()
                    .all(|character| character.is_alphanumeric() || "_-".contains(character))
        };
        match segments.iter().find(|segment| !is_name(segment)) {
            None => Ok(Self { segments }),
            Some(segment) => {
                Err(SubtreeError::Segment { segment: segment.clone(), subtree: text.to_owned() })
            }
        }
    }
}

impl fmt::Display for Subtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.segments.join("::"))
    }
}

fn is_below(segments: &[String], path: &str) -> bool {
    let mut path = path.split("::");
    segments.iter().all(|segment| path.next() == Some(segment))
}

#[cfg(test)]
mod tests;
