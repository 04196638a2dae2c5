//! The parts of a value: entries of a table, elements of a list, the content of a variant.

use figment::value::Value;
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::StrictError;
use super::value::{Strict, unexpected};

pub(super) struct Entries<'a> {
    pub(super) of: Strict<'a>,
    pub(super) entries: std::vec::IntoIter<(&'a str, &'a Value)>,
    pub(super) value: Option<(&'a str, &'a Value)>,
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

pub(super) struct Elements<'a> {
    pub(super) of: Strict<'a>,
    pub(super) values: std::iter::Enumerate<std::slice::Iter<'a, Value>>,
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

pub(super) struct Variant<'a> {
    pub(super) variant: &'a str,
    pub(super) content: Strict<'a>,
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
