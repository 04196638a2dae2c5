//! The arguments of one call of a task: part of its identity and of its fingerprint.

use serde::Serialize;

use crate::codec::{self, CodecError};
use crate::digest::Digest;

/// A key's longest readable form; longer ones are hashed.
const KEY_CHARS_MAX: usize = 64;
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
#[derive(Debug, Default)]
pub struct Arguments {
    encoded: Vec<u8>,
    texts: Vec<String>,
    readable: bool,
    keys: Vec<String>,
    template: Option<String>,
    error: Option<(&'static str, CodecError)>,
}

impl Arguments {
    /// A call without arguments.
    pub fn new() -> Self {
        Arguments { readable: true, ..Arguments::default() }
    }

    /// Adds an argument. One that cannot be encoded is reported when the task is run.
    pub fn with<T: Argument>(mut self, name: &'static str, value: &T) -> Self {
        match codec::encode(value) {
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
        Digest::of(&self.encoded)
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
    fn a_template_replaces_the_key_but_not_the_hash() {
        let one = Arguments::new().with("n", &1).keyed("fold-1".to_owned());
        let two = Arguments::new().with("n", &2).keyed("fold-1".to_owned());
        assert_eq!(one.key().unwrap(), "fold-1");
        assert_ne!(one.hash(), two.hash());
    }
}
