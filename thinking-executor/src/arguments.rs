//! The arguments of one call of a task: part of its identity and of its fingerprint.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

use crate::canonical::canonical;
use crate::codec::{self, CodecError};
use crate::digest::Digest;

/// A key's longest readable form; longer ones are hashed.
const KEY_CHARS_MAX: usize = 64;
/// What most arguments take in a text, besides their names.
const SCALAR_BYTES: usize = 24;
/// How much of the arguments' text is kept for messages, which name the parts that differ.
const TEXT_CHARS_MAX: usize = 1000;

/// A type whose values can be arguments of tasks: they are recorded and handed on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a task",
    label = "an argument is recorded: derive `Clone` and `serde::Serialize` for `{Self}`",
    note = "mark a parameter that the container supplies with `#[inject]`"
)]
pub trait Argument: Serialize + Clone {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + Clone> Argument for T {}

/// The arguments of one call, in order.
///
/// Made for each call of a task, also of one that is skipped: scalars cost no more than their
/// bytes and their texts.
#[derive(Debug, Default)]
pub struct Arguments {
    encoded: Vec<u8>,
    count: usize,
    /// The names and values for people.
    text: String,
    /// The values, joined with commas; of use only where all are readable.
    key: String,
    /// Whether all values are scalars.
    readable: bool,
    /// Whether a value has a comma, so that joined texts could be other arguments as well.
    has_comma: bool,
    template: Option<String>,
    /// What the call depends on besides, where its body is a closure.
    captured: Option<Digest>,
    error: Option<(&'static str, CodecError)>,
}

impl Arguments {
    /// A call without arguments.
    pub fn new() -> Self {
        Arguments { readable: true, ..Arguments::default() }
    }

    /// Adds an argument, which counts by its value: the order of a map's entries does not matter,
    /// that of a sequence does, and so that of a `HashSet`, which serde writes as one. NaN equals
    /// itself; `0.0` and `-0.0` are two values.
    ///
    /// One that cannot be encoded is reported when the task is run.
    pub fn with<T: Argument>(mut self, name: &'static str, value: &T) -> Self {
        match codec::encode(value).and_then(canonical) {
            Ok(bytes) if self.encoded.is_empty() => self.encoded = bytes,
            Ok(bytes) => self.encoded.extend(bytes),
            Err(error) => {
                self.error.get_or_insert((name, error));
            }
        }
        if self.count > 0 {
            self.text.push_str(", ");
            self.key.push(',');
        }
        self.count += 1;
        self.text.reserve(name.len() + SCALAR_BYTES);
        self.text.push_str(name);
        self.text.push_str(" = ");
        let start = self.text.len();
        let key = write_json(&mut self.text, value);
        match key {
            Some(key) => {
                let key = key.as_deref().unwrap_or(&self.text[start..]);
                self.has_comma |= key.contains(',');
                self.key.push_str(key);
            }
            None => self.readable = false,
        }
        self
    }

    /// Sets the key instead of making it from the arguments.
    pub fn keyed(mut self, key: String) -> Self {
        self.template = Some(key);
        self
    }

    /// Takes one value, which is the key; `()` is none.
    pub(crate) fn of_key<K: Serialize + ?Sized>(key: &K) -> Self {
        let arguments = Arguments::new();
        match serde_json::to_value(key) {
            Ok(serde_json::Value::Null) => arguments,
            _ => arguments.with("key", &Key(key)),
        }
    }

    /// Adds what a closure may have captured to the value of the arguments, not to their key.
    pub(crate) fn captured(mut self, captured: Digest) -> Self {
        self.captured = Some(captured);
        self
    }

    /// Returns the key of the task: what a template gave, the arguments themselves if they are
    /// scalars, or a short hash of them; nothing without arguments.
    pub(crate) fn key(&self) -> Option<Cow<'_, str>> {
        if let Some(template) = &self.template {
            return Some(match is_plain(template) {
                true => template.into(),
                false => self.hashed().into(),
            });
        }
        if self.count == 0 {
            return None;
        }
        let joined = self.count > 1 && self.has_comma;
        match self.readable && is_plain(&self.key) && !joined {
            true => Some((&self.key).into()),
            false => Some(self.hashed().into()),
        }
    }

    fn hashed(&self) -> String {
        match &self.template {
            Some(template) => codec::short_hash::<8>(template.as_bytes()),
            None => codec::short_hash::<8>(&self.encoded),
        }
    }

    pub(crate) fn hash(&self) -> Digest {
        match &self.captured {
            None => Digest::of(&self.encoded),
            Some(captured) => Digest::of(&[captured.as_bytes(), &self.encoded].concat()),
        }
    }

    pub(crate) fn text(&self) -> String {
        // A text has no more characters than bytes.
        if self.text.len() <= TEXT_CHARS_MAX {
            return self.text.clone();
        }
        match self.text.char_indices().nth(TEXT_CHARS_MAX) {
            Some((end, _)) => format!("{}…", &self.text[..end]),
            None => self.text.clone(),
        }
    }

    pub(crate) fn take_error(&mut self) -> Option<(&'static str, CodecError)> {
        self.error.take()
    }
}

/// A key that is taken by reference.
#[derive(Serialize)]
#[serde(transparent)]
struct Key<'a, K: ?Sized>(&'a K);

impl<K: ?Sized> Clone for Key<'_, K> {
    fn clone(&self) -> Self {
        Key(self.0)
    }
}

/// Appends a value as JSON; returns how it stands in a key if it is a scalar: as the JSON itself, or
/// as another text.
fn write_json<T: Serialize>(text: &mut String, value: &T) -> Option<Option<String>> {
    let start = text.len();
    let mut scalars = serde_json::Serializer::with_formatter(Appending(text), Scalars);
    let is_written = value.serialize(&mut scalars).is_ok();
    let json = &text[start..];
    match json.as_bytes() {
        [b'"', .., b'"'] if is_written && !json.contains('\\') => {
            return Some(Some(json[1..json.len() - 1].to_owned()));
        }
        [b'-' | b'0'..=b'9' | b't' | b'f', ..] if is_written => return Some(None),
        _ => text.truncate(start),
    }
    let json = serde_json::to_value(value).unwrap_or_default();
    text.push_str(&json.to_string());
    match json {
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) => Some(None),
        serde_json::Value::String(text) => Some(Some(text)),
        _ => None,
    }
}

/// Takes the bytes of a text, which are written in pieces between characters.
struct Appending<'a>(&'a mut String);

impl Write for Appending<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push_str(std::str::from_utf8(bytes).map_err(io::Error::other)?);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes scalars as [`serde_json::Value`] does, and nothing else: that takes the entries of maps
/// in order, which a writer cannot.
struct Scalars;

impl Formatter for Scalars {
    fn write_f32<W: ?Sized + Write>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        // As a value keeps it.
        self.write_f64(writer, f64::from(value))
    }

    fn write_i128<W: ?Sized + Write>(&mut self, _: &mut W, _: i128) -> io::Result<()> {
        Err(no_scalar())
    }

    fn write_u128<W: ?Sized + Write>(&mut self, _: &mut W, _: u128) -> io::Result<()> {
        Err(no_scalar())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        Err(no_scalar())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        Err(no_scalar())
    }
}

fn no_scalar() -> io::Error {
    io::ErrorKind::Unsupported.into()
}

/// A key must not look like a part of a path.
fn is_plain(key: &str) -> bool {
    (key.len() <= KEY_CHARS_MAX || key.chars().count() <= KEY_CHARS_MAX)
        && !key.is_empty()
        && key.chars().all(|c| !c.is_control() && !matches!(c, '/' | '[' | ']' | '#'))
}

#[cfg(test)]
mod tests {
    //! Keys: readable where they can be, hashed otherwise.

    use std::collections::HashMap;

    use super::*;

    #[test]
    fn scalars_are_readable() {
        assert_eq!(Arguments::new().key(), None);
        assert_eq!(Arguments::new().with("n", &38_u32).key().unwrap(), "38");
        let two = Arguments::new().with("n", &-1).with("name", &"adam").with("on", &true);
        assert_eq!(two.key().unwrap(), "-1,adam,true");
        assert_eq!(two.text(), "n = -1, name = \"adam\", on = true");
    }

    #[test]
    fn texts_and_keys_are_those_of_json_values() {
        fn check<T: Serialize>(value: &T) {
            let json = serde_json::to_value(value).unwrap_or_default();
            let key = match &json {
                serde_json::Value::String(text) => Some(text.clone()),
                serde_json::Value::Bool(_) | serde_json::Value::Number(_) => Some(json.to_string()),
                _ => None,
            };
            let mut text = "n = ".to_owned();
            let found = write_json(&mut text, value);
            assert_eq!(text, format!("n = {json}"));
            assert_eq!(found.map(|key| key.unwrap_or(text[4..].to_owned())), key);
        }
        check(&0.1_f32);
        check(&[1e300, -0.0, 1.5, f64::NAN, f64::INFINITY].map(Some));
        for float in [1e300, -0.0, 1.0, 0.1, f64::NAN, f64::INFINITY] {
            check(&float);
        }
        check(&(u64::MAX, i64::MIN));
        check(&u64::MAX);
        check(&i64::MIN);
        check(&u128::MAX);
        check(&7_u128);
        check(&-7_i128);
        check(&true);
        check(&None::<u8>);
        check(&());
        check(&'"');
        for text in ["", "adam", "a,b", "\\", "\"", "tab\t", "Größe", "true", "-1"] {
            check(&text);
        }
        check(&HashMap::from([("b", 1), ("a", 2)]));
        check(&HashMap::from([((1, 2), 3)]));
        check(&std::net::Ipv4Addr::LOCALHOST);
        check(&(1, "two", [3.5]));
        check(&Ok::<u8, u8>(1));
    }

    #[test]
    fn everything_else_is_hashed_by_value() {
        for (a, b) in [(vec![1, 2], vec![1, 3]), (vec![], vec![0])] {
            let (a, b) = (Arguments::new().with("v", &a), Arguments::new().with("v", &b));
            assert_eq!(a.key().unwrap().len(), 16);
            assert_ne!(a.key(), b.key());
            assert_ne!(a.hash(), b.hash());
        }
        assert_eq!(Arguments::new().with("path", &"a/b").key().unwrap().len(), 16);
        assert_eq!(Arguments::new().with("one", &"a,b").key().unwrap(), "a,b");
        let two = |a, b| Arguments::new().with("a", &a).with("b", &b).key().map(Cow::into_owned);
        assert_ne!(two("a,b", "c"), two("a", "b,c"));
        assert_eq!(
            Arguments::new().with("f", &f64::NAN).key(),
            Arguments::new().with("f", &f64::NAN).key()
        );
    }

    #[test]
    fn the_order_of_a_maps_entries_does_not_matter() {
        let map = |numbers: &mut dyn Iterator<Item = u32>| -> HashMap<(u32, bool), Vec<u32>> {
            numbers.map(|n| ((n, n % 2 == 0), vec![n])).collect()
        };
        let (up, down) = (map(&mut (0..100)), map(&mut (0..100).rev()));
        let (up, down) = (Arguments::new().with("m", &up), Arguments::new().with("m", &down));
        assert_eq!((up.key(), up.hash()), (down.key(), down.hash()));
        let other = Arguments::new().with("m", &map(&mut (0..101)));
        assert_ne!((up.key(), up.hash()), (other.key(), other.hash()));
    }

    #[test]
    fn a_template_replaces_the_key_but_not_the_hash() {
        let one = Arguments::new().with("n", &1).keyed("fold-1".to_owned());
        let two = Arguments::new().with("n", &2).keyed("fold-1".to_owned());
        assert_eq!(one.key().unwrap(), "fold-1");
        assert_ne!(one.hash(), two.hash());
    }
}
