//! The arguments of one call of a task: part of its identity and of its fingerprint.

use serde::Serialize;

use crate::canonical::canonical;
use crate::codec::{self, CodecError};
use crate::digest::Digest;

/// A key's longest readable form; longer ones are hashed.
const KEY_CHARS_MAX: usize = 64;
/// How much of the arguments' text is kept for messages.
const TEXT_CHARS_MAX: usize = 200;

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
#[derive(Debug, Default)]
pub struct Arguments {
    encoded: Vec<u8>,
    texts: Vec<String>,
    readable: bool,
    keys: Vec<String>,
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
            Ok(bytes) => self.encoded.extend(bytes),
            Err(error) => {
                self.error.get_or_insert((name, error));
            }
        }
        let json = serde_json::to_value(value).unwrap_or_default();
        match scalar(&json) {
            Some(key) => self.keys.push(key),
            None => self.readable = false,
        }
        self.texts.push(format!("{name} = {json}"));
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
    pub(crate) fn key(&self) -> Option<String> {
        if let Some(template) = &self.template {
            return Some(match is_plain(template) {
                true => template.clone(),
                false => self.hashed(),
            });
        }
        if self.texts.is_empty() {
            return None;
        }
        let key = self.keys.join(",");
        // Joined with commas, texts that hold some could be other arguments as well.
        let joined = self.keys.len() > 1 && self.keys.iter().any(|key| key.contains(','));
        match self.readable && is_plain(&key) && !joined {
            true => Some(key),
            false => Some(self.hashed()),
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
        let text = self.texts.join(", ");
        match text.char_indices().nth(TEXT_CHARS_MAX) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
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

fn scalar(json: &serde_json::Value) -> Option<String> {
    match json {
        serde_json::Value::Bool(bool) => Some(bool.to_string()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// A key must not look like a part of a path.
fn is_plain(key: &str) -> bool {
    key.chars().count() <= KEY_CHARS_MAX
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
    fn everything_else_is_hashed_by_value() {
        for (a, b) in [(vec![1, 2], vec![1, 3]), (vec![], vec![0])] {
            let (a, b) = (Arguments::new().with("v", &a), Arguments::new().with("v", &b));
            assert_eq!(a.key().unwrap().len(), 16);
            assert_ne!(a.key(), b.key());
            assert_ne!(a.hash(), b.hash());
        }
        assert_eq!(Arguments::new().with("path", &"a/b").key().unwrap().len(), 16);
        assert_eq!(Arguments::new().with("one", &"a,b").key().unwrap(), "a,b");
        let two = |a, b| Arguments::new().with("a", &a).with("b", &b).key();
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
