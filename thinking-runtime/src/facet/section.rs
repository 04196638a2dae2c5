//! Tables inside of a facet: what their types say of their keys.

use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

/// A table in a facet's file, whose keys have documentation.
///
/// Derive it on a struct that is the type of a facet's field, or stands in an option, a list or a map
/// there. Then `config schema` and `config init` say of its keys what their comments say; without it
/// they know only names and types.
///
/// ```
/// # extern crate thinking_runtime as thinking;
/// use serde::Deserialize;
/// use thinking::{Facet, Section};
///
/// /// Where pages come from.
/// #[derive(Debug, Deserialize, Facet)]
/// #[facet(name = "crawler")]
/// struct Crawler {
///     /// How the pages are asked for.
///     client: Client,
/// }
///
/// #[derive(Debug, Default, Deserialize, Section)]
/// #[serde(default)]
/// struct Client {
///     /// How many requests run at a time.
///     parallel: u8,
/// }
///
/// # fn main() {
/// let schema = Crawler::definition().schema();
/// let client = &schema["properties"]["client"];
/// assert_eq!(client["properties"]["parallel"]["description"], "How many requests run at a time.");
/// # }
/// ```
pub trait Section {
    /// What is known of its keys.
    const KEYS: &'static [SectionKey];
}

/// A key of a [`Section`].
#[derive(Debug, Clone, Copy)]
pub struct SectionKey {
    /// The key as files spell it.
    pub name: &'static str,
    /// The documentation of the field.
    pub docs: &'static str,
    /// Returns the keys of the table that it is, or of each table in it.
    pub below: fn() -> &'static [SectionKey],
}

impl SectionKey {
    /// Finds a key by its name.
    pub(super) fn find(keys: &[SectionKey], name: &str) -> Option<SectionKey> {
        keys.iter().find(|key| key.name == name).copied()
    }
}

impl<T: Section> Section for Option<T> {
    const KEYS: &'static [SectionKey] = T::KEYS;
}

impl<T: Section> Section for Box<T> {
    const KEYS: &'static [SectionKey] = T::KEYS;
}

impl<T: Section> Section for Vec<T> {
    const KEYS: &'static [SectionKey] = T::KEYS;
}

impl<K, T: Section> Section for BTreeMap<K, T> {
    const KEYS: &'static [SectionKey] = T::KEYS;
}

impl<K, T: Section, S> Section for HashMap<K, T, S> {
    const KEYS: &'static [SectionKey] = T::KEYS;
}

/// Tells the keys of a type that may be a section: the compiler prefers the method of the type to
/// that of the trait.
#[doc(hidden)]
pub struct Keys<T>(PhantomData<T>);

impl<T> Keys<T> {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Keys<T> {
        Keys(PhantomData)
    }
}

impl<T: Section> Keys<T> {
    pub fn keys(&self) -> &'static [SectionKey] {
        T::KEYS
    }
}

#[doc(hidden)]
pub trait NoSection {
    fn keys(&self) -> &'static [SectionKey] {
        &[]
    }
}

impl<T> NoSection for Keys<T> {}
