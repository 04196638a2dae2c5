//! What one key of a facet holds, for conditions on it.

use figment::value::Value;

use crate::facet::layers::{find, resolve};
use crate::facet::{FacetDefinition, Notes, Shape, VariantContent, canonical};
use crate::secret::MASK;

/// What one key of a facet holds; returned by [`Facets::setting`](crate::Facets::setting).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Setting {
    /// The canonical text of its value, as `config` shows it; also of auxiliary keys.
    Value(String),
    /// It has no value.
    Unset,
    /// It is secret, or holds a secret, so nothing may depend on it in the open.
    Secret,
    /// The facet has mistakes.
    Mistaken,
    /// The facet has no such key.
    UnknownKey {
        /// The key as far as it is wrong: `tls.enable` of `tls.enable.since`.
        key: String,
        /// The keys that it could be, with those of the tables that lead to them: `tls.enabled`.
        /// Empty if no keys are there, but one value.
        known: Vec<String>,
    },
    /// The program has no such facet.
    UnknownFacet {
        /// The facets that it has.
        known: Vec<String>,
    },
}

impl Setting {
    /// Tells what `key`, such as `tls.enabled`, holds in a facet that was loaded.
    pub(crate) fn of(facet: &FacetDefinition, merged: &Value, notes: &Notes, key: &str) -> Setting {
        let path = resolve(merged, key);
        if notes.touches_secret(&path) {
            return Setting::Secret;
        }
        match find(merged, &path) {
            Some(Value::Empty(..)) => Setting::Unset,
            Some(value) => {
                let value = canonical::normal(value, &path, notes, &|_| MASK.to_owned());
                Setting::Value(canonical::text(&value))
            }
            // What is not set is known from the facet's type only.
            None if facet.all_notes().touches_secret(&path) => Setting::Secret,
            None => match follow(&(facet.shape)(), &path, 0) {
                Ok(()) => Setting::Unset,
                Err((depth, names)) => {
                    let beside = |name: &String| {
                        [&path[..depth], std::slice::from_ref(name)].concat().join(".")
                    };
                    let known = names.iter().map(beside).collect();
                    Setting::UnknownKey { key: path[..=depth].join("."), known }
                }
            },
        }
    }
}

/// Follows `path` through a type, from the key at `depth` on: whether it may lead to a value there.
/// If not, returns the depth of the first key that cannot be, and the names that could.
fn follow(shape: &Shape, path: &[String], depth: usize) -> Result<(), (usize, Vec<String>)> {
    let Some(key) = path.get(depth) else { return Ok(()) };
    let nothing = || Err((depth, Vec::new()));
    match shape {
        // The type does not tell what it takes.
        Shape::Any => Ok(()),
        Shape::Optional(inner) | Shape::Secret(inner) => follow(inner, path, depth),
        Shape::Map(inner) => follow(inner, path, depth + 1),
        Shape::List(inner) => match key.parse::<usize>() {
            Ok(_) => follow(inner, path, depth + 1),
            Err(_) => nothing(),
        },
        Shape::Tuple(shapes) => match key.parse::<usize>().ok().and_then(|at| shapes.get(at)) {
            Some(inner) => follow(inner, path, depth + 1),
            None => nothing(),
        },
        Shape::Struct(fields) => match shape.field(key) {
            Some(field) => follow(&field.shape, path, depth + 1),
            None => Err((depth, fields.iter().map(|field| field.name.clone()).collect())),
        },
        Shape::Enum(variants) => {
            let tables = variants.iter().filter_map(|variant| match &variant.content {
                VariantContent::Value(inner) => Some((&variant.name, inner)),
                VariantContent::Unit => None,
            });
            match tables.clone().find(|(name, _)| *name == key) {
                Some((_, inner)) => follow(inner, path, depth + 1),
                None => Err((depth, tables.map(|(name, _)| name.clone()).collect())),
            }
        }
        Shape::OneOf(shapes) => {
            let mut deepest: Result<(), (usize, Vec<String>)> = nothing();
            for shape in shapes {
                match (follow(shape, path, depth), &deepest) {
                    (Ok(()), _) => return Ok(()),
                    (Err(end), Err(known)) if end > *known => deepest = Err(end),
                    _ => {}
                }
            }
            deepest
        }
        _ => nothing(),
    }
}

#[cfg(test)]
mod tests;
