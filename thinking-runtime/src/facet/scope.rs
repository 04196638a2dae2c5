//! What the special types of settings ask of the loader while a facet is loaded.
//!
//! [`RootPath`](crate::RootPath) needs the root, and [`Secret`](crate::Secret) tells the loader
//! where it stands. serde hands neither of them anything but a deserialiser, and where it buffers
//! a value (`flatten`, untagged and tagged enums) not even the loader's own. So both look here.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// The name under which a [`ByteSize`](crate::ByteSize) asks for its value.
pub(crate) const BYTE_SIZE: &str = "$thinking::ByteSize";

thread_local! {
    static CURRENT: RefCell<Option<State>> = const { RefCell::new(None) };
}

struct State {
    /// None where the defaults of a facet are only described, without their secrets.
    root: Option<PathBuf>,
    /// The loader knows the place of the secret that is read next.
    announced: bool,
    /// A secret was read whose place the loader does not know.
    unplaced: bool,
}

/// Loading of one facet on this thread, until it is dropped.
pub(crate) struct Scope {
    outer: Option<State>,
}

impl Scope {
    /// Begins to load a facet of the program whose root is `root`.
    pub(crate) fn enter(root: &Path) -> Self {
        Scope::with(Some(root.to_owned()))
    }

    /// Begins to describe the defaults of a facet, without their secrets.
    pub(crate) fn describe() -> Self {
        Scope::with(None)
    }

    fn with(root: Option<PathBuf>) -> Self {
        let state = State { root, announced: false, unplaced: false };
        Scope { outer: CURRENT.replace(Some(state)) }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        CURRENT.set(self.outer.take());
    }
}

/// What becomes of a secret that is serialised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrecy {
    /// It stays what it is: it is a default on its way through the layers.
    Kept,
    /// It is left out of a description.
    LeftOut,
    /// It is refused.
    Refused,
}

/// Tells what becomes of a secret that is serialised on this thread.
pub(crate) fn secrecy() -> Secrecy {
    CURRENT.with_borrow(|state| match state {
        Some(State { root: Some(_), .. }) => Secrecy::Kept,
        Some(State { root: None, .. }) => Secrecy::LeftOut,
        None => Secrecy::Refused,
    })
}

/// Returns `path` below the root, if a facet is being loaded on this thread.
pub(crate) fn below_root(path: &Path) -> Option<PathBuf> {
    CURRENT.with_borrow(|state| Some(state.as_ref()?.root.as_ref()?.join(path)))
}

/// Says that the secret that is read next stands where the loader knows it.
pub(crate) fn announce_secret() {
    CURRENT.with_borrow_mut(|state| {
        if let Some(state) = state {
            state.announced = true;
        }
    });
}

/// Says that a secret is read.
pub(crate) fn found_secret() {
    CURRENT.with_borrow_mut(|state| {
        if let Some(state) = state {
            state.unplaced |= !std::mem::take(&mut state.announced);
        }
    });
}

/// Tells whether a secret was read, since this was asked last, whose place is not known.
pub(crate) fn take_unplaced() -> bool {
    CURRENT.with_borrow_mut(|state| {
        state.as_mut().is_some_and(|state| std::mem::take(&mut state.unplaced))
    })
}
