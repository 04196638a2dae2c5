//! A TOML file with the place of every key, and its values for figment.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use figment::value::{Dict, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;

const NO_NUMBER: &str = "no number, though it begins as one: put a text into quotes";

/// The keys that lead to a value.
pub(crate) type KeyPath = Vec<String>;

/// A facet file that was read and parsed.
#[derive(Debug)]
pub(crate) struct TomlFile {
    pub(crate) path: PathBuf,
    pub(crate) text: Arc<str>,
    pub(crate) values: Dict,
    spans: BTreeMap<KeyPath, Spans>,
}

#[derive(Debug, Clone)]
struct Spans {
    key: Range<usize>,
    value: Range<usize>,
}

impl TomlFile {
    /// Reads `path`; `None` if there is no such file.
    pub(crate) fn read(path: &Path) -> Result<Option<TomlFile>, Vec<Diagnostic>> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            // A link that leads nowhere is a mistake: its file was meant to be read.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !path.is_symlink() => {
                return Ok(None);
            }
            Err(error) => {
                let message = format!("`{}` cannot be read: {error}", path.display());
                let target = std::fs::read_link(path).ok();
                let mistake = Diagnostic::error(message);
                return Err(vec![match target {
                    Some(target) => mistake.note(format!("it is a link to `{}`", target.display())),
                    None => mistake,
                }]);
            }
        };
        let text = String::from_utf8(bytes).map_err(|error| vec![not_utf8(path, error)])?;
        Self::parse(path, &text).map(Some)
    }

    fn parse(path: &Path, text: &str) -> Result<TomlFile, Vec<Diagnostic>> {
        let shared: Arc<str> = text.into();
        let (table, errors) = DeTable::parse_recoverable(text);
        let name = path.display().to_string();
        let broken = |range, label: String| {
            let broken = Diagnostic::error(format!("`{}` is no valid TOML", file_name(path)));
            broken.in_text(&name, shared.clone(), range, label)
        };
        if !errors.is_empty() {
            let errors = errors.iter().map(|error| {
                broken(error.span().unwrap_or_default(), error.message().replace('\n', ", "))
            });
            return Err(errors.collect());
        }
        let mut no_numbers = Vec::new();
        table.get_ref().iter().for_each(|(_, value)| find_no_numbers(value, &mut no_numbers));
        if !no_numbers.is_empty() {
            // In the order of the text, not of the keys.
            no_numbers.sort_by_key(|(range, _)| range.start);
            let mistakes = no_numbers.into_iter().map(|(range, why)| broken(range, why.to_owned()));
            return Err(mistakes.collect());
        }
        let mut spans = BTreeMap::new();
        let values = convert_table(table.get_ref(), &mut Vec::new(), &mut spans);
        Ok(TomlFile { path: path.to_owned(), text: shared, values, spans })
    }

    /// Returns where the key at `path` stands.
    pub(crate) fn key_span(&self, path: &[String]) -> Option<Range<usize>> {
        self.spans.get(path).map(|spans| spans.key.clone())
    }

    /// Returns where the value at `path` stands.
    pub(crate) fn value_span(&self, path: &[String]) -> Option<Range<usize>> {
        self.spans.get(path).map(|spans| spans.value.clone())
    }

    /// Returns where the values stand whose paths fulfil `wanted`, those inside of others left out.
    pub(crate) fn value_spans(&self, wanted: impl Fn(&[String]) -> bool) -> Vec<Range<usize>> {
        let wanted = self.spans.iter().filter(|(path, _)| wanted(path));
        let mut spans: Vec<_> = wanted.map(|(_, spans)| spans.value.clone()).collect();
        // By their places in the text, which are not in the order of the keys; an outer one first.
        spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        let mut end = 0;
        spans.retain(|span| {
            let is_outside = span.start >= end;
            end = end.max(span.end);
            is_outside
        });
        spans
    }

    /// Returns the line of a byte, from 1.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.text[..offset].matches('\n').count() + 1
    }
}

/// Parses the text of a variable or flag as a TOML value; anything else is a string.
pub(crate) fn parse_value(text: &str) -> Value {
    match DeValue::parse(text) {
        // As it was written: a date has several spellings, and only a text can take it.
        Ok(value) if value.get_ref().is_datetime() => Value::from(text),
        // The parser takes `1_a` for a number, and its underscore for a mark between digits.
        Ok(value) if is_no_number(value.get_ref()) => Value::from(text),
        Ok(value) => convert(value.get_ref(), &mut Vec::new(), &mut BTreeMap::new()),
        Err(_) => Value::from(text),
    }
}

/// Finds where values stand that the parser takes for numbers, and that are none.
fn find_no_numbers(value: &Spanned<DeValue<'_>>, found: &mut Vec<(Range<usize>, &'static str)>) {
    match value.get_ref() {
        DeValue::Array(values) => values.iter().for_each(|value| find_no_numbers(value, found)),
        DeValue::Table(table) => {
            table.iter().for_each(|(_, value)| find_no_numbers(value, found));
        }
        DeValue::Integer(integer) if is_no_number(value.get_ref()) => {
            let mut digits = integer.as_str().trim_start_matches(['+', '-']).chars();
            found.push(match digits.all(|digit| digit.is_digit(integer.radix())) {
                true => (value.span(), "larger than any number: put a text into quotes"),
                false => (value.span(), NO_NUMBER),
            });
        }
        other if is_no_number(other) => found.push((value.span(), NO_NUMBER)),
        _ => {}
    }
}

/// Tells whether something begins as a number and is none.
fn is_no_number(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::Integer(integer) => {
            i128::from_str_radix(integer.as_str(), integer.radix()).is_err()
        }
        DeValue::Float(float) => float.as_str().parse::<f64>().is_err(),
        _ => false,
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn not_utf8(path: &Path, error: std::string::FromUtf8Error) -> Diagnostic {
    let valid = error.utf8_error().valid_up_to();
    let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
    Diagnostic::error(format!("`{}:{line}:{column}` is no valid UTF-8", path.display()))
}

fn convert_table(
    table: &DeTable<'_>,
    path: &mut KeyPath,
    spans: &mut BTreeMap<KeyPath, Spans>,
) -> Dict {
    let mut dict = Dict::new();
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        spans.insert(path.clone(), Spans { key: key.span(), value: value.span() });
        dict.insert(key.get_ref().to_string(), convert(value.get_ref(), path, spans));
        path.pop();
    }
    dict
}

fn convert(value: &DeValue<'_>, path: &mut KeyPath, spans: &mut BTreeMap<KeyPath, Spans>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => Value::from(number),
            Err(_) => i128::from_str_radix(integer.as_str(), integer.radix())
                .map_or_else(|_| Value::from(integer.to_string()), Value::from),
        },
        DeValue::Float(float) => float
            .as_str()
            .parse::<f64>()
            .map_or_else(|_| Value::from(float.to_string()), Value::from),
        DeValue::Boolean(bool) => Value::from(*bool),
        DeValue::Datetime(datetime) => Value::from(datetime.to_string()),
        DeValue::Array(values) => {
            let mut array = Vec::new();
            for (index, value) in values.iter().enumerate() {
                path.push(index.to_string());
                spans.insert(path.clone(), Spans { key: value.span(), value: value.span() });
                array.push(convert(value.get_ref(), path, spans));
                path.pop();
            }
            Value::from(array)
        }
        DeValue::Table(table) => Value::from(convert_table(table, path, spans)),
    }
}
