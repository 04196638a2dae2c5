//! Code that may not write: what is forbidden on a thread, and why.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Arc;

thread_local! {
    /// Why this thread may not write now; `None` if it may.
    static FORBIDDEN: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// Forbids writing to databases on this thread until the guard is dropped.
///
/// [`Database::begin_write`](crate::Database::begin_write) then fails with
/// [`DatabaseError::Forbidden`](crate::DatabaseError::Forbidden), which gives `reason`: who may not
/// write, and what to do instead. Transactions that were begun before are not hindered, nor are
/// other threads. [`allow_writes`] makes an exception within it; guards are nested, the innermost
/// one counts. Costs a look at a variable of the thread per transaction.
///
/// ```
/// use thinking_dbs::{Database, DatabaseError, allow_writes, forbid_writes};
///
/// let samples = Database::temporary("samples")?;
/// let stage = forbid_writes("stage `experiment/train` may not modify data");
/// assert!(matches!(samples.begin_write(), Err(DatabaseError::Forbidden { .. })));
/// {
///     let _step = allow_writes();
///     samples.begin_write()?.commit()?;
/// }
/// assert!(samples.begin_write().is_err());
/// drop(stage);
/// samples.begin_write()?.abort()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn forbid_writes(reason: impl Into<Arc<str>>) -> WriteGuard {
    WriteGuard::set(Some(reason.into()))
}

/// Allows writing on this thread, inside of what [`forbid_writes`] forbids, until the guard is
/// dropped.
pub fn allow_writes() -> WriteGuard {
    WriteGuard::set(None)
}

/// What [`forbid_writes`] or [`allow_writes`] set holds as long as this lives; what was before
/// holds again when it is dropped. Guards are dropped in the reverse order of their making.
#[must_use = "it holds only as long as the guard lives"]
#[derive(Debug)]
pub struct WriteGuard {
    before: Option<Arc<str>>,
    /// It belongs to its thread.
    _not_send: PhantomData<*const ()>,
}

impl WriteGuard {
    fn set(now: Option<Arc<str>>) -> WriteGuard {
        WriteGuard { before: FORBIDDEN.replace(now), _not_send: PhantomData }
    }
}

impl Drop for WriteGuard {
    fn drop(&mut self) {
        FORBIDDEN.set(self.before.take());
    }
}

/// Returns why this thread may not write now.
pub(crate) fn forbidden() -> Option<Arc<str>> {
    FORBIDDEN.with_borrow(Clone::clone)
}
