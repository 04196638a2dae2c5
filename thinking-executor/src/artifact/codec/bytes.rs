//! Bytes as they are.

use std::io::{BufRead, Write};

use thinking_injection::BoxError;

use super::Codec;

/// Bytes as they are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bytes;

impl Codec<Vec<u8>> for Bytes {
    fn write(&self, value: &Vec<u8>, to: &mut dyn Write) -> Result<(), BoxError> {
        Ok(to.write_all(value)?)
    }

    fn read(&self, from: &mut dyn BufRead) -> Result<Vec<u8>, BoxError> {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
