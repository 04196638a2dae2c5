//! Refuses a `Some` that would be written as `None` is.

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// A serialiser that writes what the one inside does, byte for byte, for a form in which `None` and
/// `()` are the same and a `Some` is what it holds: there, `Some(())` and `Some(None)` would be
/// read back as `None`, so they are errors.
pub(crate) struct Exact<S> {
    to: S,
    at: At,
}

/// Where in a value its serialiser is.
#[derive(Clone, Copy, Default)]
struct At {
    /// What is written next is what a `Some` holds.
    some: bool,
    /// The field that holds it, at whatever depth.
    field: Option<&'static str>,
}

/// A value inside another one.
struct Inner<'a, T: ?Sized> {
    value: &'a T,
    at: At,
}

impl<S: Serializer> Exact<S> {
    pub(crate) fn new(to: S) -> Exact<S> {
        Exact { to, at: At::default() }
    }

    /// Makes the error if a `Some` holds what is about to be written: `nothing`.
    fn refuse_in_some(&self, nothing: &str) -> Result<(), S::Error> {
        let At { some: true, field } = self.at else { return Ok(()) };
        let place = field.map_or_else(String::new, |field| format!(" in the field `{field}`"));
        Err(S::Error::custom(format_args!(
            "`Some({nothing})`{place} would be read back as `None`: take an enum that has a name for each case"
        )))
    }
}

impl At {
    /// A part of what is written here.
    fn part<T: ?Sized>(self, value: &T) -> Inner<'_, T> {
        Inner { value, at: At { some: false, ..self } }
    }

    fn field<'a, T: ?Sized>(name: &'static str, value: &'a T) -> Inner<'a, T> {
        Inner { value, at: At { some: false, field: Some(name) } }
    }
}

impl<T: Serialize + ?Sized> Serialize for Inner<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(Exact { to, at: self.at })
    }
}

/// What holds nothing that could be lost.
macro_rules! as_they_are {
    ($($method:ident: $type:ty),* $(,)?) => {
        $(fn $method(self, value: $type) -> Result<S::Ok, S::Error> {
            self.to.$method(value)
        })*
    };
}

impl<S: Serializer> Serializer for Exact<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Exact<S::SerializeSeq>;
    type SerializeTuple = Exact<S::SerializeTuple>;
    type SerializeTupleStruct = Exact<S::SerializeTupleStruct>;
    type SerializeTupleVariant = Exact<S::SerializeTupleVariant>;
    type SerializeMap = Exact<S::SerializeMap>;
    type SerializeStruct = Exact<S::SerializeStruct>;
    type SerializeStructVariant = Exact<S::SerializeStructVariant>;

    as_they_are! {
        serialize_bool: bool, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_i128: i128, serialize_u128: u128, serialize_f32: f32, serialize_f64: f64,
        serialize_unit_struct: &'static str,
    }

    fn is_human_readable(&self) -> bool {
        self.to.is_human_readable()
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.refuse_in_some("None")?;
        self.to.serialize_none()
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.refuse_in_some("()")?;
        self.to.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.to.serialize_some(&Inner { value, at: At { some: true, ..self.at } })
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        // A newtype is written as what it holds, so it hides nothing.
        self.to.serialize_newtype_struct(name, &Inner { value, at: self.at })
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<S::Ok, S::Error> {
        self.to.serialize_unit_variant(name, index, variant)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.to.serialize_newtype_variant(name, index, variant, &self.at.part(value))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        Ok(Exact { to: self.to.serialize_seq(len)?, at: self.at })
    }

    fn serialize_tuple(self, len: usize) -> Result<Self::SerializeTuple, S::Error> {
        Ok(Exact { to: self.to.serialize_tuple(len)?, at: self.at })
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        len: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        Ok(Exact { to: self.to.serialize_tuple_struct(name, len)?, at: self.at })
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        let to = self.to.serialize_tuple_variant(name, index, variant, len)?;
        Ok(Exact { to, at: self.at })
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        Ok(Exact { to: self.to.serialize_map(len)?, at: self.at })
    }

    fn serialize_struct(
        self,
        name: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStruct, S::Error> {
        Ok(Exact { to: self.to.serialize_struct(name, len)?, at: self.at })
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        let to = self.to.serialize_struct_variant(name, index, variant, len)?;
        Ok(Exact { to, at: self.at })
    }
}

/// What has elements without names.
macro_rules! elements {
    ($($trait:ident: $method:ident),* $(,)?) => {
        $(impl<S: $trait> $trait for Exact<S> {
            type Ok = S::Ok;
            type Error = S::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
                self.to.$method(&self.at.part(value))
            }

            fn end(self) -> Result<S::Ok, S::Error> {
                self.to.end()
            }
        })*
    };
}

elements! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}

/// What has fields with names.
macro_rules! fields {
    ($($trait:ident),*) => {
        $(impl<S: $trait> $trait for Exact<S> {
            type Ok = S::Ok;
            type Error = S::Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), S::Error> {
                self.to.serialize_field(name, &At::field(name, value))
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), S::Error> {
                self.to.skip_field(name)
            }

            fn end(self) -> Result<S::Ok, S::Error> {
                self.to.end()
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl<S: SerializeMap> SerializeMap for Exact<S> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        self.to.serialize_key(&self.at.part(key))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.to.serialize_value(&self.at.part(value))
    }

    fn end(self) -> Result<S::Ok, S::Error> {
        self.to.end()
    }
}

#[cfg(test)]
mod tests;
