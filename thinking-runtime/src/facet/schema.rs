//! JSON schemas of facet files, for editors that complete and check TOML.
//!
//! Draft 7, with everything in its place instead of `$ref`: that is what the language servers for
//! TOML follow when they complete. What the program accepts is never refused. So no key of a file
//! is required, as another layer may set it; only an element of a list has to be complete, because
//! lists are not merged.

use std::ops::Bound;

use figment::value::{Dict, Num, Value};
use serde_json::{Map, Value as Json, json};

use super::describe;
use super::shape::{FieldShape, Shape, VariantContent, VariantShape};
use super::{FacetDefinition, Field, SectionKey, canonical};

/// The draft that the schemas are written in.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

impl FacetDefinition {
    /// Returns the JSON schema of `NAME.toml`.
    ///
    /// It refuses nothing that the program accepts: no key is required in a file, as a variable or
    /// an overlay may set it. Costs what [`Shape::of`] costs.
    ///
    /// ```
    /// # extern crate thinking_runtime as thinking;
    /// # use serde::Deserialize;
    /// # use thinking::Facet;
    /// /// How a model learns.
    /// #[derive(Deserialize, Facet)]
    /// #[facet(name = "learning")]
    /// struct Learning {
    ///     #[facet(default = 0.5, range = 0.0..1.0)]
    ///     rate: f64,
    /// }
    ///
    /// # fn main() {
    /// let schema = Learning::definition().schema();
    /// assert_eq!(schema["description"], "How a model learns.");
    /// assert_eq!(schema["properties"]["rate"]["exclusiveMaximum"], 1.0);
    /// # }
    /// ```
    pub fn schema(&self) -> Json {
        let keys = self.keys();
        let profiles = json!({
            "description": "What differs while a profile is active, by the profile's name.",
            "type": "object",
            "additionalProperties": keys.clone().into_schema(),
        });
        let Keys { mut properties, others } = keys;
        properties.insert("profile".to_owned(), profiles);
        self.file_schema(format!("{}.toml", self.name), Keys { properties, others })
    }

    /// Returns the JSON schema of the files `NAME.PROFILE.toml`.
    ///
    /// It is that of `NAME.toml` without the table of overlays. Costs what [`Shape::of`] costs.
    pub fn overlay_schema(&self) -> Json {
        self.file_schema(format!("{}.PROFILE.toml", self.name), self.keys())
    }

    fn file_schema(&self, title: String, keys: Keys) -> Json {
        let mut schema = Map::new();
        schema.insert("$schema".to_owned(), DRAFT.into());
        schema.insert("title".to_owned(), title.into());
        if !self.docs.is_empty() {
            schema.insert("description".to_owned(), self.docs.into());
        }
        if let Json::Object(keys) = keys.into_schema() {
            schema.extend(keys);
        }
        schema.into()
    }

    fn keys(&self) -> Keys {
        let defaults = self.default_values();
        match (self.shape)() {
            Shape::Struct(fields) => {
                let mut keys = Keys { properties: Map::new(), others: false.into() };
                for shape in &fields {
                    let field = self.fields.iter().find(|field| field.name == shape.name);
                    let schema = self.top_level(shape, field, &defaults);
                    keys.add(shape, schema);
                }
                keys
            }
            // The names of the fields are all that is known of a struct with flattened ones.
            shape => {
                let named = self.fields.iter().map(|field| {
                    let any = FieldShape::any(field.name);
                    (field.name.to_owned(), self.top_level(&any, Some(field), &defaults))
                });
                let others = match shape {
                    Shape::Map(value) => schema(&value, false, (self.below)()),
                    _ => true.into(),
                };
                Keys { properties: named.collect(), others }
            }
        }
    }

    fn top_level(&self, shape: &FieldShape, field: Option<&Field>, defaults: &Dict) -> Json {
        let below = field.map_or(&[][..], |field| (field.below)());
        let mut schema = into_object(schema(&shape.shape, false, below));
        if let Some(range) = field.and_then(|field| field.range.as_ref()) {
            limit(&mut schema, (range.bounds)());
        }
        let notes = describe::notes(shape, field, defaults);
        let docs = field.map(|field| field.docs).filter(|docs| !docs.is_empty());
        describe_with(&mut schema, docs, &notes);
        if describe::is_secret(&shape.shape, field) {
            schema.insert("writeOnly".to_owned(), true.into());
        } else if let Some(default) = defaults.get(&shape.name).and_then(to_json) {
            schema.insert("default".to_owned(), default);
        }
        schema.into()
    }
}

/// The keys of a table and what else may stand there.
#[derive(Clone)]
struct Keys {
    properties: Map<String, Json>,
    others: Json,
}

impl Keys {
    fn add(&mut self, field: &FieldShape, schema: Json) {
        for alias in &field.aliases {
            let mut schema = into_object(schema.clone());
            let other = format!("Another name of `{}`.", field.name);
            schema.insert("description".to_owned(), other.into());
            self.properties.insert(alias.clone(), schema.into());
        }
        self.properties.insert(field.name.clone(), schema);
    }

    fn into_schema(self) -> Json {
        json!({
            "type": "object",
            "properties": self.properties,
            "additionalProperties": self.others,
        })
    }
}

/// Returns the schema of a shape; in something `complete`, no other layer adds keys. `keys` are those
/// of the tables in it, as far as they are known.
fn schema(shape: &Shape, complete: bool, keys: &[SectionKey]) -> Json {
    match shape {
        Shape::Any => json!({}),
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Integer { min, max } => {
            let mut schema = into_object(json!({ "type": "integer" }));
            // TOML's own numbers end there.
            if let Some(min) = i64::try_from(*min).ok().filter(|min| *min > i64::MIN) {
                schema.insert("minimum".to_owned(), min.into());
            }
            if let Some(max) = i64::try_from(*max).ok().filter(|max| *max < i64::MAX) {
                schema.insert("maximum".to_owned(), max.into());
            }
            schema.into()
        }
        Shape::Float => json!({ "type": "number" }),
        Shape::Character => json!({ "type": "string", "minLength": 1, "maxLength": 1 }),
        Shape::Text(text) if text.examples.is_empty() => json!({ "type": "string" }),
        Shape::Text(text) => json!({ "type": "string", "examples": text.examples }),
        Shape::Duration => {
            json!({ "type": "string", "examples": describe::DURATIONS })
        }
        Shape::Optional(inner) | Shape::RootPath(inner) => schema(inner, complete, keys),
        Shape::Secret(inner) => {
            let mut schema = into_object(schema(inner, complete, keys));
            schema.insert("writeOnly".to_owned(), true.into());
            schema.into()
        }
        Shape::List(element) => json!({ "type": "array", "items": schema(element, true, keys) }),
        Shape::Tuple(elements) => {
            let items: Vec<_> =
                elements.iter().map(|element| schema(element, true, keys)).collect();
            let length = items.len();
            json!({ "type": "array", "items": items, "minItems": length, "maxItems": length })
        }
        Shape::Map(value) => {
            json!({ "type": "object", "additionalProperties": schema(value, complete, keys) })
        }
        Shape::Struct(fields) => structure(fields, complete, keys),
        Shape::Enum(variants) => enumeration(variants, complete, keys),
        Shape::OneOf(shapes) => {
            let kinds: Vec<_> = shapes.iter().map(|shape| schema(shape, complete, keys)).collect();
            json!({ "anyOf": kinds })
        }
    }
}

fn structure(fields: &[FieldShape], complete: bool, known: &[SectionKey]) -> Json {
    let mut keys = Keys { properties: Map::new(), others: false.into() };
    for field in fields {
        let key = SectionKey::find(known, &field.name);
        let below = key.map_or(&[][..], |key| (key.below)());
        let mut schema = into_object(schema(&field.shape, complete, below));
        let notes = describe::notes(field, None, &Dict::new());
        let docs = key.map(|key| key.docs).filter(|docs| !docs.is_empty());
        describe_with(&mut schema, docs, &notes);
        keys.add(field, schema.into());
    }
    let mut schema = into_object(keys.into_schema());
    // With an alias, it is one of several names.
    let required = fields.iter().filter(|field| field.required && field.aliases.is_empty());
    let required: Vec<_> = required.map(|field| field.name.as_str()).collect();
    if complete && !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema.into()
}

fn describe_with(schema: &mut Map<String, Json>, docs: Option<&str>, notes: &[String]) {
    let parts: Vec<&str> = docs.into_iter().chain(notes.iter().map(String::as_str)).collect();
    if !parts.is_empty() {
        schema.insert("description".to_owned(), parts.join("\n\n").into());
    }
}

fn enumeration(variants: &[VariantShape], complete: bool, keys: &[SectionKey]) -> Json {
    let is_unit = |variant: &&VariantShape| variant.content == VariantContent::Unit;
    let units: Vec<_> = variants.iter().filter(is_unit).map(|v| v.name.as_str()).collect();
    let mut kinds = Vec::new();
    if !units.is_empty() {
        kinds.push(json!({ "type": "string", "enum": units }));
    }
    for variant in variants {
        if let VariantContent::Value(content) = &variant.content {
            let mut properties = Map::new();
            properties.insert(variant.name.clone(), schema(content, complete, keys));
            kinds.push(json!({
                "type": "object",
                "properties": properties,
                "required": [variant.name],
                "additionalProperties": false,
            }));
        }
    }
    match kinds.len() {
        1 => kinds.remove(0),
        _ => json!({ "oneOf": kinds }),
    }
}

/// States the ends of a range, as far as they are numbers.
fn limit(schema: &mut Map<String, Json>, (lower, upper): super::Bounds) {
    let ends = [(lower, "minimum", "exclusiveMinimum"), (upper, "maximum", "exclusiveMaximum")];
    for (end, included, excluded) in ends {
        let (value, stated, other) = match &end {
            Bound::Included(value) => (value, included, excluded),
            Bound::Excluded(value) => (value, excluded, included),
            Bound::Unbounded => continue,
        };
        if let Some(number @ Json::Number(_)) = to_json(value) {
            schema.remove(other);
            schema.insert(stated.to_owned(), number);
        }
    }
}

/// Returns a value as JSON; `None` for what JSON has no word for, such as infinity.
fn to_json(value: &Value) -> Option<Json> {
    Some(match value {
        Value::String(_, text) => text.as_str().into(),
        Value::Char(_, character) => character.to_string().into(),
        Value::Bool(_, bool) => (*bool).into(),
        // By its text, as an `f32` gains digits when it is widened.
        Value::Num(_, Num::F32(_) | Num::F64(_)) => {
            let number: f64 = canonical::text(value).parse().ok()?;
            serde_json::Number::from_f64(number)?.into()
        }
        Value::Num(..) => canonical::text(value).parse::<i64>().ok()?.into(),
        Value::Empty(..) => return None,
        Value::Array(_, values) => values.iter().map(to_json).collect::<Option<Vec<_>>>()?.into(),
        Value::Dict(_, dict) => {
            // An option that is not set has no default.
            let entries = dict.iter().filter(|(_, value)| !matches!(value, Value::Empty(..)));
            let entries = entries.map(|(key, value)| Some((key.clone(), to_json(value)?)));
            entries.collect::<Option<Map<_, _>>>()?.into()
        }
    })
}

fn into_object(schema: Json) -> Map<String, Json> {
    match schema {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
pub(super) mod tests;
