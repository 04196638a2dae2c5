//! Rows as CSV.

use std::io::{BufRead, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_injection::BoxError;

use super::Codec;

/// Comma-separated values: a line with the names of the fields, and one per row.
///
/// A row is a struct of numbers, truth values, texts, unit variants, and options of them. CSV
/// does not tell a text that is empty from one that is not there, nor does it say all that a type
/// may want, so each row is read again before it is written, and refused if it comes back as
/// another.
#[derive(Debug, Clone, Copy, Default)]
pub struct Csv;

impl<R: Serialize + DeserializeOwned> Codec<Vec<R>> for Csv {
    fn write(&self, value: &Vec<R>, to: &mut dyn Write) -> Result<(), BoxError> {
        let Some(first) = value.first() else { return Ok(()) };
        let mut header = lines(first, true)?;
        header.truncate(header.len() - lines(first, false)?.len());
        if header.is_empty() {
            return Err("a row without named fields: CSV takes structs".into());
        }
        to.write_all(&header)?;
        for (row, number) in value.iter().zip(1_u64..) {
            let line = lines(row, false)?;
            if !comes_back(row, &header, &line) {
                let line = String::from_utf8_lossy(&line);
                return Err(format!(
                    "row {number} would come back as another: `{}`",
                    line.trim_end()
                )
                .into());
            }
            to.write_all(&line)?;
        }
        Ok(())
    }

    fn read(&self, from: &mut dyn BufRead) -> Result<Vec<R>, BoxError> {
        Ok(::csv::Reader::from_reader(from).into_deserialize().collect::<Result<_, _>>()?)
    }
}

/// The line of a row, behind that of its header if there is to be one and the type has one.
fn lines<R: Serialize>(row: &R, header: bool) -> Result<Vec<u8>, BoxError> {
    let mut builder = ::csv::WriterBuilder::new();
    let mut writer = builder.has_headers(header).buffer_capacity(ROW_BYTES).from_writer(Vec::new());
    writer.serialize(row)?;
    Ok(writer.into_inner()?)
}

fn comes_back<R: Serialize + DeserializeOwned>(row: &R, header: &[u8], line: &[u8]) -> bool {
    let mut builder = ::csv::ReaderBuilder::new();
    let reader = builder.buffer_capacity(ROW_BYTES).from_reader(header.chain(line));
    let back: Option<Result<R, _>> = reader.into_deserialize().next();
    // Compared as JSON, where one NaN is as any other, but a text is not the lack of one.
    match (back, serde_json::to_value(row)) {
        (Some(Ok(back)), Ok(row)) => serde_json::to_value(back).is_ok_and(|back| back == row),
        _ => false,
    }
}

/// Most rows are short.
const ROW_BYTES: usize = 512;
