//! A value on its way into a type: what serde asks of it, and what stands in where a mistake is.

use std::time::Duration;

use figment::value::{Dict, Empty, Num, Value};
use jiff::SignedDuration;
use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{self, Deserializer, IntoDeserializer, Unexpected, Visitor};

use super::parts::{Elements, Entries, Variant};
use super::{Context, Mistake, MistakeKind, StrictError};
use crate::byte_size::{self, ByteSize};
use crate::facet::spelling::{self, Spelling};
use crate::facet::stand_in::StandIn;
use crate::facet::toml_file::KeyPath;
use crate::facet::{SECRET, scope};

/// A value on its way into a type.
pub(super) struct Strict<'a> {
    pub(super) value: &'a Value,
    pub(super) context: &'a Context<'a>,
    pub(super) path: KeyPath,
}

impl<'a> Strict<'a> {
    pub(super) fn child(&self, key: &str, value: &'a Value) -> Strict<'a> {
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

    pub(super) fn visit_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, StrictError> {
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

pub(super) fn unexpected(value: &Value) -> Unexpected<'_> {
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
