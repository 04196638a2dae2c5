//! What loading a facet teaches about its values: which are secret, which have many spellings.

use std::collections::{BTreeMap, BTreeSet};

use super::spelling::Spelling;

/// What is known of the values of one facet, by path.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    spellings: BTreeMap<Vec<String>, Spelling>,
    secrets: BTreeSet<Vec<Part>>,
}

/// One step of a path to secrets; `None` stands for any.
type Part = Option<String>;

impl Notes {
    /// Remembers that the value at `path` has several spellings.
    pub(crate) fn spell(&mut self, path: &[String], spelling: Spelling) {
        self.spellings.insert(path.to_owned(), spelling);
    }

    /// Remembers that the value at `path` is secret, in every layer.
    pub(crate) fn hide(&mut self, path: &[String]) {
        // Lists differ between layers, so every element is as secret as one.
        let is_index = |key: &String| key.parse::<usize>().is_ok();
        self.hide_all(path.iter().map(|key| (!is_index(key)).then(|| key.clone())).collect());
    }

    /// Remembers that every value on a path with the given parts is secret.
    pub(crate) fn hide_all(&mut self, parts: Vec<Part>) {
        self.secrets.insert(parts);
    }

    /// Returns how the value at `path` is spelled, if there is more than one way.
    pub(crate) fn spelling(&self, path: &[String]) -> Option<Spelling> {
        self.spellings.get(path).copied()
    }

    /// Tells whether anything is secret.
    pub(crate) fn has_secrets(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Tells whether the value at `path` is secret, or part of one that is.
    pub(crate) fn is_secret(&self, path: &[String]) -> bool {
        self.secrets.iter().any(|secret| secret.len() <= path.len() && fits(secret, path))
    }

    /// Tells whether the value at `path` is secret, part of a secret, or holds one.
    pub(crate) fn touches_secret(&self, path: &[String]) -> bool {
        self.secrets.iter().any(|secret| fits(secret, path))
    }

    pub(crate) fn extend(&mut self, other: Notes) {
        self.spellings.extend(other.spellings);
        self.secrets.extend(other.secrets);
    }
}

/// Tells whether the paths agree as far as both of them go.
fn fits(secret: &[Part], path: &[String]) -> bool {
    secret.iter().zip(path).all(|(part, key)| part.as_ref().is_none_or(|part| part == key))
}
