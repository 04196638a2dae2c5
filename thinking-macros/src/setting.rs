//! A setting as attributes write it: `name.key = value`.

use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, Lit, LitStr, Result, Token};

/// A key of a facet with a plain value.
pub(crate) struct Setting {
    pub(crate) facet: String,
    /// The key, with those of the tables that lead to it.
    pub(crate) key: String,
    value: Value,
}

enum Value {
    Text(String),
    /// A number, `true` or `false`, as TOML writes it.
    Plain(String),
}

impl Setting {
    /// The canonical text of the value, with which the runtime compares.
    pub(crate) fn canonical(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("{text:?}"),
            Value::Plain(text) => text.clone(),
        }
    }

    /// The assignment that sets it, as on the command line.
    pub(crate) fn assignment(&self) -> String {
        let value = match &self.value {
            Value::Text(text) => quoted(text),
            Value::Plain(text) => text.clone(),
        };
        format!("{}.{}={value}", self.facet, self.key)
    }
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let expected = |error: Error| Error::new(error.span(), "expected `name.key = value`");
        let facet = name(input).map_err(expected)?;
        input.parse::<Token![.]>().map_err(expected)?;
        let mut key = name(input).map_err(expected)?;
        while input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
            key = format!("{key}.{}", name(input).map_err(expected)?);
        }
        input.parse::<Token![=]>().map_err(expected)?;
        Ok(Setting { facet, key, value: value(input)? })
    }
}

fn value(input: ParseStream<'_>) -> Result<Value> {
    const EXPECTED: &str = "expected a text, a number, `true` or `false`";
    let minus: Option<Token![-]> = input.parse()?;
    let value: Lit = input.parse().map_err(|error: Error| Error::new(error.span(), EXPECTED))?;
    match (&value, minus) {
        (Lit::Str(text), None) => Ok(Value::Text(text.value())),
        (Lit::Bool(value), None) => Ok(Value::Plain(value.value.to_string())),
        (Lit::Int(number), None) => Ok(Value::Plain(number.base10_digits().to_owned())),
        (Lit::Int(number), Some(_)) => Ok(Value::Plain(format!("-{}", number.base10_digits()))),
        (Lit::Float(number), minus) => {
            let value: f64 = number.base10_parse()?;
            Ok(Value::Plain(format!("{:?}", if minus.is_some() { -value } else { value })))
        }
        _ => Err(Error::new(value.span(), EXPECTED)),
    }
}

/// A name, in quotes if it is no word of Rust's.
fn name(input: ParseStream<'_>) -> Result<String> {
    match input.peek(LitStr) {
        true => Ok(input.parse::<LitStr>()?.value()),
        false => Ok(input.call(Ident::parse_any)?.unraw().to_string()),
    }
}

/// Writes a text as TOML does.
fn quoted(text: &str) -> String {
    let inner = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", inner.collect::<String>())
}
