//! Values as JSON that people can read.

use std::io::{BufRead, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_injection::BoxError;

use super::{Codec, finite};

/// JSON over several lines, with keys in the order of the type.
///
/// JSON has no infinite numbers and no NaN, so a value with one is refused; so is one with
/// `Some(())` or `Some(None)`, which would be read back as `None`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json;

impl<T: Serialize + DeserializeOwned> Codec<T> for Json {
    fn write(&self, value: &T, to: &mut dyn Write) -> Result<(), BoxError> {
        finite::check(value)?;
        serde_json::to_writer_pretty(&mut *to, value)?;
        Ok(writeln!(to)?)
    }

    fn read(&self, from: &mut dyn BufRead) -> Result<T, BoxError> {
        Ok(serde_json::from_reader(from)?)
    }
}
