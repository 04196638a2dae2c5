//! Numbers: digits, with a dot or an exponent if wanted.

use std::ops::Range;

use super::{ParseError, Problem};

/// Returns how many bytes at the start of `text` look like a number; none if it begins otherwise.
/// They may turn out to be none, such as `1.2.3`.
pub(super) fn length_at_start(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mantissa = text.find(|c| !is_part(c)).unwrap_or(text.len());
    // An exponent is one only if digits follow: `2e` is the number `2` before a word.
    let Some(rest) = text[mantissa..].strip_prefix(['e', 'E']).filter(|_| mantissa > 0) else {
        return mantissa;
    };
    let exponent = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let digits = exponent.find(|c| !is_part(c)).unwrap_or(exponent.len());
    match digits {
        0 => mantissa,
        _ => text.len() - exponent.len() + digits,
    }
}

/// Reads what looks like a number, with a sign if wanted.
pub(super) fn parse(text: &str, at: Range<usize>) -> Result<f64, ParseError> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(Problem::TooLarge(text.to_owned()).at(at)),
        Err(_) => Err(Problem::Number(text.to_owned()).at(at)),
    }
}
