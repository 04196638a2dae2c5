//! Whether a value holds something that JSON cannot say.

use std::fmt;

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use thinking_injection::BoxError;

use crate::codec::encode;

/// Refuses a value with NaN or an infinite number, which serde_json would write as `null`, and one
/// with a `Some` that would be read back as `None`.
///
/// The value goes through MessagePack, in memory, because a serialiser of our own that only looks
/// would be as long as one that writes.
pub(super) fn check(value: &impl Serialize) -> Result<(), BoxError> {
    let bytes = encode(value)?;
    rmp_serde::from_slice::<Finite>(&bytes)?;
    Ok(())
}

/// Anything, as long as its numbers are finite.
struct Finite;

impl<'de> Deserialize<'de> for Finite {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Finite, D::Error> {
        deserializer.deserialize_any(FiniteVisitor)
    }
}

struct FiniteVisitor;

impl<'de> Visitor<'de> for FiniteVisitor {
    type Value = Finite;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Finite, E> {
        match number.is_finite() {
            true => Ok(Finite),
            false => Err(E::custom(format_args!("JSON has no number for `{number}`"))),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Finite, A::Error> {
        while seq.next_element::<Finite>()?.is_some() {}
        Ok(Finite)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Finite, A::Error> {
        while map.next_entry::<Finite, Finite>()?.is_some() {}
        Ok(Finite)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Finite, D::Error> {
        // Only MessagePack's own extensions come here, whose bytes are no numbers.
        de::IgnoredAny::deserialize(inner).map(|_| Finite)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Finite, E> {
        Ok(Finite)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Finite, E> {
        Ok(Finite)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Finite, E> {
        Ok(Finite)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Finite, E> {
        Ok(Finite)
    }

    fn visit_bytes<E: de::Error>(self, _: &[u8]) -> Result<Finite, E> {
        Ok(Finite)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Finite, E> {
        Ok(Finite)
    }
}
