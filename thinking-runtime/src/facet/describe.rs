//! What a key takes, in words: for schemas and default files.

use figment::value::Dict;

use super::Field;
use super::shape::{FieldShape, Shape, VariantContent};

/// Says of a key that it is auxiliary.
pub(super) const AUXILIARY: &str = "Auxiliary: a change makes no result stale.";

/// Lengths of time as people write them.
pub(super) const DURATIONS: [&str; 3] = ["30s", "5m", "1h 30m"];

/// Says what is to be known of a key beside its documentation and type, a sentence each; `field`
/// is there for the keys of the facet itself.
pub(super) fn notes(shape: &FieldShape, field: Option<&Field>, defaults: &Dict) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(range) = field.and_then(|field| field.range.as_ref()) {
        notes.push(format!("Accepted: {}.", range.text));
    }
    if shape.required && !defaults.contains_key(&shape.name) {
        notes.push(match field {
            Some(_) => {
                "Required: nothing starts unless a file, a variable or `--set` sets it.".into()
            }
            None => "Required in this table.".into(),
        });
    }
    if is_root_path(&shape.shape) {
        notes.push("Relative to the root.".into());
    }
    if field.is_some_and(|field| field.auxiliary) {
        notes.push(AUXILIARY.into());
    }
    if is_secret(&shape.shape, field) {
        notes.push("Secret: it is never shown.".into());
    }
    notes
}

/// Tells whether a key's value is never shown.
pub(super) fn is_secret(shape: &Shape, field: Option<&Field>) -> bool {
    let wrapped = match shape {
        Shape::Secret(_) => true,
        Shape::Optional(inner) => is_secret(inner, None),
        _ => false,
    };
    wrapped || field.is_some_and(|field| field.secret)
}

/// Says what a shape takes: `a whole number from 0 to 255`.
pub(super) fn words(shape: &Shape) -> String {
    match shape {
        Shape::Any => "any value".to_owned(),
        Shape::Bool => "`true` or `false`".to_owned(),
        Shape::Integer { min, max } => {
            // The ends of the larger types say nothing to a reader.
            let min = (*min > i32::MIN.into()).then_some(min);
            let max = (*max < i32::MAX.into()).then_some(max);
            match (min, max) {
                (Some(min), Some(max)) => format!("a whole number from {min} to {max}"),
                (Some(min), None) => format!("a whole number from {min}"),
                (None, Some(max)) => format!("a whole number up to {max}"),
                (None, None) => "a whole number".to_owned(),
            }
        }
        Shape::Float => "a number".to_owned(),
        Shape::Character => "a text of one character".to_owned(),
        Shape::Text(text) => {
            // What serde says of a `String` says no more than that it is one.
            let expected = match text.expected.as_str() {
                "a string" => String::new(),
                "path string" => return "a path".to_owned(),
                expected => format!(" ({expected})"),
            };
            match text.examples.first() {
                Some(&"30s") => words(&Shape::Duration),
                None => format!("a text{expected}"),
                Some(example) => format!("a text such as {example:?}{expected}"),
            }
        }
        Shape::Duration => format!("a length of time such as {:?}", DURATIONS[0]),
        Shape::Optional(inner) | Shape::Secret(inner) => words(inner),
        Shape::RootPath(_) => "a path".to_owned(),
        Shape::List(element) => format!("a list, each {}", words(element)),
        Shape::Tuple(elements) => {
            let elements: Vec<_> = elements.iter().map(words).collect();
            format!("a list of {}: {}", elements.len(), elements.join("; "))
        }
        Shape::Map(value) => format!("a table, each value {}", words(value)),
        Shape::Struct(_) => "a table".to_owned(),
        Shape::Enum(variants) => {
            let variants: Vec<_> = variants
                .iter()
                .map(|variant| match &variant.content {
                    VariantContent::Unit => format!("{:?}", variant.name),
                    VariantContent::Value(content) => {
                        format!("`{{ {} = … }}` with {}", variant.name, words(content))
                    }
                })
                .collect();
            either(&variants)
        }
        Shape::OneOf(shapes) => either(&shapes.iter().map(words).collect::<Vec<_>>()),
    }
}

fn either(choices: &[String]) -> String {
    match choices {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn is_root_path(shape: &Shape) -> bool {
    match shape {
        Shape::RootPath(_) => true,
        Shape::Optional(inner) => is_root_path(inner),
        _ => false,
    }
}
