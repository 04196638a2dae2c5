//! A deserializer that gives any type some value: one, empty, the first variant.
//!
//! It stands where a mistake was found, so that the rest of a facet can be checked; what it
//! produces is thrown away. Numbers are one because types that are never zero refuse zero, and
//! the check would end there. Of texts one after the other is tried, as addresses and times refuse
//! most of them.

use serde::de::{DeserializeSeed, IntoDeserializer};
use serde::de::{
    Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor, value::StrDeserializer,
};

use super::scope;
use super::strict::StrictError;

/// Texts of the kinds that types are read from.
const TEXTS: [&str; 12] = [
    "",
    "1",
    "30s",
    "true",
    "info",
    "2026-01-31",
    "12:30:00",
    "2026-01-31T12:30:00Z",
    "127.0.0.1",
    "127.0.0.1:80",
    "http://localhost/",
    "/",
];

/// Some value, with the index of the text that it is if it is one, or of the kind if that is free.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct StandIn(usize);

impl StandIn {
    /// Takes the next text, as this one is refused; false if there is none.
    pub(super) fn try_another(&mut self) -> bool {
        self.0 += 1;
        self.0 < TEXTS.len()
    }
}

macro_rules! give {
    ($($method:ident => $visit:ident($($value:expr)?)),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, StrictError> {
            visitor.$visit($($value)?)
        }
    )*};
}

impl<'de> Deserializer<'de> for StandIn {
    type Error = StrictError;

    give! {
        deserialize_bool => visit_bool(false),
        deserialize_i8 => visit_i8(1),
        deserialize_i16 => visit_i16(1),
        deserialize_i32 => visit_i32(1),
        deserialize_i64 => visit_i64(1),
        deserialize_i128 => visit_i128(1),
        deserialize_u8 => visit_u8(1),
        deserialize_u16 => visit_u16(1),
        deserialize_u32 => visit_u32(1),
        deserialize_u64 => visit_u64(1),
        deserialize_u128 => visit_u128(1),
        deserialize_f32 => visit_f32(1.0),
        deserialize_f64 => visit_f64(1.0),
        deserialize_char => visit_char('1'),
        deserialize_bytes => visit_bytes(&[]),
        deserialize_byte_buf => visit_bytes(&[]),
        deserialize_identifier => visit_str(""),
        deserialize_option => visit_none(),
        deserialize_unit => visit_unit(),
        deserialize_ignored_any => visit_unit(),
        deserialize_seq => visit_seq(Empty),
        deserialize_map => visit_map(Empty),
    }

    /// What looks at the value before it decides may take any kind, or none of these.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, StrictError> {
        match self.0 {
            0 => visitor.visit_unit(),
            1 => visitor.visit_bool(true),
            2 => visitor.visit_u64(1),
            3 => visitor.visit_f64(1.0),
            4 => visitor.visit_str("1"),
            5 => visitor.visit_seq(Empty),
            _ => visitor.visit_map(Empty),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, StrictError> {
        visitor.visit_str(TEXTS[self.0])
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, StrictError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        match name {
            scope::BYTE_SIZE => visitor.visit_u64(1),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        visitor.visit_seq(Repeat(self, length))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        visitor.visit_seq(Repeat(self, length))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        visitor.visit_map(Fields(self, fields.iter()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        visitor.visit_enum(First(variants.first().copied().unwrap_or_default(), self))
    }
}

struct Empty;

impl<'de> SeqAccess<'de> for Empty {
    type Error = StrictError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        _seed: T,
    ) -> Result<Option<T::Value>, StrictError> {
        Ok(None)
    }
}

impl<'de> MapAccess<'de> for Empty {
    type Error = StrictError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        _seed: K,
    ) -> Result<Option<K::Value>, StrictError> {
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, StrictError> {
        seed.deserialize(StandIn::default())
    }
}

struct Repeat(StandIn, usize);

impl<'de> SeqAccess<'de> for Repeat {
    type Error = StrictError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, StrictError> {
        if self.1 == 0 {
            return Ok(None);
        }
        self.1 -= 1;
        seed.deserialize(self.0).map(Some)
    }
}

struct Fields(StandIn, std::slice::Iter<'static, &'static str>);

impl<'de> MapAccess<'de> for Fields {
    type Error = StrictError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, StrictError> {
        let Some(field) = self.1.next() else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, StrictError> = (*field).into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, StrictError> {
        seed.deserialize(self.0)
    }
}

struct First(&'static str, StandIn);

impl<'de> EnumAccess<'de> for First {
    type Error = StrictError;
    type Variant = First;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, First), StrictError> {
        let name: StrDeserializer<'_, StrictError> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for First {
    type Error = StrictError;

    fn unit_variant(self) -> Result<(), StrictError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, StrictError> {
        seed.deserialize(self.1)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        visitor.visit_seq(Repeat(self.1, length))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, StrictError> {
        visitor.visit_map(Fields(self.1, fields.iter()))
    }
}
