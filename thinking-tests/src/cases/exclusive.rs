//! Resources that a case has to itself, among the cases of one process.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The names that are taken just now.
static TAKEN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
static RETURNED: Condvar = Condvar::new();

/// Names that are taken until this is dropped.
#[derive(Debug)]
pub(crate) struct Exclusive(&'static [&'static str]);

impl Exclusive {
    /// Waits until none of `names` is taken, and takes all of them at once: nobody holds some while
    /// it waits for others.
    pub(crate) fn take(names: &'static [&'static str]) -> Option<Exclusive> {
        if names.is_empty() {
            return None;
        }
        let busy = |taken: &mut BTreeSet<_>| names.iter().any(|name| taken.contains(name));
        let mut taken = RETURNED.wait_while(lock(), busy).unwrap_or_else(PoisonError::into_inner);
        taken.extend(names);
        Some(Exclusive(names))
    }
}

impl Drop for Exclusive {
    fn drop(&mut self) {
        let mut taken = lock();
        for name in self.0 {
            taken.remove(name);
        }
        drop(taken);
        RETURNED.notify_all();
    }
}

/// No code of the program runs under the lock.
fn lock() -> MutexGuard<'static, BTreeSet<&'static str>> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
