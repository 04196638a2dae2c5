//! `#[row(…)]`: one case of a test with several.

use std::collections::BTreeSet;

use proc_macro2::Span;
use quote::format_ident;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, Expr, ExprCall, ExprLit, ExprPath, Ident, ItemFn, Lit, LitStr, Result, Token,
};

use crate::shared::{all, combine};

/// The values of one case.
pub(super) struct Row {
    /// Its name as a function.
    pub(super) ident: Ident,
    pub(super) values: Vec<Expr>,
}

/// What stands in the parentheses.
struct Values {
    name: Option<LitStr>,
    values: Vec<Expr>,
}

/// Removes the rows of a function and returns them.
pub(super) fn take(function: &mut ItemFn) -> Result<Vec<Row>> {
    let is_row = |attribute: &mut Attribute| attribute.path().is_ident("row");
    let taken: Vec<_> = function.attrs.extract_if(.., is_row).collect();
    let rows = taken.iter().enumerate().map(|(position, attribute)| {
        let Values { name, values } = attribute.parse_args()?;
        let ident = match &name {
            Some(name) => identifier(name)?,
            None => format_ident!("row_{}", position + 1, span = attribute.path().span()),
        };
        Ok(Row { ident, values })
    });
    let rows = all(rows)?;
    check(&rows, &taken, function.sig.inputs.len())?;
    Ok(rows)
}

/// Refuses rows of different lengths, more values than parameters, and names that stand twice.
fn check(rows: &[Row], attributes: &[Attribute], parameters: usize) -> Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    let mut errors = None;
    let mut names = BTreeSet::new();
    for (row, attribute) in rows.iter().zip(attributes) {
        let count = row.values.len();
        if count > parameters {
            let message = format!(
                "this row has {}, and the test {}: rows fill the first parameters",
                counted(count, "value"),
                counted(parameters, "parameter"),
            );
            combine(&mut errors, Error::new_spanned(attribute, message));
        } else if count != first.values.len() {
            let message = format!(
                "this row has {}, and the first one {}: all rows fill the same parameters",
                counted(count, "value"),
                first.values.len(),
            );
            combine(&mut errors, Error::new_spanned(attribute, message));
        }
        if !names.insert(row.ident.to_string()) {
            let message = format!("another row is called `{}`, too", row.ident);
            combine(&mut errors, Error::new(row.ident.span(), message));
        }
    }
    errors.map_or(Ok(()), Err)
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

impl Parse for Values {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut values = Punctuated::<Expr, Token![,]>::parse_terminated(input)?.into_iter();
        let Some(first) = values.next() else {
            let message = "expected the values of a row, `#[row(2, 4)]`";
            return Err(Error::new(Span::call_site(), message));
        };
        match named(&first)? {
            Some(name) => Ok(Values { name: Some(name), values: values.collect() }),
            None => {
                Ok(Values { name: None, values: std::iter::once(first).chain(values).collect() })
            }
        }
    }
}

/// Reads `named("…")`, which may be called as a function otherwise.
fn named(value: &Expr) -> Result<Option<LitStr>> {
    let Expr::Call(ExprCall { func, args, .. }) = value else { return Ok(None) };
    match &**func {
        Expr::Path(ExprPath { path, .. }) if path.is_ident("named") => {}
        _ => return Ok(None),
    }
    match (args.first(), args.len()) {
        (Some(Expr::Lit(ExprLit { lit: Lit::Str(name), .. })), 1) => Ok(Some(name.clone())),
        _ => Err(Error::new_spanned(value, "a row's name is a text: `named(\"negative\")`")),
    }
}

/// Makes a name of a function of what a row is called: `with two words` is `with_two_words`.
fn identifier(name: &LitStr) -> Result<Ident> {
    let text: String =
        name.value().trim().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    if !text.chars().any(char::is_alphanumeric) {
        let message = "a row's name has a letter or digit, so that it can be the name of a test";
        return Err(Error::new_spanned(name, message));
    }
    // Digits cannot begin a name, and keywords cannot be one.
    let mut ident = syn::parse_str::<Ident>(&text)
        .or_else(|_| syn::parse_str(&format!("row_{text}")))
        .map_err(|_| Error::new_spanned(name, "a row's name consists of letters and digits"))?;
    ident.set_span(name.span());
    Ok(ident)
}
