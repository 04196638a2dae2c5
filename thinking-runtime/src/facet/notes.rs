//! What loading a facet teaches about its values: which are secret, which have many spellings.

use std::collections::{BTreeMap, BTreeSet};

use super::spelling::Spelling;
use super::{Shape, VariantContent};

/// What is known of the values of one facet, by path.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes {
    spellings: BTreeMap<Vec<String>, Spelling>,
    secrets: BTreeSet<Vec<Part>>,
    /// What serde took as it is, before the type looked at it.
    buffered: BTreeSet<Vec<String>>,
    /// Where something else stands than the list, table or variant that the type asked for, so that
    /// it did not tell what is inside.
    unmet: BTreeSet<Vec<String>>,
}

/// One step of a path to secrets; `None` stands for any.
type Part = Option<String>;

impl Notes {
    /// Remembers that the value at `path` has several spellings.
    pub(crate) fn spell(&mut self, path: &[String], spelling: Spelling) {
        self.spellings.insert(path.to_owned(), spelling);
    }

    /// Remembers that serde took the value at `path` as it is.
    pub(crate) fn buffer(&mut self, path: &[String]) {
        self.buffered.insert(path.to_owned());
    }

    /// Remembers that the value at `path` is no list, table or variant, which the type asked for.
    pub(crate) fn unmet(&mut self, path: &[String]) {
        self.unmet.insert(path.to_owned());
    }

    /// Forgets where the type did not tell what is inside, as far as its shape does.
    pub(crate) fn complete_by(&mut self, shape: &Shape) {
        self.unmet.retain(|path| !shape.tells(path));
    }

    /// Remembers that the value at `path` is secret, in every layer.
    pub(crate) fn hide(&mut self, path: &[String]) {
        // Lists differ between layers, so every element is as secret as one.
        let is_index = |key: &String| key.parse::<usize>().is_ok();
        let parts = path.iter().map(|key| (!is_index(key)).then(|| key.clone()));
        self.secrets.insert(parts.collect());
    }

    /// Remembers every secret that a value of this shape at this place may hold.
    pub(crate) fn hide_secrets_of(&mut self, shape: &Shape, at: &mut Vec<Part>) {
        let mut inside = |part: Part, shape: &Shape| {
            at.push(part);
            self.hide_secrets_of(shape, at);
            at.pop();
        };
        match shape {
            Shape::Secret(_) => {
                self.secrets.insert(at.clone());
            }
            Shape::Optional(inner) => self.hide_secrets_of(inner, at),
            Shape::OneOf(shapes) => {
                shapes.iter().for_each(|shape| self.hide_secrets_of(shape, at));
            }
            Shape::List(inner) | Shape::Map(inner) => inside(None, inner),
            Shape::Tuple(shapes) => shapes.iter().for_each(|shape| inside(None, shape)),
            Shape::Struct(fields) => {
                for field in fields {
                    for name in std::iter::once(&field.name).chain(&field.aliases) {
                        inside(Some(name.clone()), &field.shape);
                    }
                }
            }
            Shape::Enum(variants) => {
                for variant in variants {
                    if let VariantContent::Value(shape) = &variant.content {
                        inside(Some(variant.name.clone()), shape);
                    }
                }
            }
            _ => {}
        }
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

    /// Tells whether the value at `path` may be secret, or part of one that may be, for all that is
    /// known: where some values are secret, so may those be of which the type does not tell what
    /// they are.
    pub(crate) fn may_be_secret(&self, path: &[String]) -> bool {
        let mut unknown = self.buffered.iter().chain(&self.unmet);
        self.is_secret(path)
            || self.has_secrets() && unknown.any(|unknown| path.starts_with(unknown))
    }

    /// Tells whether the value at `path` is secret, part of a secret, or holds one.
    pub(crate) fn touches_secret(&self, path: &[String]) -> bool {
        self.secrets.iter().any(|secret| fits(secret, path))
    }

    /// Tells whether the value at `path` neither is, nor holds, what is or may be secret.
    pub(crate) fn may_show(&self, path: &[String]) -> bool {
        !self.touches_secret(path) && !self.may_be_secret(path)
    }

    pub(crate) fn extend(&mut self, other: Notes) {
        self.spellings.extend(other.spellings);
        self.secrets.extend(other.secrets);
        self.buffered.extend(other.buffered);
        self.unmet.extend(other.unmet);
    }
}

/// Tells whether the paths agree as far as both of them go.
fn fits(secret: &[Part], path: &[String]) -> bool {
    secret.iter().zip(path).all(|(part, key)| part.as_ref().is_none_or(|part| part == key))
}
