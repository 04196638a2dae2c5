//! What stands in `when(…)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseBuffer, ParseStream};
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Error, Ident, Lit, LitStr, Result, Token, Type, parenthesized};

const EXPECTED: &str = "expected `profile = \"…\"`, `facet(name.key = value)`, \
                        `missing = dyn Trait`, `any(…)`, `all(…)` or `not(…)`";

/// A condition as it is written.
pub(super) enum Condition {
    Profile(LitStr),
    /// The facet, the key with those that lead to it, and the value's canonical text.
    Facet(String, String, String),
    Missing(Box<Type>),
    Any(Vec<Condition>),
    All(Vec<Condition>),
    Not(Box<Condition>),
}

impl Condition {
    /// The expression of the condition.
    pub(super) fn expression(&self, private: &TokenStream) -> TokenStream {
        let condition = quote!(#private::Condition);
        let list = |inner: &[Condition]| {
            let inner = inner.iter().map(|condition| condition.expression(private));
            quote!(::std::vec![#(#inner),*])
        };
        match self {
            Condition::Profile(name) => quote!(#condition::Profile(#name)),
            Condition::Facet(facet, key, value) => {
                quote!(#condition::Facet { facet: #facet, key: #key, value: #value })
            }
            Condition::Missing(ty) => quote!(#condition::Missing(#private::TypeKey::of::<#ty>())),
            Condition::Any(inner) => {
                let inner = list(inner);
                quote!(#condition::Any(#inner))
            }
            Condition::All(inner) => {
                let inner = list(inner);
                quote!(#condition::All(#inner))
            }
            Condition::Not(inner) => {
                let inner = inner.expression(private);
                quote!(#condition::Not(::std::boxed::Box::new(#inner)))
            }
        }
    }
}

impl Parse for Condition {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let word = input.call(Ident::parse_any).map_err(|e| Error::new(e.span(), EXPECTED))?;
        match word.to_string().as_str() {
            "profile" => {
                let value = input.parse::<Token![=]>().and_then(|_| input.parse());
                let expected = |_| Error::new(word.span(), "expected `profile = \"…\"`");
                value.map(Condition::Profile).map_err(expected)
            }
            "missing" => {
                let value = input.parse::<Token![=]>().and_then(|_| input.parse());
                let expected = |_| Error::new(word.span(), "expected `missing = dyn Trait`");
                value.map(|ty| Condition::Missing(Box::new(ty))).map_err(expected)
            }
            "facet" => setting(&parentheses(&word, input)?),
            "any" => Ok(Condition::Any(list(&word, input)?)),
            "all" => Ok(Condition::All(list(&word, input)?)),
            "not" => {
                let mut inner = list(&word, input)?;
                match (inner.pop(), inner.is_empty()) {
                    (Some(one), true) => Ok(Condition::Not(Box::new(one))),
                    _ => Err(Error::new(word.span(), "`not` takes one condition: `not(any(…))`")),
                }
            }
            _ => Err(Error::new(word.span(), EXPECTED)),
        }
    }
}

fn list(word: &Ident, input: ParseStream<'_>) -> Result<Vec<Condition>> {
    let inner = parentheses(word, input)?;
    let list = Punctuated::<Condition, Token![,]>::parse_terminated(&inner)?;
    match list.is_empty() {
        true => Err(Error::new(word.span(), format!("`{word}` is empty: {EXPECTED}"))),
        false => Ok(list.into_iter().collect()),
    }
}

fn parentheses<'a>(word: &Ident, input: ParseStream<'a>) -> Result<ParseBuffer<'a>> {
    if !input.peek(Paren) {
        return Err(Error::new(word.span(), format!("expected `{word}(…)`")));
    }
    let inner;
    parenthesized!(inner in input);
    Ok(inner)
}

fn setting(input: ParseStream<'_>) -> Result<Condition> {
    let expected = |error: Error| Error::new(error.span(), "expected `facet(name.key = value)`");
    let facet = name(input).map_err(expected)?;
    input.parse::<Token![.]>().map_err(expected)?;
    let mut key = name(input).map_err(expected)?;
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?;
        key = format!("{key}.{}", name(input).map_err(expected)?);
    }
    input.parse::<Token![=]>().map_err(expected)?;
    let minus: Option<Token![-]> = input.parse()?;
    const VALUE: &str = "expected a text, a number, `true` or `false`";
    let value: Lit = input.parse().map_err(|error: Error| Error::new(error.span(), VALUE))?;
    let text = match (&value, minus) {
        (Lit::Str(text), None) => format!("{:?}", text.value()),
        (Lit::Bool(value), None) => value.value.to_string(),
        (Lit::Int(number), None) => number.base10_digits().to_owned(),
        (Lit::Int(number), Some(_)) => format!("-{}", number.base10_digits()),
        (Lit::Float(number), minus) => {
            let value: f64 = number.base10_parse()?;
            format!("{:?}", if minus.is_some() { -value } else { value })
        }
        _ => return Err(Error::new(value.span(), VALUE)),
    };
    match input.is_empty() {
        true => Ok(Condition::Facet(facet, key, text)),
        false => Err(input.error("one key per `facet(…)`: `when(facet(…), facet(…))`")),
    }
}

/// A name, in quotes if it is no word of Rust's.
fn name(input: ParseStream<'_>) -> Result<String> {
    match input.peek(LitStr) {
        true => Ok(input.parse::<LitStr>()?.value()),
        false => Ok(input.call(Ident::parse_any)?.unraw().to_string()),
    }
}
