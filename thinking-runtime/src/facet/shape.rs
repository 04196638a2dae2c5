//! What a facet's type takes: its keys, their types, which of them must be there.
//!
//! Nobody writes it down: the type's own `Deserialize` is asked, by deserialisers that watch what
//! it asks for. So `#[serde(rename)]`, defaults, aliases and types from other crates are seen as
//! they are when a file is read.

use serde::de::DeserializeOwned;

mod explore;
mod probe;

/// The name of the newtype around a value that is never shown.
pub const SECRET: &str = "$thinking::Secret";
/// The name of the newtype around a path that is relative to the root.
pub const ROOT_PATH: &str = "$thinking::RootPath";

/// What a type takes.
///
/// It errs on the side of [`Shape::Any`]: what the type accepts is never left out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Shape {
    /// Anything, or nothing that is known: the type looks at the value before it decides, as an
    /// untagged enum does, or it contains itself.
    Any,
    /// `true` or `false`.
    Bool,
    /// A whole number within these bounds, both of which are accepted.
    Integer {
        /// The smallest.
        min: i128,
        /// The largest; what is beyond an `i128` is cut off.
        max: i128,
    },
    /// A number.
    Float,
    /// A text of one character.
    Character,
    /// A text.
    Text(TextShape),
    /// A length of time as people write it, such as `"30s"`: `std::time::Duration`.
    Duration,
    /// A value that may be absent.
    Optional(Box<Shape>),
    /// Any number of values of one shape.
    List(Box<Shape>),
    /// As many values as there are shapes, in this order.
    Tuple(Vec<Shape>),
    /// A table whose keys are free, with the shape of its values.
    Map(Box<Shape>),
    /// A table with these keys and no others.
    Struct(Vec<FieldShape>),
    /// One of these variants.
    Enum(Vec<VariantShape>),
    /// One of several kinds of value, among which the type tells by itself.
    OneOf(Vec<Shape>),
    /// A value that is never shown ([`SECRET`]).
    Secret(Box<Shape>),
    /// A path relative to the root ([`ROOT_PATH`]).
    RootPath(Box<Shape>),
}

/// Which texts a type takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextShape {
    /// The type's own words for what it takes: `a string`, `path string`, `IP address`.
    pub expected: String,
    /// Some texts that it takes, if it does not take any text; empty if none is known.
    pub examples: Vec<&'static str>,
}

/// A key of a [`Shape::Struct`].
#[derive(Debug, Clone, PartialEq)]
pub struct FieldShape {
    /// The key as files spell it.
    pub name: String,
    /// Other spellings that are accepted.
    pub aliases: Vec<String>,
    /// What it takes.
    pub shape: Shape,
    /// Whether the type refuses to go without it. A default of the facet may still provide it.
    pub required: bool,
}

/// A variant of a [`Shape::Enum`].
#[derive(Debug, Clone, PartialEq)]
pub struct VariantShape {
    /// The variant as files spell it.
    pub name: String,
    /// What stands in it.
    pub content: VariantContent,
}

/// What a [`VariantShape`] holds, and so how it is written.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum VariantContent {
    /// Nothing: `key = "variant"`.
    Unit,
    /// One value: `key = { variant = … }`; a list for a tuple, a table for a struct.
    Value(Shape),
}

impl Shape {
    /// Finds the shape of a type. Costs some microseconds for each key and variant in it.
    pub fn of<T: DeserializeOwned>() -> Shape {
        explore::Explorer::new(&|give, watch| {
            probe::drive(give, watch, |probe| T::deserialize(probe).map(drop))
        })
        .shape()
    }

    /// Returns the field of a struct by its name or an alias; `None` for all other shapes, too.
    pub fn field(&self, key: &str) -> Option<&FieldShape> {
        match self {
            Shape::Struct(fields) => fields
                .iter()
                .find(|field| field.name == key || field.aliases.iter().any(|alias| alias == key)),
            Shape::Optional(inner) | Shape::Secret(inner) => inner.field(key),
            _ => None,
        }
    }

    /// Tells whether it says what is at `path` and below.
    pub(crate) fn tells(&self, path: &[String]) -> bool {
        let Some((key, below)) = path.split_first() else {
            return !self.is_opaque();
        };
        match self {
            Shape::Optional(inner) | Shape::Secret(inner) => inner.tells(path),
            Shape::Map(inner) | Shape::List(inner) => inner.tells(below),
            Shape::Tuple(shapes) => shapes.iter().all(|shape| shape.tells(below)),
            Shape::Struct(_) => self.field(key).is_some_and(|field| field.shape.tells(below)),
            Shape::Enum(variants) => {
                let named = variants.iter().find(|variant| variant.name == *key);
                named.is_some_and(|variant| match &variant.content {
                    VariantContent::Value(shape) => shape.tells(below),
                    VariantContent::Unit => true,
                })
            }
            _ => false,
        }
    }

    /// Tells whether a value of this shape may hold what the shape does not tell.
    pub(crate) fn is_opaque(&self) -> bool {
        match self {
            Shape::Any => true,
            Shape::Optional(inner) | Shape::List(inner) | Shape::Map(inner) => inner.is_opaque(),
            Shape::Tuple(shapes) | Shape::OneOf(shapes) => shapes.iter().any(Shape::is_opaque),
            Shape::Struct(fields) => fields.iter().any(|field| field.shape.is_opaque()),
            Shape::Enum(variants) => variants.iter().any(|variant| match &variant.content {
                VariantContent::Value(shape) => shape.is_opaque(),
                VariantContent::Unit => false,
            }),
            _ => false,
        }
    }
}

impl FieldShape {
    /// Describes a key of which nothing but its name is known.
    pub(crate) fn any(name: &str) -> FieldShape {
        let name = name.to_owned();
        FieldShape { name, aliases: Vec::new(), shape: Shape::Any, required: false }
    }
}

#[cfg(test)]
mod tests;
