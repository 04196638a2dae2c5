//! How values become bytes: MessagePack with field names, behind a checksum.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use twox_hash::XxHash3_64;

mod exact;

use exact::Exact;

const CHECKSUM_BYTES: usize = 8;
/// What is allocated for a value at first: a record of a small step fits into it.
const USUAL_BYTES: usize = 256;

/// Why bytes are not the value that is wanted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CodecError {
    /// The value cannot be written, or it would not be read back as what it is: MessagePack has
    /// `None` for `Some(())` and `Some(None)`.
    #[error("the value cannot be encoded")]
    Encode(#[from] rmp_serde::encode::Error),
    /// The bytes are whole, but of another type.
    #[error("the bytes are no `{expected}`")]
    Decode {
        /// The type that was wanted.
        expected: &'static str,
        /// The decoder's reason, which names the field.
        source: rmp_serde::decode::Error,
    },
    /// The bytes are not those that were written.
    #[error("the bytes are damaged: the checksum does not fit")]
    Damaged,
}

/// Encodes without a checksum: for hashing and inside sealed values.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CodecError> {
    let mut bytes = Vec::new();
    write(value, &mut bytes)?;
    Ok(bytes)
}

/// Encodes a value behind its checksum.
pub(crate) fn seal<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CodecError> {
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    bytes.extend([0; CHECKSUM_BYTES]);
    write(value, &mut bytes)?;
    let (checksum, payload) = bytes.split_at_mut(CHECKSUM_BYTES);
    checksum.copy_from_slice(&checksum_of(payload));
    Ok(bytes)
}

fn write<T: Serialize + ?Sized>(value: &T, to: &mut Vec<u8>) -> Result<(), CodecError> {
    let mut to = rmp_serde::Serializer::new(to).with_struct_map();
    Ok(value.serialize(Exact::new(&mut to))?)
}

/// Puts a checksum before a payload.
pub(crate) fn seal_payload(payload: &[u8]) -> Vec<u8> {
    [&checksum_of(payload)[..], payload].concat()
}

/// Checks and decodes a sealed value, which may borrow from the bytes.
pub(crate) fn open<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, CodecError> {
    decode(check(bytes)?)
}

/// Decodes what [`encode`] wrote, which may be borrowed.
pub(crate) fn decode<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Result<T, CodecError> {
    rmp_serde::from_slice(payload)
        .map_err(|source| CodecError::Decode { expected: std::any::type_name::<T>(), source })
}

/// Returns the payload if its checksum fits.
pub(crate) fn check(bytes: &[u8]) -> Result<&[u8], CodecError> {
    let (checksum, payload) = bytes.split_at_checked(CHECKSUM_BYTES).ok_or(CodecError::Damaged)?;
    match checksum_of(payload) == *checksum {
        true => Ok(payload),
        false => Err(CodecError::Damaged),
    }
}

/// XXH3 with 64 bits. It is to find damage, not forgery, and is read with each skipped step, where
/// a cryptographic hash would take a third of the time.
fn checksum_of(payload: &[u8]) -> [u8; CHECKSUM_BYTES] {
    XxHash3_64::oneshot(payload).to_be_bytes()
}

/// Returns the hexadecimal text of the first `BYTES` bytes of the hash of `bytes`.
pub(crate) fn short_hash<const BYTES: usize>(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..2 * BYTES].to_owned()
}

#[cfg(test)]
mod tests {
    //! Values come back equal, damage is found, a changed type is an error with the field.

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Old {
        name: String,
        numbers: (f32, Vec<u8>, Option<i64>),
    }

    #[derive(Debug, Deserialize)]
    struct New {
        #[allow(dead_code)]
        title: String,
    }

    fn old() -> Old {
        Old { name: "a".to_owned(), numbers: (0.5, vec![1, 2], None) }
    }

    #[test]
    fn values_come_back_equal() {
        assert_eq!(open::<Old>(&seal(&old()).unwrap()).unwrap(), old());
        let nan: f64 = open(&seal(&f64::NAN).unwrap()).unwrap();
        assert_eq!(nan.to_bits(), f64::NAN.to_bits());
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_found() {
        let sealed = seal(&old()).unwrap();
        for byte in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[byte] ^= 1;
            assert!(matches!(open::<Old>(&damaged), Err(CodecError::Damaged)), "byte {byte}");
            assert!(matches!(open::<Old>(&sealed[..byte]), Err(CodecError::Damaged)));
        }
    }

    #[test]
    fn a_changed_type_is_an_error_that_names_the_field() {
        let error = open::<New>(&seal(&old()).unwrap()).unwrap_err();
        let reason = std::error::Error::source(&error).unwrap().to_string();
        assert!(reason.contains("missing field `title`"), "{reason}");
    }

    #[test]
    fn the_bytes_are_a_promise() {
        let hex: String = seal(&old()).unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
        expect_test::expect![
            "b8d6d85da1857f7882a46e616d65a161a76e756d6265727393ca3f000000920102c0"
        ]
        .assert_eq(&hex);
    }
}
