//! Keys of state, read by the recorded name of their type: their bytes do not say what they are.

use storekey::{DecodeError, Reader};

use super::value::Value;

/// How deep the types of keys are nested at most.
const DEPTH_MAX: usize = 32;

/// The type of a table's keys as far as its name says how to read them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyType {
    Bool,
    Char,
    Text,
    Unsigned(u8),
    Signed(u8),
    Float(u8),
    Option(Box<KeyType>),
    List(Box<KeyType>),
    Array(Box<KeyType>, usize),
    Tuple(Vec<KeyType>),
}

impl KeyType {
    /// Reads a type's name, without modules; `None` for types that only their program knows.
    pub(crate) fn parse(name: &str) -> Option<KeyType> {
        let mut rest = name;
        let parsed = parse(&mut rest, DEPTH_MAX)?;
        rest.is_empty().then_some(parsed)
    }
}

/// Reads a key; one of a type that is not known, or that is not what it should be, as bytes.
pub(crate) fn decode(of: Option<&KeyType>, bytes: &[u8]) -> Value {
    let decoded = of.and_then(|of| {
        let mut reader = Reader::new(bytes);
        let value = read(of, &mut reader).ok()?;
        reader.is_empty().ok()?.then_some(value)
    });
    Value::new(decoded.unwrap_or_else(|| bytes.into()))
}

fn parse(rest: &mut &str, depth: usize) -> Option<KeyType> {
    let depth = depth.checked_sub(1)?;
    if take(rest, "(") {
        let mut parts = Vec::new();
        while !take(rest, ")") {
            parts.push(parse(rest, depth)?);
            // A tuple of one ends with a comma.
            if !take(rest, ", ") && !take(rest, ",") && !rest.starts_with(')') {
                return None;
            }
        }
        return Some(KeyType::Tuple(parts));
    }
    if take(rest, "[") {
        let element = parse(rest, depth)?;
        let (length, after) = rest.strip_prefix("; ")?.split_once(']')?;
        *rest = after;
        // Longer ones are no keys, and empty elements would fill the memory.
        let length: u16 = length.parse().ok()?;
        return Some(KeyType::Array(Box::new(element), length.into()));
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    *rest = after;
    let mut inner = || {
        let inner = take(rest, "<").then(|| parse(rest, depth))??;
        take(rest, ">").then_some(inner)
    };
    Some(match name {
        "bool" => KeyType::Bool,
        "char" => KeyType::Char,
        "String" => KeyType::Text,
        "f32" | "f64" => KeyType::Float(size(name)?),
        "u8" | "u16" | "u32" | "u64" | "u128" => KeyType::Unsigned(size(name)?),
        "i8" | "i16" | "i32" | "i64" | "i128" => KeyType::Signed(size(name)?),
        "Option" => KeyType::Option(Box::new(inner()?)),
        "Vec" | "BTreeSet" => KeyType::List(Box::new(inner()?)),
        "Box" | "Arc" => inner()?,
        _ => return None,
    })
}

fn take(rest: &mut &str, start: &str) -> bool {
    match rest.strip_prefix(start) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

/// Returns the bits in the name of a type of numbers.
fn size(name: &str) -> Option<u8> {
    name[1..].parse().ok()
}

fn read(of: &KeyType, reader: &mut Reader<&[u8]>) -> Result<rmpv::Value, DecodeError> {
    // MessagePack has no larger integers.
    let large = |number: String| rmpv::Value::from(number);
    Ok(match of {
        KeyType::Bool => match reader.read_u8()? {
            2 => false.into(),
            3 => true.into(),
            _ => return Err(DecodeError::InvalidFormat),
        },
        KeyType::Char => {
            let c = char::from_u32(reader.read_u32()?).ok_or(DecodeError::InvalidFormat)?;
            c.to_string().into()
        }
        KeyType::Text => reader.read_string()?.into(),
        KeyType::Unsigned(8) => reader.read_u8()?.into(),
        KeyType::Unsigned(16) => reader.read_u16()?.into(),
        KeyType::Unsigned(32) => reader.read_u32()?.into(),
        KeyType::Unsigned(64) => reader.read_u64()?.into(),
        KeyType::Unsigned(_) => {
            let number = reader.read_u128()?;
            u64::try_from(number).map_or_else(|_| large(number.to_string()), rmpv::Value::from)
        }
        KeyType::Signed(8) => reader.read_i8()?.into(),
        KeyType::Signed(16) => reader.read_i16()?.into(),
        KeyType::Signed(32) => reader.read_i32()?.into(),
        KeyType::Signed(64) => reader.read_i64()?.into(),
        KeyType::Signed(_) => {
            let number = reader.read_i128()?;
            i64::try_from(number).map_or_else(|_| large(number.to_string()), rmpv::Value::from)
        }
        KeyType::Float(32) => reader.read_f32()?.into(),
        KeyType::Float(_) => reader.read_f64()?.into(),
        KeyType::Option(inner) => match reader.read_u8()? {
            2 => rmpv::Value::Nil,
            3 => read(inner, reader)?,
            _ => return Err(DecodeError::InvalidFormat),
        },
        KeyType::List(element) => {
            let mut values = Vec::new();
            while !reader.read_terminal()? {
                values.push(read(element, reader)?);
            }
            values.into()
        }
        KeyType::Array(element, length) => {
            let values = (0..*length).map(|_| read(element, reader));
            values.collect::<Result<Vec<_>, _>>()?.into()
        }
        KeyType::Tuple(parts) => {
            let values = parts.iter().map(|part| read(part, reader));
            values.collect::<Result<Vec<_>, _>>()?.into()
        }
    })
}

#[cfg(test)]
mod tests;
