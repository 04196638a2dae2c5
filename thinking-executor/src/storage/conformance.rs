//! What every storage keeps to: the statements of [`Storage`], as checks that run against any.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use thinking_injection::BoxError;

use super::{Storage, StorageError};

mod checks;
mod crashes;
mod model;
mod threads;

type Make<'a, S> = Box<dyn Fn() -> Result<S, StorageError> + 'a>;
type Crash<'a, S> = Box<dyn Fn(S) -> Result<S, StorageError> + 'a>;
type Checked = Result<(), BoxError>;
/// A statement, and what finds out whether a storage keeps to it.
type Check<Suite> = (&'static str, fn(&Suite) -> Checked);

/// The checks of a kind of storage.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::ops::Bound;
/// use std::sync::{Arc, Mutex};
/// use thinking_executor::storage::conformance::Suite;
/// use thinking_executor::storage::{Batch, Row, Rows, Snapshot, Space, Storage, StorageError};
///
/// /// Keeps a map per commit.
/// #[derive(Default)]
/// struct Maps(Mutex<Arc<Map>>);
/// type Map = BTreeMap<(Space, Vec<u8>), Vec<u8>>;
///
/// impl Storage for Maps {
///     fn snapshot(&self) -> Result<Box<dyn Snapshot>, StorageError> {
///         Ok(Box::new(Moment(self.0.lock().unwrap().clone())))
///     }
///
///     fn commit(&self, batch: Batch) -> Result<(), StorageError> {
///         let mut rows = self.0.lock().unwrap();
///         let mut next = Map::clone(&rows);
///         for (space, key, value) in batch.into_changes() {
///             match value {
///                 Some(value) => next.insert((space, key), value),
///                 None => next.remove(&(space, key)),
///             };
///         }
///         *rows = Arc::new(next);
///         Ok(())
///     }
/// }
///
/// struct Moment(Arc<Map>);
///
/// impl Snapshot for Moment {
///     fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StorageError> {
///         Ok(self.0.get(&(space, key.to_vec())).cloned())
///     }
///
///     fn range(
///         &self,
///         space: Space,
///         from: Bound<&[u8]>,
///         to: Bound<&[u8]>,
///     ) -> Result<Box<dyn Rows>, StorageError> {
///         use std::ops::RangeBounds;
///         let inside = |(of, key): &(Space, Vec<u8>)| {
///             *of == space && RangeBounds::<[u8]>::contains::<[u8]>(&(from, to), key)
///         };
///         let rows = self.0.iter().filter(|(key, _)| inside(key));
///         let rows: Vec<Row> = rows.map(|((_, key), value)| (key.clone(), value.clone())).collect();
///         Ok(Box::new(rows.into_iter().map(Ok)))
///     }
/// }
///
/// Suite::new(|| Ok(Maps::default())).run()?;
/// # Ok::<(), thinking_executor::storage::conformance::Violations>(())
/// ```
pub struct Suite<'a, S> {
    make: Make<'a, S>,
    crash: Option<Crash<'a, S>>,
}

impl<'a, S: Storage> Suite<'a, S> {
    /// Takes what makes an empty storage. It is called for each check, and may be called again
    /// while earlier ones live.
    pub fn new(make: impl Fn() -> Result<S, StorageError> + 'a) -> Suite<'a, S> {
        Suite { make: Box::new(make), crash: None }
    }

    /// Adds the checks of what survives. `crash` ends a storage as a loss of power would, and
    /// opens what is left of it. A function that only closes and opens it again checks less.
    pub fn crashing(self, crash: impl Fn(S) -> Result<S, StorageError> + 'a) -> Suite<'a, S> {
        Suite { crash: Some(Box::new(crash)), ..self }
    }

    /// Runs all checks, also after one that finds something. Takes seconds: there are large
    /// values, many rows, threads, and random programs.
    ///
    /// # Errors
    ///
    /// What the storage does otherwise than its trait says.
    pub fn run(&self) -> Result<(), Violations> {
        let checks = Self::checks().into_iter();
        let violations: Vec<_> = checks.filter_map(|check| self.violation(check)).collect();
        match violations.is_empty() {
            true => Ok(()),
            false => Err(Violations(violations)),
        }
    }

    /// Returns what is checked, a sentence each.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::checks().into_iter().map(|(name, _)| name)
    }

    fn checks() -> Vec<Check<Self>> {
        let mut all = checks::all();
        all.extend(threads::all());
        all.push(("any program leaves what a map of its commits holds", model::any_program));
        all.extend(crashes::all());
        all
    }

    fn violation(&self, (check, function): Check<Self>) -> Option<Violation> {
        // A storage that panics fails its check; the others still say more of it.
        let found = match catch_unwind(AssertUnwindSafe(|| function(self))) {
            Ok(Ok(())) => return None,
            Ok(Err(error)) => chain(error.as_ref()),
            Err(_) => "it panicked".to_owned(),
        };
        Some(Violation { check, found })
    }

    fn empty(&self) -> Result<S, StorageError> {
        (self.make)()
    }
}

impl<S> fmt::Debug for Suite<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suite").field("crashing", &self.crash.is_some()).finish_non_exhaustive()
    }
}

/// One statement that a storage does not keep to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The statement.
    pub check: &'static str,
    /// What was found instead.
    pub found: String,
}

/// The statements that a storage does not keep to, in the order in which they were checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Violations(pub Vec<Violation>);

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the storage does not keep to {} statements of its trait:", self.0.len())?;
        self.0.iter().try_for_each(|v| write!(f, "\n- {}: {}", v.check, v.found))
    }
}

/// As a test shows it that unwraps or returns it.
impl fmt::Debug for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Violations {}

/// Compares what a storage gave with what it should give.
fn same<T: PartialEq + fmt::Debug>(what: &str, found: T, expected: T) -> Checked {
    match found == expected {
        true => Ok(()),
        false => Err(format!("{what}: {} instead of {}", short(&found), short(&expected)).into()),
    }
}

/// Large values would fill the screen.
fn short(value: &impl fmt::Debug) -> String {
    const CHARACTERS_MAX: usize = 200;
    let text = format!("{value:?}");
    match text.char_indices().nth(CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests;
