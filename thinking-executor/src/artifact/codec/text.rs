//! Text as it is.

use std::io::{BufRead, Write};

use thinking_injection::BoxError;

use super::Codec;

/// Text in UTF-8, as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Text;

impl Codec<String> for Text {
    fn write(&self, value: &String, to: &mut dyn Write) -> Result<(), BoxError> {
        Ok(to.write_all(value.as_bytes())?)
    }

    fn read(&self, from: &mut dyn BufRead) -> Result<String, BoxError> {
        let mut text = String::new();
        from.read_to_string(&mut text)?;
        Ok(text)
    }
}
