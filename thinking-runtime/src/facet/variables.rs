//! Environment variables that set keys of facets: `THINKING_NAME__KEY__SUBKEY`.
//!
//! Shells and people write them in capitals, and a shell sets none with `-`. So the parts of a name
//! are compared with the keys that the facet's type has, without regard to case and with `_` for
//! `-`. The keys of a map are free: a variable gives one in lower case.

use super::toml_file::KeyPath;
use super::{Shape, VariantContent};

/// What the names of the environment variables of facets begin with.
const PREFIX: &str = "THINKING_";
/// What separates facet, key and sub-key in a variable's name.
const SEPARATOR: &str = "__";

/// A variable's name in its parts, as they are written.
pub(crate) struct Variable<'a> {
    facet: &'a str,
    keys: Vec<&'a str>,
}

/// A variable may mean either of these keys.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ambiguous {
    pub(crate) keys: Vec<String>,
}

impl<'a> Variable<'a> {
    /// Splits a name; `None` if it is none of a facet's key.
    pub(crate) fn split(name: &'a str) -> Option<Self> {
        let (facet, keys) = name.strip_prefix(PREFIX)?.split_once(SEPARATOR)?;
        Some(Variable { facet, keys: keys.split(SEPARATOR).collect() })
    }

    /// Returns the facet's name in lower case.
    pub(crate) fn facet(&self) -> String {
        self.facet.to_lowercase()
    }

    /// Returns which of the known facets it names.
    pub(crate) fn owner<'k>(
        &self,
        known: impl Iterator<Item = &'k str> + Clone,
    ) -> Option<&'k str> {
        let exact = known.clone().find(|name| *name == self.facet());
        exact.or_else(|| known.into_iter().find(|name| alike(name, self.facet)))
    }

    /// Returns the keys it names in a type of this shape.
    pub(crate) fn keys(&self, shape: &Shape) -> Result<KeyPath, Ambiguous> {
        let mut shape = shape;
        let mut path = KeyPath::new();
        for part in &self.keys {
            let (key, inner) = step(shape, part).map_err(|names| Ambiguous {
                keys: names
                    .into_iter()
                    .map(|name| [&path[..], &[name]].concat().join("."))
                    .collect(),
            })?;
            path.push(key);
            shape = inner;
        }
        Ok(path)
    }
}

/// Returns the variable that sets a key, if there is one with a name that a shell accepts.
pub(crate) fn name(facet: &str, path: &[String], shape: &Shape) -> Option<String> {
    let keys = path.join(SEPARATOR);
    let name = format!("{PREFIX}{facet}{SEPARATOR}{keys}").to_uppercase().replace('-', "_");
    let variable = Variable::split(&name)?;
    let typed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let reaches = variable.owner([facet].into_iter()).is_some()
        && variable.keys(shape).is_ok_and(|keys| keys == path);
    (reaches && name.chars().all(typed)).then_some(name)
}

/// Finds the key that a part of a variable's name means, and what stands there.
fn step<'s>(shape: &'s Shape, part: &str) -> Result<(String, &'s Shape), Vec<String>> {
    let free = |shape: &'s Shape| Ok((part.to_lowercase(), shape));
    match shape {
        Shape::Optional(inner) | Shape::Secret(inner) => step(inner, part),
        Shape::Map(inner) => free(inner),
        Shape::Struct(fields) => {
            let names = fields.iter().flat_map(|field| {
                let names = std::iter::once(&field.name).chain(&field.aliases);
                names.map(|name| (name.as_str(), &field.shape))
            });
            choose(names, part).unwrap_or_else(|| free(&Shape::Any))
        }
        Shape::Enum(variants) => {
            let names = variants.iter().map(|variant| match &variant.content {
                VariantContent::Value(shape) => (variant.name.as_str(), shape),
                VariantContent::Unit => (variant.name.as_str(), &Shape::Any),
            });
            choose(names, part).unwrap_or_else(|| free(&Shape::Any))
        }
        _ => free(&Shape::Any),
    }
}

/// Chooses the name that is meant, if one is: the same, or the only one that is alike.
fn choose<'s>(
    names: impl Iterator<Item = (&'s str, &'s Shape)>,
    part: &str,
) -> Option<Result<(String, &'s Shape), Vec<String>>> {
    let alike: Vec<_> = names.filter(|(name, _)| alike(name, part)).collect();
    let lower = part.to_lowercase();
    let exact =
        [part, &lower].into_iter().find_map(|part| alike.iter().find(|(name, _)| *name == part));
    match (exact.or(alike.first().filter(|_| alike.len() == 1)), alike.is_empty()) {
        (Some((name, shape)), _) => Some(Ok(((*name).to_owned(), shape))),
        (None, true) => None,
        (None, false) => Some(Err(alike.iter().map(|(name, _)| (*name).to_owned()).collect())),
    }
}

fn alike(name: &str, part: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace('-', "_");
    plain(name) == plain(part)
}

#[cfg(test)]
mod tests;
