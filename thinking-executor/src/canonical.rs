//! The one form of a value that is hashed: equal values have equal bytes.

use rmpv::Value;
use rmpv::decode::read_value_with_max_depth;

use crate::codec::CodecError;

/// How deep sequences and maps may be nested at least; much deeper ones overflow a thread's stack.
const DEPTH_MAX: usize = 128;
/// The limit of the decoder, which counts a level twice, and up to four for what is innermost.
const DECODER_DEPTH_MAX: usize = 2 * DEPTH_MAX + 4;

/// Returns the MessagePack bytes of a value with the entries of each map, and the fields of each
/// struct, ordered by their encoded keys, and with one NaN.
///
/// `0.0` and `-0.0` stay apart, as `1.0 / x` is not the same for both. A set is a sequence for
/// serde, so the order of a `HashSet` counts.
///
/// # Errors
///
/// Sequences and maps are nested deeper than 128 levels.
pub(crate) fn canonical(encoded: Vec<u8>) -> Result<Vec<u8>, CodecError> {
    if encoded.first().is_some_and(|marker| is_plain(*marker)) {
        return Ok(encoded);
    }
    // Bytes that were just written can be read as far as they are not nested too deep.
    let too_deep = |_| CodecError::Encode(rmp_serde::encode::Error::DepthLimitExceeded);
    let value = read_value_with_max_depth(&mut &*encoded, DECODER_DEPTH_MAX).map_err(too_deep)?;
    Ok(bytes(&ordered(value)))
}

/// Tells whether a value that begins with this byte is no float, sequence, map or extension.
fn is_plain(marker: u8) -> bool {
    // Small integers, short texts, nil and booleans, bytes; integers and texts of any size.
    matches!(marker, 0x00..=0x7f | 0xa0..=0xc6 | 0xcc..=0xd3 | 0xd9..=0xdb | 0xe0..=0xff)
}

fn ordered(value: Value) -> Value {
    match value {
        Value::Map(entries) => {
            let entries = entries.into_iter().map(|(key, value)| (ordered(key), ordered(value)));
            let mut entries: Vec<_> = entries.collect();
            // A map of another's making may have a key twice.
            entries.sort_by_cached_key(|(key, value)| (bytes(key), bytes(value)));
            Value::Map(entries)
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(ordered).collect()),
        // Which of the many it is depends on the machine.
        Value::F32(float) if float.is_nan() => Value::F32(f32::NAN),
        Value::F64(float) if float.is_nan() => Value::F64(f64::NAN),
        value => value,
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Nothing fails that writes into memory.
    let _ = rmpv::encode::write_value(&mut bytes, value);
    bytes
}

#[cfg(test)]
mod tests {
    //! What is equal, and what is not.

    use std::collections::{BTreeMap, HashMap};

    use proptest::prelude::*;
    use serde::Serialize;
    use serde::ser::{SerializeMap, Serializer};

    use super::*;
    use crate::codec;

    fn of(value: &impl Serialize) -> Vec<u8> {
        canonical(codec::encode(value).unwrap()).unwrap()
    }

    /// A map with its entries in this order.
    struct Ordered<K, V>(Vec<(K, V)>);

    impl<K: Serialize, V: Serialize> Serialize for Ordered<K, V> {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            let mut map = to.serialize_map(Some(self.0.len()))?;
            for (key, value) in &self.0 {
                map.serialize_entry(key, value)?;
            }
            map.end()
        }
    }

    #[derive(Serialize)]
    struct Fields {
        rates: HashMap<String, f64>,
        name: Option<&'static str>,
    }

    #[test]
    fn the_order_of_entries_does_not_count_at_any_depth() {
        let inner = |keys: [u32; 2]| Ordered(keys.map(|key| (key, key * 2)).to_vec());
        let (one, other) = (inner([1, 2]), inner([2, 1]));
        assert_eq!(of(&one), of(&other));
        assert_eq!(of(&vec![Some(&one)]), of(&vec![Some(&other)]));
        assert_eq!(of(&Ordered(vec![(&one, 1)])), of(&Ordered(vec![(&other, 1)])));
        let pairs = |keys: [(i8, bool); 2]| Ordered(keys.map(|key| (key, ())).to_vec());
        assert_eq!(of(&pairs([(1, true), (-1, false)])), of(&pairs([(-1, false), (1, true)])));
        let twice = |values: [u8; 2]| Ordered(values.map(|value| ("a", value)).to_vec());
        assert_eq!(of(&twice([1, 2])), of(&twice([2, 1])));
    }

    #[test]
    fn a_hash_map_is_what_a_sorted_one_is() {
        let entries = || (0..100_u32).map(|n| (format!("key{n}"), f64::from(n)));
        let (hashed, sorted) = (entries().collect(), entries().collect::<BTreeMap<_, _>>());
        assert_eq!(of(&hashed), of(&entries().rev().collect::<HashMap<_, _>>()));
        assert_eq!(of(&hashed), of(&sorted));
        let fields = |rates| Fields { rates, name: None };
        let other = entries().rev().collect();
        assert_eq!(of(&fields(hashed)), of(&fields(other)));
    }

    #[test]
    fn everything_else_counts() {
        let map = |entries: &[(&'static str, u8)]| of(&Ordered(entries.to_vec()));
        assert_ne!(map(&[("a", 1), ("b", 2)]), map(&[("a", 2), ("b", 1)]));
        assert_ne!(map(&[("a", 1)]), map(&[("a", 1), ("b", 2)]));
        assert_ne!(map(&[("a", 1)]), map(&[("a", 1), ("a", 1)]));
        assert_ne!(of(&[1, 2]), of(&[2, 1]));
        assert_ne!(of(&("a", 1)), of(&Ordered(vec![("a", 1)])));
    }

    #[test]
    fn there_is_one_nan_and_there_are_two_zeros() {
        assert_eq!(of(&f64::NAN), of(&-f64::NAN));
        assert_eq!(of(&vec![f32::NAN]), of(&vec![f32::from_bits(0x7fc0_0001)]));
        assert_ne!(of(&f64::NAN), of(&f64::INFINITY));
        assert_ne!(of(&0.0_f64), of(&-0.0_f64));
    }

    #[test]
    fn what_is_nested_too_deep_is_an_error() {
        #[derive(Serialize)]
        struct Nested(Option<(Box<Nested>,)>);
        let nested = |depth| {
            let value = (0..depth).fold(Nested(None), |inner, _| Nested(Some((Box::new(inner),))));
            codec::encode(&value).and_then(canonical)
        };
        assert_eq!(nested(DEPTH_MAX).unwrap().len(), DEPTH_MAX + 1);
        let error = nested(DEPTH_MAX + 4).unwrap_err();
        assert!(matches!(error, CodecError::Encode(_)), "{error}");
    }

    proptest! {
        /// Only floats, sequences and maps are written anew, and these equal what was read.
        #[test]
        fn a_plain_value_is_its_own_form(
            number in any::<i64>(), large in any::<u64>(), text in ".*", flag in any::<Option<bool>>(),
            bytes in any::<Vec<u8>>(), float in -1e9_f64..1e9,
        ) {
            let value = (number, large, text, flag, bytes, float);
            prop_assert_eq!(of(&value), codec::encode(&value).unwrap());
            prop_assert_eq!(of(&value.0), codec::encode(&value.0).unwrap());
            prop_assert_eq!(of(&value.2), codec::encode(&value.2).unwrap());
            prop_assert_eq!(of(&value.5), codec::encode(&value.5).unwrap());
        }
    }
}
