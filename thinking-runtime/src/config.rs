//! A handle to a facet's values.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::facet::Facet;

/// The values of the facet `F`, cheap to clone and to share.
///
/// `config.key()` returns one setting and records that it was read; `config.key` or `&*config`
/// gives the whole facet and records all its keys. A step of a run depends on what it recorded,
/// so the method is the finer choice.
pub struct Config<F: Facet> {
    settings: Arc<F::Settings>,
}

impl<F: Facet> Config<F> {
    pub(crate) fn new(settings: Arc<F::Settings>) -> Self {
        Config { settings }
    }
}

impl<F: Facet> Deref for Config<F> {
    type Target = F::Settings;

    fn deref(&self) -> &F::Settings {
        &self.settings
    }
}

impl<F: Facet> Clone for Config<F> {
    fn clone(&self) -> Self {
        Config { settings: self.settings.clone() }
    }
}

impl<F: Facet> fmt::Debug for Config<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values may hold secrets, and printing them would record a read of each.
        write!(f, "Config({})", F::NAME)
    }
}
