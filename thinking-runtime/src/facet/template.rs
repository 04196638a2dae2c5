//! Default files of facets: every key in a comment, with its documentation and its default.

use figment::value::{Dict, Num, Value};

use super::describe;
use super::shape::{FieldShape, Shape};
use super::{FacetDefinition, Field, SectionKey, canonical};

/// What stands for a name that the reader chooses.
const NAME: &str = "NAME";

impl FacetDefinition {
    /// Returns a `NAME.toml` to begin with: each key in a comment, with its documentation, what it
    /// takes, and its default, so that the file changes nothing until a key is uncommented.
    ///
    /// A key without a default, or with a secret one, has nothing after its `=`; a required one
    /// says so. Costs what [`Shape::of`] costs.
    pub fn template(&self) -> String {
        let defaults = self.default_values();
        let shape = (self.shape)();
        let are_auxiliary = self.fields.iter().all(|field| field.auxiliary);
        let mut page = Page { text: String::new(), are_auxiliary };
        page.prose(self.docs);
        if !self.docs.is_empty() {
            page.text.push_str("#\n");
        }
        page.prose("A key in a comment has its default; remove the `# ` before it to set it.");
        if are_auxiliary && !self.fields.is_empty() {
            page.prose("No change here makes a result stale: all keys are auxiliary.");
        }
        match &shape {
            Shape::Struct(fields) => {
                page.table(&[], fields, &defaults, Known::Facet(self.fields));
            }
            Shape::Map(value) if self.fields.is_empty() => {
                page.blank();
                page.named(&[], value, (self.below)());
            }
            // The names of the fields are all that is known of a struct with flattened ones.
            _ => {
                let fields: Vec<_> =
                    self.fields.iter().map(|field| FieldShape::any(field.name)).collect();
                page.table(&[], &fields, &defaults, Known::Facet(self.fields));
            }
        }
        page.text
    }

    /// Returns the keys that something has to set, as they have no default. Costs what
    /// [`Shape::of`] costs.
    pub fn required_keys(&self) -> Vec<String> {
        let defaults = self.default_values();
        let Shape::Struct(fields) = (self.shape)() else {
            return Vec::new();
        };
        let required = |shape: &FieldShape| shape.required && !defaults.contains_key(&shape.name);
        fields.into_iter().filter(required).map(|shape| shape.name).collect()
    }
}

/// A file of comments as it is written.
struct Page {
    text: String,
    /// Whether all keys are, so that it is said once.
    are_auxiliary: bool,
}

impl Page {
    /// Writes the keys of a table: first those with a value, as everything behind the head of a
    /// table belongs to it.
    fn table(&mut self, path: &[&str], fields: &[FieldShape], defaults: &Dict, known: Known<'_>) {
        let (tables, values): (Vec<_>, Vec<_>) = fields
            .iter()
            .partition(|shape| Table::of(&shape.shape, defaults.get(&shape.name)).is_some());
        for shape in values {
            let field = known.field(&shape.name);
            let secret = describe::is_secret(&shape.shape, field);
            let default = defaults.get(&shape.name).filter(|_| !secret).and_then(to_toml);
            let default = default.map_or(String::new(), |default| format!(" {default}"));
            let words = describe::words(&within_range(&shape.shape, field));
            self.blank();
            self.about(shape, known, defaults, &sentence(&words));
            self.prose(&format!("{} ={default}", key(&shape.name)));
        }
        for shape in tables {
            let default = defaults.get(&shape.name);
            let below = [path, &[&*shape.name]].concat();
            self.blank();
            self.about(shape, known, defaults, "");
            let keys = known.below(&shape.name);
            match Table::of(&shape.shape, default) {
                Some(Table::One(fields)) => {
                    self.prose(&format!("[{}]", head(&below)));
                    let none = Dict::new();
                    let defaults = default.and_then(Value::as_dict).unwrap_or(&none);
                    self.table(&below, fields, defaults, Known::Section(keys));
                }
                Some(Table::Each(fields)) => {
                    self.prose("Such a table for each element of the list:");
                    self.prose(&format!("[[{}]]", head(&below)));
                    self.table(&below, fields, &Dict::new(), Known::Section(keys));
                }
                Some(Table::Named(value)) => self.named(&below, value, keys),
                None => {}
            }
        }
    }

    /// Writes what stands below names that the reader chooses.
    fn named(&mut self, path: &[&str], value: &Shape, keys: &[SectionKey]) {
        let below = [path, &[NAME]].concat();
        match Table::of(value, None) {
            Some(Table::One(fields)) => {
                self.prose("Such a table for each name that you choose:");
                self.prose(&format!("[{}]", head(&below)));
                self.table(&below, fields, &Dict::new(), Known::Section(keys));
            }
            _ => {
                self.prose(&format!("For each name that you choose: {}.", describe::words(value)));
                if !path.is_empty() {
                    self.prose(&format!("[{}]", head(path)));
                }
                self.prose(&format!("{NAME} ="));
            }
        }
    }

    /// Writes the documentation of a key, what it takes, and what else is to be known.
    fn about(&mut self, shape: &FieldShape, known: Known<'_>, defaults: &Dict, words: &str) {
        let field = known.field(&shape.name);
        self.prose(known.docs(&shape.name));
        if shape.shape != Shape::Any {
            self.prose(words);
        }
        for note in describe::notes(shape, field, defaults) {
            if !(self.are_auxiliary && note == describe::AUXILIARY) {
                self.prose(&note);
            }
        }
        if !shape.required && !defaults.contains_key(&shape.name) && shape.shape != Shape::Any {
            self.prose("May be left out.");
        }
    }

    /// Writes comments; settings are comments, too.
    fn prose(&mut self, text: &str) {
        for line in text.lines() {
            self.text.push_str(format!("# {line}").trim_end());
            self.text.push('\n');
        }
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }
}

/// What is known of the keys of a table beside their types.
#[derive(Clone, Copy)]
enum Known<'a> {
    /// Those of the facet itself.
    Facet(&'a [Field]),
    /// Those of a table in it.
    Section(&'a [SectionKey]),
}

impl<'a> Known<'a> {
    fn field(self, name: &str) -> Option<&'a Field> {
        match self {
            Known::Facet(fields) => fields.iter().find(|field| field.name == name),
            Known::Section(_) => None,
        }
    }

    fn docs(self, name: &str) -> &'static str {
        match self {
            Known::Facet(_) => self.field(name).map(|field| field.docs),
            Known::Section(keys) => SectionKey::find(keys, name).map(|key| key.docs),
        }
        .unwrap_or_default()
    }

    fn below(self, name: &str) -> &'static [SectionKey] {
        match self {
            Known::Facet(_) => self.field(name).map(|field| (field.below)()),
            Known::Section(keys) => SectionKey::find(keys, name).map(|key| (key.below)()),
        }
        .unwrap_or_default()
    }
}

/// A value that is written as tables of its own.
enum Table<'a> {
    /// `[key]`
    One(&'a [FieldShape]),
    /// `[[key]]`
    Each(&'a [FieldShape]),
    /// `[key.NAME]`
    Named(&'a Shape),
}

impl Table<'_> {
    /// Returns how a shape is written; `None` if as a plain value, as a default that names what
    /// the reader would choose is.
    fn of<'a>(shape: &'a Shape, default: Option<&Value>) -> Option<Table<'a>> {
        let nothing = match default {
            None => true,
            Some(Value::Dict(_, dict)) => dict.is_empty(),
            Some(Value::Array(_, values)) => values.is_empty(),
            Some(_) => false,
        };
        match shape {
            Shape::Optional(inner) => Table::of(inner, default),
            Shape::Struct(fields) => Some(Table::One(fields)),
            Shape::List(element) => match &**element {
                Shape::Struct(fields) if nothing => Some(Table::Each(fields)),
                _ => None,
            },
            Shape::Map(value) if nothing && **value != Shape::Any => Some(Table::Named(value)),
            _ => None,
        }
    }
}

/// Leaves the natural bounds of a number away where a range says more.
fn within_range(shape: &Shape, field: Option<&Field>) -> Shape {
    match shape {
        Shape::Integer { .. } if field.is_some_and(|field| field.range.is_some()) => {
            Shape::Integer { min: i64::MIN.into(), max: i64::MAX.into() }
        }
        shape => shape.clone(),
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn head(path: &[&str]) -> String {
    path.iter().map(|name| key(name)).collect::<Vec<_>>().join(".")
}

/// Returns a key as TOML spells it.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => toml::Value::from(name).to_string(),
    }
}

/// Returns a value as TOML; `None` for what TOML cannot say.
fn to_toml(value: &Value) -> Option<toml::Value> {
    Some(match value {
        Value::String(_, text) => text.as_str().into(),
        Value::Char(_, character) => character.to_string().into(),
        Value::Bool(_, bool) => (*bool).into(),
        // By its text, as an `f32` gains digits when it is widened.
        Value::Num(_, Num::F32(_) | Num::F64(_)) => {
            canonical::text(value).parse::<f64>().ok()?.into()
        }
        Value::Num(..) => canonical::text(value).parse::<i64>().ok()?.into(),
        Value::Empty(..) => return None,
        Value::Array(_, values) => values.iter().map(to_toml).collect::<Option<Vec<_>>>()?.into(),
        Value::Dict(_, dict) => {
            let entries = dict.iter().filter(|(_, value)| !matches!(value, Value::Empty(..)));
            let entries = entries.map(|(key, value)| Some((key.clone(), to_toml(value)?)));
            entries.collect::<Option<toml::Table>>()?.into()
        }
    })
}

#[cfg(test)]
mod tests;
