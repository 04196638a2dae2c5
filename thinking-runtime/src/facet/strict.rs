//! Deserialises a facet strictly: unknown keys are mistakes, and one mistake does not hide the
//! next.
//!
//! serde stops at the first error. So after an error the place it names is given a stand-in
//! value of whatever type is asked there, and the value is deserialised again, until nothing new
//! is found. The result is used only if there was no mistake at all.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use figment::value::{Dict, Empty, Num, Value};
use jiff::SignedDuration;
use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};

use super::notes::Notes;
use super::spelling::{self, Spelling};
use super::stand_in::StandIn;
use super::toml_file::KeyPath;
use super::{Raw, SECRET, scope};
use crate::byte_size::{self, ByteSize};

/// More mistakes than this are not worth reading at once, and it bounds the repetitions.
const MISTAKES_MAX: usize = 64;

/// One mistake in a facet's values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mistake {
    /// The keys that lead to it.
    pub(crate) path: KeyPath,
    pub(crate) kind: MistakeKind,
}

/// What a [`Mistake`] is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum MistakeKind {
    /// Nothing in the type has this key.
    UnknownKey { accepted: Vec<String> },
    /// An enumeration has no such value.
    UnknownVariant { found: String, accepted: Vec<String> },
    /// The type or the value is not what the field takes.
    Unacceptable { found: String, accepted: String },
    /// A required key is not set anywhere.
    Missing,
    /// The facet's own check refuses the value.
    Refused { accepted: String },
    /// The type's own complaint.
    Other(String),
}

/// Deserialises `value`, or returns every mistake in it; also says what was learned of its parts.
pub(crate) fn deserialize<T: DeserializeOwned>(
    value: &Value,
    raw: Raw<'_>,
) -> (Result<T, Vec<Mistake>>, Notes) {
    let mut stand_ins: BTreeMap<KeyPath, StandIn> = BTreeMap::new();
    let mut mistakes = Vec::new();
    let mut notes = Notes::default();
    loop {
        let context = Context {
            raw,
            stand_ins: &stand_ins,
            unknown: RefCell::default(),
            notes: RefCell::default(),
            buffered: RefCell::default(),
            root: value,
        };
        let result = T::deserialize(Strict { value, context: &context, path: Vec::new() });
        context.place_secrets(&[]);
        notes.extend(context.notes.into_inner());
        context.buffered.borrow().iter().for_each(|path| notes.buffer(path));
        let unknown = context.unknown.into_inner();
        match result {
            Ok(value) if mistakes.is_empty() && unknown.is_empty() => return (Ok(value), notes),
            Ok(_) => {
                mistakes.extend(unknown);
                return (Err(mistakes), notes);
            }
            Err(error) => {
                let mistake = error.into_mistake();
                let behind = stand_ins.iter_mut().find(|(path, _)| mistake.path.starts_with(path));
                let goes_on = match behind {
                    Some((_, stand_in)) => stand_in.try_another(),
                    None => mistakes.len() < MISTAKES_MAX,
                };
                if !goes_on {
                    mistakes.extend(unknown);
                    return (Err(mistakes), notes);
                }
                if !stand_ins.keys().any(|path| mistake.path.starts_with(path)) {
                    stand_ins.insert(mistake.path.clone(), StandIn::default());
                    mistakes.push(mistake);
                }
            }
        }
    }
}

struct Context<'a> {
    raw: Raw<'a>,
    stand_ins: &'a BTreeMap<KeyPath, StandIn>,
    unknown: RefCell<Vec<Mistake>>,
    notes: RefCell<Notes>,
    /// What serde took as it is, to find out later what it makes of it.
    buffered: RefCell<BTreeSet<KeyPath>>,
    root: &'a Value,
}

impl Context<'_> {
    /// Hides what was buffered at or directly below `path`, if a secret turned up in there.
    fn place_secrets(&self, path: &[String]) {
        if !scope::take_unplaced() {
            return;
        }
        let buffered = self.buffered.borrow();
        let mut notes = self.notes.borrow_mut();
        let is_below = |other: &&KeyPath| other.len() == path.len() + 1 && other.starts_with(path);
        let below: Vec<_> = buffered.iter().filter(is_below).collect();
        match buffered.contains(path) || below.is_empty() {
            true => notes.hide(path),
            false => below.into_iter().for_each(|path| notes.hide(path)),
        }
    }
}

/// A value on its way into a type.
struct Strict<'a> {
    value: &'a Value,
    context: &'a Context<'a>,
    path: KeyPath,
}

/// An error with the path collected on its way out, innermost key first.
#[derive(Debug)]
pub(crate) struct StrictError {
    path: Vec<String>,
    kind: MistakeKind,
}

impl StrictError {
    fn new(kind: MistakeKind) -> Self {
        StrictError { path: Vec::new(), kind }
    }

    fn inside(mut self, key: &str) -> Self {
        self.path.push(key.to_owned());
        self
    }

    fn into_mistake(mut self) -> Mistake {
        self.path.reverse();
        Mistake { path: self.path, kind: self.kind }
    }

    fn unacceptable(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (found, accepted) = (found.to_string(), expected.to_string());
        StrictError::new(MistakeKind::Unacceptable { found, accepted })
    }
}

impl fmt::Display for StrictError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl std::error::Error for StrictError {}

impl de::Error for StrictError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        StrictError::new(MistakeKind::Other(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        StrictError::unacceptable(found, expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        StrictError::unacceptable(found, expected)
    }

    fn unknown_variant(found: &str, accepted: &'static [&'static str]) -> Self {
        let accepted = accepted.iter().map(|name| name.to_string()).collect();
        StrictError::new(MistakeKind::UnknownVariant { found: found.to_owned(), accepted })
    }

    fn unknown_field(found: &str, accepted: &'static [&'static str]) -> Self {
        let accepted = accepted.iter().map(|name| name.to_string()).collect();
        StrictError::new(MistakeKind::UnknownKey { accepted }).inside(found)
    }

    fn duplicate_field(field: &'static str) -> Self {
        let message = "set twice, once by another of its names".to_owned();
        StrictError::new(MistakeKind::Other(message)).inside(field)
    }

    fn missing_field(field: &'static str) -> Self {
        StrictError::new(MistakeKind::Missing).inside(field)
    }
}

impl<'a> Strict<'a> {
    fn child(&self, key: &str, value: &'a Value) -> Strict<'a> {
        let mut path = self.path.clone();
        path.push(key.to_owned());
        Strict { value, context: self.context, path }
    }

    /// Returns the text that a variable or flag gave for this value, if it came from there.
    fn raw_text(&self) -> Option<String> {
        match self.value {
            Value::Num(..) | Value::Bool(..) => (self.context.raw)(self.value),
            _ => None,
        }
    }

    /// Hands a text over that spells a `jiff::SignedDuration`.
    fn signed_duration<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, StrictError> {
        self.context.notes.borrow_mut().spell(&self.path, Spelling::SignedDuration);
        let wrong = StrictError::unacceptable(unexpected(self.value), &spelling::DURATION);
        let parsed = self.value.as_str().and_then(|text| spelling::duration(text).ok());
        let result = match parsed {
            // jiff by itself knows no days here.
            Some(duration) => visitor.visit_string(format!("{duration:#}")),
            None => self.visit_any(visitor),
        };
        result.map_err(|_: StrictError| wrong)
    }

    /// Hands the parts of a `std::time::Duration` over, which serde asks for.
    fn duration<V: Visitor<'a>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        self.context.notes.borrow_mut().spell(&self.path, Spelling::Duration);
        let text = match self.value {
            Value::Dict(_, dict) => return visitor.visit_map(self.entries(dict, Some(fields))),
            other => other.as_str(),
        };
        let parsed = text.and_then(|text| Duration::try_from(spelling::duration(text).ok()?).ok());
        let Some(duration) = parsed else {
            return Err(StrictError::unacceptable(unexpected(self.value), &spelling::DURATION));
        };
        let parts = [duration.as_secs(), u64::from(duration.subsec_nanos())];
        visitor.visit_seq(SeqDeserializer::<_, StrictError>::new(parts.into_iter()))
    }

    fn size(&self) -> Result<ByteSize, StrictError> {
        match self.value {
            Value::String(_, text) => text.parse().map_err(de::Error::custom),
            other => spelling::unsigned(other)
                .map(ByteSize::new)
                .ok_or_else(|| StrictError::unacceptable(unexpected(other), &byte_size::ACCEPTED)),
        }
    }

    /// Visits the value where a list, table or variant is asked for.
    fn visit_whole<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, StrictError> {
        if !matches!(self.value, Value::Dict(..) | Value::Array(..)) {
            self.context.notes.borrow_mut().unmet(&self.path);
        }
        self.visit_any(visitor)
    }

    fn visit_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, StrictError> {
        match self.value {
            Value::String(_, text) => visitor.visit_str(text),
            Value::Char(_, character) => visitor.visit_char(*character),
            Value::Bool(_, bool) => visitor.visit_bool(*bool),
            Value::Num(_, number) => visit_number(*number, visitor),
            Value::Empty(_, Empty::None) => visitor.visit_none(),
            Value::Empty(_, Empty::Unit) => visitor.visit_unit(),
            Value::Dict(_, dict) => visitor.visit_map(self.entries(dict, None)),
            Value::Array(_, values) => self.visit_seq(values, visitor),
        }
    }

    /// Returns what stands here because a mistake was found.
    fn stand_in(&self) -> Option<StandIn> {
        self.context.stand_ins.get(&self.path).copied()
    }

    fn entries(self, dict: &'a Dict, fields: Option<&'static [&'static str]>) -> Entries<'a> {
        let mut entries: Vec<(&'a str, &'a Value)> = Vec::new();
        for (key, value) in dict {
            match fields {
                Some(fields) if !fields.contains(&key.as_str()) => {
                    let accepted = fields.iter().map(|name| name.to_string()).collect();
                    let path = self.child(key, value).path;
                    let kind = MistakeKind::UnknownKey { accepted };
                    self.context.unknown.borrow_mut().push(Mistake { path, kind });
                }
                _ => entries.push((key, value)),
            }
        }
        // A required key that was found missing gets its stand-in here.
        for path in self.context.stand_ins.keys() {
            if let Some((last, parent)) = path.split_last()
                && *parent == *self.path
                && !dict.contains_key(last)
            {
                entries.push((last, self.context.root));
            }
        }
        Entries { of: self, entries: entries.into_iter(), value: None }
    }

    fn visit_seq<V: Visitor<'a>>(
        self,
        values: &'a [Value],
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        visitor.visit_seq(Elements { of: self, values: values.iter().enumerate() })
    }
}

/// A stand-in must know the type that is asked for, so it cannot go through `deserialize_any`.
macro_rules! stand_in_or {
    ($visit:ident: $($method:ident)*) => {$(
        fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, StrictError> {
            match self.stand_in() {
                Some(stand_in) => stand_in.$method(visitor),
                None => self.$visit(visitor),
            }
        }
    )*};
}

impl<'a> Deserializer<'a> for Strict<'a> {
    type Error = StrictError;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, StrictError> {
        if let Some(stand_in) = self.stand_in() {
            return stand_in.deserialize_any(visitor);
        }
        self.context.buffered.borrow_mut().insert(self.path.clone());
        self.visit_any(visitor)
    }

    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, StrictError> {
        if let Some(stand_in) = self.stand_in() {
            return stand_in.deserialize_str(visitor);
        }
        if spelling::is::<V::Value, SignedDuration>() {
            return self.signed_duration(visitor);
        }
        match self.raw_text() {
            Some(text) => visitor.visit_string(text),
            None => self.visit_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, StrictError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, StrictError> {
        match self.value {
            _ if self.stand_in().is_some() => visitor.visit_none(),
            Value::Empty(..) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        match name {
            SECRET => {
                self.context.notes.borrow_mut().hide(&self.path);
                scope::announce_secret();
            }
            scope::BYTE_SIZE => {
                self.context.notes.borrow_mut().spell(&self.path, Spelling::ByteSize);
                return match self.stand_in() {
                    Some(stand_in) => stand_in.deserialize_newtype_struct(name, visitor),
                    None => visitor.visit_u64(self.size()?.bytes()),
                };
            }
            _ => {}
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        if let Some(stand_in) = self.stand_in() {
            return stand_in.deserialize_struct(name, fields, visitor);
        }
        if spelling::is::<V::Value, Duration>() {
            return self.duration(fields, visitor);
        }
        match self.value {
            Value::Dict(_, dict) => visitor.visit_map(self.entries(dict, Some(fields))),
            _ => self.visit_whole(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        if let Some(stand_in) = self.stand_in() {
            return stand_in.deserialize_enum(name, variants, visitor);
        }
        self.context.notes.borrow_mut().unmet(&self.path);
        match self.value {
            Value::String(_, variant) => {
                let unit: StrDeserializer<'_, StrictError> = variant.as_str().into_deserializer();
                visitor.visit_enum(unit)
            }
            Value::Dict(_, dict) if dict.len() == 1 => {
                let (variant, content) =
                    dict.iter().next().map_or(("", self.value), |(k, v)| (k.as_str(), v));
                visitor.visit_enum(Variant { variant, content: self.child(variant, content) })
            }
            _ => {
                let kinds = format!("one of {}", variants.join(", "));
                let found = unexpected(self.value).to_string();
                Err(StrictError::new(MistakeKind::Unacceptable { found, accepted: kinds }))
            }
        }
    }

    stand_in_or! { visit_whole: deserialize_seq deserialize_map }

    stand_in_or! { visit_any:
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char deserialize_bytes
        deserialize_byte_buf deserialize_unit deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_unit_struct<V: Visitor<'a>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_tuple<V: Visitor<'a>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        match self.stand_in() {
            Some(stand_in) => stand_in.deserialize_tuple(length, visitor),
            None => self.visit_whole(visitor),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        _name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        self.deserialize_tuple(length, visitor)
    }
}

fn unexpected(value: &Value) -> Unexpected<'_> {
    match value {
        Value::String(_, text) => Unexpected::Str(text),
        Value::Char(_, character) => Unexpected::Char(*character),
        Value::Bool(_, bool) => Unexpected::Bool(*bool),
        Value::Num(_, number) => match (number.to_f64(), number.to_i128()) {
            (Some(float), _) => Unexpected::Float(float),
            (_, Some(integer)) => i64::try_from(integer)
                .map_or(Unexpected::Other("a large integer"), Unexpected::Signed),
            _ => Unexpected::Other("a number"),
        },
        Value::Empty(..) => Unexpected::Unit,
        Value::Dict(..) => Unexpected::Map,
        Value::Array(..) => Unexpected::Seq,
    }
}

fn visit_number<'de, V: Visitor<'de>>(number: Num, visitor: V) -> Result<V::Value, StrictError> {
    match number {
        Num::F32(value) => visitor.visit_f32(value),
        Num::F64(value) => visitor.visit_f64(value),
        _ => match (number.to_i128(), number.to_u128()) {
            (Some(value), _) => match (i64::try_from(value), u64::try_from(value)) {
                (Ok(value), _) => visitor.visit_i64(value),
                (_, Ok(value)) => visitor.visit_u64(value),
                _ => visitor.visit_i128(value),
            },
            (None, Some(value)) => match u64::try_from(value) {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => visitor.visit_u128(value),
            },
            (None, None) => Err(de::Error::custom("not a number")),
        },
    }
}

struct Entries<'a> {
    of: Strict<'a>,
    entries: std::vec::IntoIter<(&'a str, &'a Value)>,
    value: Option<(&'a str, &'a Value)>,
}

impl<'a> MapAccess<'a> for Entries<'a> {
    type Error = StrictError;

    fn next_key_seed<K: DeserializeSeed<'a>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, StrictError> {
        self.value = self.entries.next();
        match self.value {
            Some((key, _)) => {
                let key: StrDeserializer<'_, StrictError> = key.into_deserializer();
                seed.deserialize(key).map(Some)
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, StrictError> {
        let Some((key, value)) = self.value.take() else {
            return Err(de::Error::custom("value asked for before its key"));
        };
        let child = self.of.child(key, value);
        let path = child.path.clone();
        let result = seed.deserialize(child);
        self.of.context.place_secrets(&path);
        result.map_err(|error| error.inside(key))
    }
}

struct Elements<'a> {
    of: Strict<'a>,
    values: std::iter::Enumerate<std::slice::Iter<'a, Value>>,
}

impl<'a> SeqAccess<'a> for Elements<'a> {
    type Error = StrictError;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, StrictError> {
        let Some((index, value)) = self.values.next() else {
            return Ok(None);
        };
        let key = index.to_string();
        let child = self.of.child(&key, value);
        let path = child.path.clone();
        let element = seed.deserialize(child);
        self.of.context.place_secrets(&path);
        element.map(Some).map_err(|error| error.inside(&key))
    }
}

struct Variant<'a> {
    variant: &'a str,
    content: Strict<'a>,
}

impl<'a> EnumAccess<'a> for Variant<'a> {
    type Error = StrictError;
    type Variant = Strict<'a>;

    fn variant_seed<V: DeserializeSeed<'a>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Strict<'a>), StrictError> {
        let name: StrDeserializer<'_, StrictError> = self.variant.into_deserializer();
        Ok((seed.deserialize(name)?, self.content))
    }
}

impl<'a> VariantAccess<'a> for Strict<'a> {
    type Error = StrictError;

    fn unit_variant(self) -> Result<(), StrictError> {
        match self.value {
            Value::Empty(..) => Ok(()),
            other => Err(StrictError::unacceptable(unexpected(other), &"no value")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(
        self,
        seed: T,
    ) -> Result<T::Value, StrictError> {
        let key = self.path.last().cloned().unwrap_or_default();
        seed.deserialize(self).map_err(|error| error.inside(&key))
    }

    fn tuple_variant<V: Visitor<'a>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        let key = self.path.last().cloned().unwrap_or_default();
        self.visit_any(visitor).map_err(|error| error.inside(&key))
    }

    fn struct_variant<V: Visitor<'a>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        let key = self.path.last().cloned().unwrap_or_default();
        self.deserialize_struct("", fields, visitor).map_err(|error| error.inside(&key))
    }
}
