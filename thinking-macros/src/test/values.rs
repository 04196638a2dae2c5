//! `#[values(…)]`: a parameter that gets each of several values, in every combination.

use std::collections::BTreeSet;

use quote::{ToTokens, format_ident};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Expr, FnArg, Pat, PatType, Result, Signature, Token};

use super::row::Row;
use crate::shared::combine;

/// A parameter and its values, each with what it adds to the name of a case.
pub(super) struct Choices(Vec<(String, Expr)>);

/// Removes the values of parameters and returns them, by parameter. `of_rows` parameters have theirs
/// from rows.
pub(super) fn take(signature: &mut Signature, of_rows: usize) -> Result<Vec<Choices>> {
    let (mut choices, mut errors) = (Vec::new(), None);
    for (position, argument) in signature.inputs.iter_mut().enumerate() {
        let FnArg::Typed(parameter) = argument else { continue };
        let is_values = |attribute: &mut Attribute| attribute.path().is_ident("values");
        let Some(attribute) = parameter.attrs.extract_if(.., is_values).last() else { continue };
        let read = if position < of_rows {
            Err("a `#[row(…)]` gives this parameter its value: put `#[values(…)]` on one behind it")
        } else if position > of_rows + choices.len() {
            Err("parameters with `#[values(…)]` come before those that are injected")
        } else {
            Ok(())
        };
        let read = read.map_err(|message| Error::new_spanned(&attribute, message));
        match read.and_then(|()| read_values(&attribute, parameter)) {
            Ok(read) => choices.push(read),
            Err(error) => combine(&mut errors, error),
        }
    }
    errors.map_or(Ok(choices), Err)
}

/// Makes a case of each row with each combination of values, the last parameter's changing first.
/// Without rows each combination is a case.
pub(super) fn combine_with(rows: Vec<Row>, choices: &[Choices]) -> Vec<Row> {
    let Some((first, others)) = choices.split_first() else { return rows };
    let begun: Vec<Row> = match rows.is_empty() {
        false => rows.iter().flat_map(|row| first.behind(row)).collect(),
        true => first.alone(),
    };
    others.iter().fold(begun, |rows, next| rows.iter().flat_map(|row| next.behind(row)).collect())
}

impl Choices {
    fn behind(&self, row: &Row) -> Vec<Row> {
        let with = |(name, value): &(String, Expr)| Row {
            ident: format_ident!("{}_{name}", row.ident, span = row.ident.span()),
            values: row.values.iter().chain([value]).cloned().collect(),
        };
        self.0.iter().map(with).collect()
    }

    fn alone(&self) -> Vec<Row> {
        let with = |(name, value): &(String, Expr)| Row {
            ident: format_ident!("{name}", span = syn::spanned::Spanned::span(value)),
            values: vec![value.clone()],
        };
        self.0.iter().map(with).collect()
    }
}

fn read_values(attribute: &Attribute, parameter: &PatType) -> Result<Choices> {
    let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
    let values = attribute.parse_args_with(parse)?;
    if values.is_empty() {
        let message = "expected the values that the parameter gets, `#[values(1, 2)]`";
        return Err(Error::new_spanned(attribute, message));
    }
    let Pat::Ident(pattern) = &*parameter.pat else {
        let message =
            "a parameter with `#[values(…)]` has a plain name, which its cases have in theirs";
        return Err(Error::new_spanned(&parameter.pat, message));
    };
    let parameter = pattern.ident.unraw().to_string();
    let words: Vec<String> = values.iter().map(word).collect();
    let are_told_apart = words.iter().collect::<BTreeSet<_>>().len() == words.len()
        && words.iter().all(|word| !word.is_empty());
    let named = values.into_iter().enumerate().map(|(position, value)| {
        let word = match are_told_apart {
            true => words[position].clone(),
            false => (position + 1).to_string(),
        };
        (format!("{}_{word}", parameter.trim_matches('_')), value)
    });
    Ok(Choices(named.collect()))
}

/// What a value adds to a name: the letters and digits of a literal or of the end of a path.
fn word(value: &Expr) -> String {
    let text = match value {
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.unraw().to_string()),
        Expr::Lit(_) | Expr::Unary(_) => Some(value.to_token_stream().to_string()),
        _ => None,
    };
    let text = text.unwrap_or_default().to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let minus = text.starts_with('-').then_some("minus");
    minus.into_iter().chain(words).collect::<Vec<_>>().join("_")
}
