//! Values that people spell in several ways: durations and sizes.

use std::any::type_name;
use std::time::Duration;

use figment::value::{Dict, Value};
use jiff::{SignedDuration, Span, SpanRelativeTo};

use super::Shape;
use crate::byte_size::ByteSize;

/// What a duration is written like.
pub(crate) const DURATION: &str = "a duration such as \"30s\", \"1h 30m\" or \"2 days\"";

/// A kind of value with several spellings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// `std::time::Duration`.
    Duration,
    /// `jiff::SignedDuration`.
    SignedDuration,
    /// [`ByteSize`].
    ByteSize,
}

impl Spelling {
    /// Returns the one spelling of a value that the type accepts; `None` of one that it does not.
    pub(crate) fn normal(self, value: &Value) -> Option<String> {
        let text = value.as_str();
        match self {
            Spelling::Duration | Spelling::SignedDuration => {
                let duration = match value {
                    Value::Dict(..) => SignedDuration::try_from(parts(value)?).ok()?,
                    _ => duration(text?).ok()?,
                };
                Some(format!("{duration:#}"))
            }
            Spelling::ByteSize => {
                let size = match text {
                    Some(text) => text.parse().ok()?,
                    None => ByteSize::new(unsigned(value)?),
                };
                Some(size.to_string())
            }
        }
    }
}

/// Spells the durations in a value as people do, where serde has written their parts.
pub(crate) fn spell_durations(value: Value, shape: &Shape) -> Value {
    let table = |shape_of: &dyn Fn(&str) -> Option<Shape>, dict: Dict| {
        let entries = dict.into_iter().map(|(key, value)| match shape_of(&key) {
            Some(shape) => (key, spell_durations(value, &shape)),
            None => (key, value),
        });
        Value::from(entries.collect::<Dict>())
    };
    match (shape, value) {
        (Shape::Duration, value) => Spelling::Duration.normal(&value).map_or(value, Value::from),
        (Shape::Optional(inner), value) => spell_durations(value, inner),
        (Shape::Struct(_), Value::Dict(_, dict)) => {
            table(&|key| shape.field(key).map(|field| field.shape.clone()), dict)
        }
        (Shape::Map(inner), Value::Dict(_, dict)) => table(&|_| Some((**inner).clone()), dict),
        (Shape::List(inner), Value::Array(_, values)) => {
            let values = values.into_iter().map(|value| spell_durations(value, inner));
            Value::from(values.collect::<Vec<_>>())
        }
        (_, value) => value,
    }
}

/// Tells whether a visitor's value is a `T`, which need not be `'static` and so has no type id.
///
/// A type of the same name is one, too: that of another version of the same crate.
pub(crate) fn is<V, T>() -> bool {
    type_name::<V>() == type_name::<T>()
}

/// Reads a duration: `30s`, `1h 30m`, `2 days`, `PT30S`. A day has 24 hours here.
pub(crate) fn duration(text: &str) -> Result<SignedDuration, jiff::Error> {
    text.parse().or_else(|_: jiff::Error| {
        let span: Span = text.parse()?;
        span.to_duration(SpanRelativeTo::days_are_24_hours())
    })
}

/// Reads a duration as serde writes it.
fn parts(value: &Value) -> Option<Duration> {
    let part = |key| value.find_ref(key).and_then(unsigned);
    Some(Duration::new(part("secs")?, u32::try_from(part("nanos")?).ok()?))
}

/// Returns a whole number that is not negative, of whichever type it is.
pub(crate) fn unsigned(value: &Value) -> Option<u64> {
    let number = value.to_num()?;
    let signed = || u128::try_from(number.to_i128()?).ok();
    u64::try_from(number.to_u128().or_else(signed)?).ok()
}

#[cfg(test)]
mod tests;
