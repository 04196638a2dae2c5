//! What serde calls the keys of a struct.

use syn::{Attribute, Expr, Field, Ident, LitStr, Token};

/// Returns the key that a named field is, where its struct has the rule `rename_all`.
pub(crate) fn name(field: &Field, ident: &Ident, rename_all: Option<&str>) -> String {
    let plain = ident.to_string();
    let plain = plain.trim_start_matches("r#");
    let renamed = texts(&field.attrs, "rename").into_iter().next();
    renamed
        .or_else(|| rename_all.and_then(|rule| rename(plain, rule)))
        .unwrap_or_else(|| plain.to_owned())
}

/// Returns the text of each `key = "…"` in the `#[serde(…)]` attributes among some.
pub(crate) fn texts(attributes: &[Attribute], key: &str) -> Vec<String> {
    let serde = attributes.iter().filter(|attribute| attribute.path().is_ident("serde"));
    serde.flat_map(|attribute| texts_of(attribute, key)).collect()
}

/// Returns the text of each `key = "…"` in a `#[serde(…)]` attribute.
///
/// Nothing is reported: serde's own derive does that.
fn texts_of(attribute: &Attribute, key: &str) -> Vec<String> {
    let mut found = Vec::new();
    let _ = attribute.parse_nested_meta(|meta| {
        if meta.path.is_ident(key) && meta.input.peek(Token![=]) {
            found.push(meta.value()?.parse::<LitStr>()?.value());
        } else if meta.input.peek(Token![=]) {
            let _: Expr = meta.value()?.parse()?;
        } else if meta.input.peek(syn::token::Paren) {
            // `rename(deserialize = "…")` and the like.
            meta.parse_nested_meta(|inner| {
                if meta.path.is_ident(key) && inner.path.is_ident("deserialize") {
                    found.push(inner.value()?.parse::<LitStr>()?.value());
                } else if inner.input.peek(Token![=]) {
                    let _: Expr = inner.value()?.parse()?;
                }
                Ok(())
            })?;
        }
        Ok(())
    });
    found
}

/// Applies serde's `rename_all` to a field's name, which is in snake case; `None` for a rule that
/// serde does not know, which it reports itself.
fn rename(field: &str, rule: &str) -> Option<String> {
    let capitalised = || {
        field.split('_').map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
    };
    Some(match rule {
        "lowercase" | "snake_case" => field.to_owned(),
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => field.to_ascii_uppercase(),
        "PascalCase" => capitalised().collect(),
        "camelCase" => {
            let name: String = capitalised().collect();
            let mut letters = name.chars();
            let first = letters.next().map(|letter| letter.to_ascii_lowercase());
            first.into_iter().chain(letters).collect()
        }
        "kebab-case" => field.replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => field.to_ascii_uppercase().replace('_', "-"),
        _ => return None,
    })
}
