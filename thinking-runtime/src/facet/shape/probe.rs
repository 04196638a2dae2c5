//! A deserialiser that gives a value with a hole in it, and watches what is asked for there.

use std::cell::RefCell;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};

/// What is given to a type.
#[derive(Debug, Clone)]
pub(super) enum Give {
    /// The hole: whatever is asked for here is noted, and not given.
    Hole,
    /// The value whose acceptance is watched.
    Watched(Box<Give>),
    Unit,
    None,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Character(char),
    Text(&'static str),
    Bytes,
    /// What is inside an option, a newtype or a newtype variant.
    Inside(Box<Give>),
    List(Vec<Give>),
    /// A table or struct.
    Table(Vec<(Give, Give)>),
    Variant(&'static str, Box<Give>),
}

/// What a type asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asked {
    Any { expected: String },
    Bool,
    Integer { min: i128, max: i128 },
    Float,
    Character,
    Text { expected: String },
    Bytes,
    Unit,
    Identifier,
    Option,
    Newtype { name: &'static str },
    List,
    Tuple { length: usize },
    Map,
    Struct { name: &'static str, fields: &'static [&'static str] },
    Enum { name: &'static str, variants: &'static [&'static str] },
    UnitVariant,
    NewtypeVariant,
    TupleVariant { length: usize },
    StructVariant { fields: &'static [&'static str] },
}

/// What was seen while a value was given.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// What was asked for at the hole.
    pub(super) asked: RefCell<Option<Asked>>,
    /// Whether the watched value was accepted.
    pub(super) outcome: RefCell<Option<Result<(), Refusal>>>,
}

/// Why a type did not take what it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It came to the hole.
    Hole,
    /// It takes no value of that kind.
    Kind,
    /// A key is not there.
    Missing(&'static str),
    /// A key is there twice.
    Duplicate(&'static str),
    /// Anything else that the type has against it.
    Other,
}

/// Gives a value to what `take` deserialises, and watches if it is to be watched.
pub(super) fn drive<T>(
    give: &Give,
    watch: &Watch,
    take: impl FnOnce(Probe<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let Give::Watched(give) = give else {
        return take(Probe { give, watch });
    };
    let result = take(Probe { give, watch });
    *watch.outcome.borrow_mut() = Some(result.as_ref().map(|_| ()).map_err(Refusal::clone));
    result
}

/// A value on its way into a type.
pub(super) struct Probe<'a> {
    give: &'a Give,
    watch: &'a Watch,
}

impl Probe<'_> {
    /// Notes what is asked for if this is the hole, and gives the value otherwise.
    fn answer<'de, V: Visitor<'de>>(
        self,
        visitor: V,
        asked: impl FnOnce(&V) -> Asked,
    ) -> Result<V::Value, Refusal> {
        let Probe { give, watch } = self;
        match give {
            Give::Hole => Err(self.note(asked(&visitor))),
            Give::Watched(give) => Probe { give, watch }.answer(visitor, asked),
            Give::Unit => visitor.visit_unit(),
            Give::None => visitor.visit_none(),
            Give::Bool(bool) => visitor.visit_bool(*bool),
            Give::Integer(number) => visitor.visit_i64(*number),
            Give::Float(number) => visitor.visit_f64(*number),
            Give::Character(character) => visitor.visit_char(*character),
            Give::Text(text) => visitor.visit_str(text),
            Give::Bytes => visitor.visit_bytes(&[]),
            Give::List(values) => visitor.visit_seq(Elements { values: values.iter(), watch }),
            Give::Table(entries) => {
                visitor.visit_map(Entries { entries: entries.iter(), value: None, watch })
            }
            Give::Variant(name, content) => visitor.visit_enum(Variant { name, content, watch }),
            Give::Inside(inner) => match asked(&visitor) {
                Asked::Option => drive(inner, watch, |probe| visitor.visit_some(probe)),
                _ => drive(inner, watch, |probe| visitor.visit_newtype_struct(probe)),
            },
        }
    }

    fn note(&self, asked: Asked) -> Refusal {
        self.watch.asked.borrow_mut().get_or_insert(asked);
        Refusal::Hole
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Refusal::Other
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Refusal::Kind
    }

    fn missing_field(field: &'static str) -> Self {
        Refusal::Missing(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Refusal::Duplicate(field)
    }
}

macro_rules! ask {
    ($($method:ident($($name:ident: $type:ty),*) => $asked:expr),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(
            self,
            $($name: $type,)*
            visitor: V,
        ) -> Result<V::Value, Refusal> {
            self.answer(visitor, |_| $asked)
        }
    )*};
}

macro_rules! ask_integers {
    ($($method:ident => $type:ty),* $(,)?) => {
        ask!($($method() => Asked::Integer {
            min: i128::try_from(<$type>::MIN).unwrap_or(i128::MIN),
            max: i128::try_from(<$type>::MAX).unwrap_or(i128::MAX),
        }),*);
    };
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Refusal;

    ask_integers! {
        deserialize_i8 => i8, deserialize_i16 => i16, deserialize_i32 => i32,
        deserialize_i64 => i64, deserialize_i128 => i128, deserialize_u8 => u8,
        deserialize_u16 => u16, deserialize_u32 => u32, deserialize_u64 => u64,
        deserialize_u128 => u128,
    }

    ask! {
        deserialize_bool() => Asked::Bool,
        deserialize_f32() => Asked::Float,
        deserialize_f64() => Asked::Float,
        deserialize_char() => Asked::Character,
        deserialize_bytes() => Asked::Bytes,
        deserialize_byte_buf() => Asked::Bytes,
        deserialize_identifier() => Asked::Identifier,
        deserialize_option() => Asked::Option,
        deserialize_unit() => Asked::Unit,
        deserialize_ignored_any() => Asked::Unit,
        deserialize_seq() => Asked::List,
        deserialize_map() => Asked::Map,
        deserialize_unit_struct(_name: &'static str) => Asked::Unit,
        deserialize_newtype_struct(name: &'static str) => Asked::Newtype { name },
        deserialize_tuple(length: usize) => Asked::Tuple { length },
        deserialize_tuple_struct(_name: &'static str, length: usize) => Asked::Tuple { length },
        deserialize_struct(name: &'static str, fields: &'static [&'static str]) =>
            Asked::Struct { name, fields },
        deserialize_enum(name: &'static str, variants: &'static [&'static str]) =>
            Asked::Enum { name, variants },
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.answer(visitor, |visitor| Asked::Any { expected: Words(visitor).to_string() })
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.answer(visitor, |visitor| Asked::Text { expected: Words(visitor).to_string() })
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_str(visitor)
    }
}

/// A visitor's words for what it takes.
struct Words<'a, V>(&'a V);

impl<'de, V: Visitor<'de>> fmt::Display for Words<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }
}

struct Elements<'a> {
    values: std::slice::Iter<'a, Give>,
    watch: &'a Watch,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refusal> {
        let Some(give) = self.values.next() else {
            return Ok(None);
        };
        drive(give, self.watch, |probe| seed.deserialize(probe)).map(Some)
    }
}

struct Entries<'a> {
    entries: std::slice::Iter<'a, (Give, Give)>,
    value: Option<&'a Give>,
    watch: &'a Watch,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refusal> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        drive(key, self.watch, |probe| seed.deserialize(probe)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        let value = self.value.take().unwrap_or(&Give::Unit);
        drive(value, self.watch, |probe| seed.deserialize(probe))
    }
}

struct Variant<'a> {
    name: &'static str,
    content: &'a Give,
    watch: &'a Watch,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Refusal;
    type Variant = Probe<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Probe<'a>), Refusal> {
        let name: StrDeserializer<'_, Refusal> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, Probe { give: self.content, watch: self.watch }))
    }
}

impl<'de> VariantAccess<'de> for Probe<'_> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        match self.give {
            Give::Hole => Err(self.note(Asked::UnitVariant)),
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refusal> {
        match self.give {
            Give::Inside(inner) => drive(inner, self.watch, |probe| seed.deserialize(probe)),
            _ => Err(self.note(Asked::NewtypeVariant)),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        drive(self.give, self.watch, |probe| {
            probe.answer(visitor, |_| Asked::TupleVariant { length })
        })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        drive(self.give, self.watch, |probe| {
            probe.answer(visitor, |_| Asked::StructVariant { fields })
        })
    }
}
