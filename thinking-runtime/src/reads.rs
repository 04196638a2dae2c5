//! Reports which settings were read, so that a result can be tied to just those.
//!
//! Every accessor of a [`Config`](crate::Config) reports its key to the recordings of its own
//! configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::recording::{self, Recorded};

/// The part of a facet's values that knows how to report what is read of them.
#[derive(Debug, Clone)]
pub struct Reads {
    pub(crate) facet: &'static str,
    pub(crate) auxiliary: Arc<Vec<&'static str>>,
    pub(crate) values: Arc<BTreeMap<String, String>>,
    /// Which loaded configuration this is, so that several in one process stay apart.
    pub(crate) source: u64,
}

impl Reads {
    /// Reports that one key was read.
    pub fn key(&self, key: &'static str) {
        if !self.auxiliary.contains(&key) {
            recording::report(Some(self.source), |recorded| self.insert(recorded, key));
        }
    }

    /// Reports that any key may have been read.
    pub fn all(&self) {
        recording::report(Some(self.source), |recorded| {
            let keys = || self.values.keys().filter(|key| !self.is_auxiliary(key));
            keys().for_each(|key| self.insert(recorded, key));
            // Without the list of keys, one that appears later would go unnoticed.
            let list = keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            recorded.settings.insert(format!("{}.*", self.facet), list);
        });
    }

    fn is_auxiliary(&self, key: &str) -> bool {
        self.auxiliary.contains(&key)
    }

    fn insert(&self, recorded: &mut Recorded, key: &str) {
        let value = self.values.get(key).map_or("unset", String::as_str);
        recorded.settings.insert(format!("{}.{key}", self.facet), value.to_owned());
    }
}
