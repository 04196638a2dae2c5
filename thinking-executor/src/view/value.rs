//! Recorded values, read without knowing their types: as text for people and as JSON.

use std::fmt::{self, Write};
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::json;

use crate::codec::{self, CodecError};

/// How many elements of a list are shown before the rest is counted.
const ELEMENTS_MAX: usize = 12;
/// How many characters of a text or bytes are shown before the rest is counted.
const TEXT_CHARS_MAX: usize = 400;
/// What fits into one line of a value that is spread over several.
const LINE_CHARS: usize = 80;
const INDENT: &str = "  ";
/// How many digits of a float people compare at a glance.
const DIGITS_MAX: usize = 6;

/// A recorded value: a result, or a key or value of state.
///
/// [`Display`](fmt::Display) writes it in one line, like JSON. As JSON proper, what JSON has no
/// form for is an object with one key: `{"$float": "NaN"}`, `{"$bytes": "00ff"}`,
/// `{"$ext": [1, "00ff"]}`, and `{"$map": [[key, value]]}` for a map whose keys are no texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Value(rmpv::Value);

impl Value {
    pub(crate) fn new(value: impl Into<rmpv::Value>) -> Value {
        Value(value.into())
    }

    /// Decodes a sealed value.
    pub(crate) fn open(sealed: &[u8]) -> Result<Value, CodecError> {
        Value::decode(codec::check(sealed)?)
    }

    /// Decodes a value without a checksum.
    pub(crate) fn decode(mut payload: &[u8]) -> Result<Value, CodecError> {
        // Not through serde, which takes no texts that are not UTF-8.
        match rmpv::decode::read_value(&mut payload) {
            Ok(value) if payload.is_empty() => Ok(Value(value)),
            _ => Err(CodecError::Damaged),
        }
    }

    /// Returns the fields of a record: a map whose keys are texts.
    pub fn fields(&self) -> Option<Vec<(&str, Value)>> {
        let fields =
            self.0.as_map()?.iter().map(|(key, value)| Some((key.as_str()?, Value(value.clone()))));
        fields.collect()
    }

    /// Tells whether it is a number.
    pub fn is_number(&self) -> bool {
        self.0.is_number()
    }

    /// Writes it in one line of at most so many characters; a longer one ends with `…`.
    pub fn line(&self, chars_max: usize) -> String {
        self.line_of(chars_max, Floats::Exact)
    }

    /// Writes it as [`Value::line`] does, with floats as people read them.
    pub(crate) fn rounded_line(&self, chars_max: usize) -> String {
        self.line_of(chars_max, Floats::Rounded)
    }

    fn line_of(&self, chars_max: usize, floats: Floats) -> String {
        let mut line = Line { text: String::new(), left: chars_max, is_cut: false };
        // An error says that the line is full.
        let _ = write_value(&mut line, &self.0, floats);
        if line.is_cut {
            line.text.pop();
            line.text.push('…');
        }
        line.text
    }

    /// Writes it over several lines where it is long. Unless `all` is asked for, long lists and
    /// texts are cut, with the number of what is left out; returns whether some were.
    pub fn lines(&self, all: bool) -> (String, bool) {
        let mut lines = Lines { text: String::new(), all, is_cut: false };
        lines.write(&self.0, 0);
        (lines.text, lines.is_cut)
    }

    /// Writes it for tools that know texts and numbers only: a text as it is, nothing for null, and
    /// what is no scalar as JSON.
    pub(crate) fn plain(&self) -> String {
        match &self.0 {
            rmpv::Value::Nil => String::new(),
            rmpv::Value::String(text) if text.is_str() => {
                text.as_str().unwrap_or_default().to_owned()
            }
            rmpv::Value::Array(_) | rmpv::Value::Map(_) => self.to_json().to_string(),
            rmpv::Value::Binary(bytes) | rmpv::Value::Ext(_, bytes) => hex(bytes),
            _ => self.to_string(),
        }
    }

    /// Returns it as JSON; see [`Value`] for what JSON has no form for.
    pub fn to_json(&self) -> serde_json::Value {
        to_json(&self.0)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_value(f, &self.0, Floats::Exact)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(to)
    }
}

/// A line that refuses what does not fit any more.
struct Line {
    text: String,
    left: usize,
    is_cut: bool,
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.left == 0 {
                self.is_cut = true;
                return Err(fmt::Error);
            }
            self.text.push(c);
            self.left -= 1;
        }
        Ok(())
    }
}

/// How many digits floats have.
#[derive(Clone, Copy)]
enum Floats {
    /// As many as tell them from all others.
    Exact,
    /// At most [`DIGITS_MAX`].
    Rounded,
}

impl Floats {
    /// As Rust's `Debug` does: whole numbers keep their point, large ones get an exponent.
    fn write<T: fmt::Debug + fmt::LowerExp + FromStr>(
        self,
        to: &mut impl Write,
        number: T,
    ) -> fmt::Result {
        let exact = format!("{number:?}");
        let rounded = match self {
            Floats::Exact => None,
            Floats::Rounded => format!("{number:.*e}", DIGITS_MAX - 1).parse::<T>().ok(),
        };
        // Whole numbers would get zeros, and nothing shorter.
        let rounded = rounded.map(|rounded| format!("{rounded:?}"));
        to.write_str(&rounded.filter(|rounded| rounded.len() < exact.len()).unwrap_or(exact))
    }
}

fn write_value(to: &mut impl Write, value: &rmpv::Value, floats: Floats) -> fmt::Result {
    match value {
        rmpv::Value::Array(values) => {
            to.write_char('[')?;
            for (index, value) in values.iter().enumerate() {
                to.write_str(if index == 0 { "" } else { ", " })?;
                write_value(to, value, floats)?;
            }
            to.write_char(']')
        }
        rmpv::Value::Map(entries) => {
            to.write_char('{')?;
            for (index, (key, value)) in entries.iter().enumerate() {
                to.write_str(if index == 0 { "" } else { ", " })?;
                write_key(to, key)?;
                write_value(to, value, floats)?;
            }
            to.write_char('}')
        }
        rmpv::Value::Binary(bytes) => write_bytes(to, bytes),
        rmpv::Value::Ext(kind, bytes) => {
            write!(to, "ext {kind} ")?;
            write_bytes(to, bytes)
        }
        rmpv::Value::String(text) => match text.as_str() {
            Some(text) => write_text(to, text),
            None => write_bytes(to, text.as_bytes()),
        },
        rmpv::Value::Nil => to.write_str("null"),
        rmpv::Value::Boolean(is) => write!(to, "{is}"),
        rmpv::Value::Integer(number) => write!(to, "{number}"),
        rmpv::Value::F32(number) => floats.write(to, *number),
        rmpv::Value::F64(number) => floats.write(to, *number),
    }
}

/// Keys that are names need no quotes.
fn write_key(to: &mut impl Write, key: &rmpv::Value) -> fmt::Result {
    let is_name = |key: &&str| {
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    match key.as_str().filter(is_name) {
        Some(name) => to.write_str(name)?,
        None => write_value(to, key, Floats::Exact)?,
    }
    to.write_str(": ")
}

fn write_text(to: &mut impl Write, text: &str) -> fmt::Result {
    to.write_str(&serde_json::Value::from(text).to_string())
}

fn write_bytes(to: &mut impl Write, bytes: &[u8]) -> fmt::Result {
    to.write_str("0x")?;
    bytes.iter().try_for_each(|byte| write!(to, "{byte:02x}"))
}

/// Lines of a value, with what does not fit into one indented below it.
struct Lines {
    text: String,
    all: bool,
    is_cut: bool,
}

impl Lines {
    fn write(&mut self, value: &rmpv::Value, depth: usize) {
        let chars_max = LINE_CHARS.saturating_sub(INDENT.len() * depth);
        let mut line = Line { text: String::new(), left: chars_max, is_cut: false };
        if write_value(&mut line, value, Floats::Exact).is_ok() {
            self.text.push_str(&line.text);
            return;
        }
        match value {
            rmpv::Value::Array(values) => {
                self.list(('[', ']'), values, depth, |lines, value| lines.write(value, depth + 1))
            }
            rmpv::Value::Map(entries) => {
                self.list(('{', '}'), entries, depth, |lines, (key, value)| {
                    // Writing to a text cannot fail.
                    let _ = write_key(&mut lines.text, key);
                    lines.write(value, depth + 1);
                });
            }
            scalar => self.scalar(scalar),
        }
    }

    fn list<T>(
        &mut self,
        (open, close): (char, char),
        elements: &[T],
        depth: usize,
        mut write: impl FnMut(&mut Lines, &T),
    ) {
        let shown = match self.all {
            true => elements.len(),
            false => elements.len().min(ELEMENTS_MAX),
        };
        let indent = INDENT.repeat(depth + 1);
        self.text.push(open);
        for element in &elements[..shown] {
            self.text.push('\n');
            self.text.push_str(&indent);
            write(self, element);
            self.text.push(',');
        }
        if shown < elements.len() {
            self.is_cut = true;
            self.text.push_str(&format!("\n{indent}… {} more", elements.len() - shown));
        }
        self.text.push('\n');
        self.text.push_str(&INDENT.repeat(depth));
        self.text.push(close);
    }

    fn scalar(&mut self, value: &rmpv::Value) {
        let chars_max = if self.all { usize::MAX } else { TEXT_CHARS_MAX };
        let mut line = Line { text: String::new(), left: chars_max, is_cut: false };
        let is_whole = write_value(&mut line, value, Floats::Exact).is_ok();
        self.text.push_str(&line.text);
        if !is_whole {
            self.is_cut = true;
            let length = match value {
                rmpv::Value::String(text) => text.as_bytes().len(),
                rmpv::Value::Binary(bytes) | rmpv::Value::Ext(_, bytes) => bytes.len(),
                _ => 0,
            };
            self.text.push_str(&format!("… ({length} bytes in all)"));
        }
    }
}

fn to_json(value: &rmpv::Value) -> serde_json::Value {
    let float = |number: f64, text: String| match serde_json::Number::from_f64(number) {
        Some(number) => serde_json::Value::Number(number),
        None => json!({ "$float": text }),
    };
    match value {
        rmpv::Value::Nil => serde_json::Value::Null,
        rmpv::Value::Boolean(is) => json!(is),
        rmpv::Value::Integer(number) => match number.as_i64() {
            Some(number) => json!(number),
            None => json!(number.as_u64()),
        },
        // By way of its text, so that 0.1 stays 0.1 and does not get the digits of a double.
        rmpv::Value::F32(number) => {
            let text = format!("{number:?}");
            float(text.parse().unwrap_or(f64::NAN), text)
        }
        rmpv::Value::F64(number) => float(*number, format!("{number:?}")),
        rmpv::Value::String(text) => match text.as_str() {
            Some(text) => json!(text),
            None => json!({ "$bytes": hex(text.as_bytes()) }),
        },
        rmpv::Value::Binary(bytes) => json!({ "$bytes": hex(bytes) }),
        rmpv::Value::Ext(kind, bytes) => json!({ "$ext": [kind, hex(bytes)] }),
        rmpv::Value::Array(values) => values.iter().map(to_json).collect(),
        rmpv::Value::Map(entries) => {
            let fields = entries.iter().map(|(key, value)| Some((key.as_str()?, to_json(value))));
            let fields: Option<serde_json::Map<_, _>> =
                fields.map(|field| field.map(|(key, value)| (key.to_owned(), value))).collect();
            // A map with a key twice would lose one of them.
            match fields.filter(|fields| fields.len() == entries.len()) {
                Some(fields) => fields.into(),
                None => {
                    let pair = |(key, value): &(_, _)| json!([to_json(key), to_json(value)]);
                    json!({ "$map": entries.iter().map(pair).collect::<Vec<_>>() })
                }
            }
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
