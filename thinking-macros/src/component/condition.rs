//! What stands in `when(…)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseBuffer, ParseStream};
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Error, Ident, LitStr, Result, Token, Type, parenthesized};

use crate::setting::Setting;

const EXPECTED: &str = "expected `profile = \"…\"`, `facet(name.key = value)`, \
                        `missing = dyn Trait`, `any(…)`, `all(…)` or `not(…)`";

/// A condition as it is written.
pub(super) enum Condition {
    Profile(LitStr),
    Facet(Setting),
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
            Condition::Facet(setting) => {
                let (Setting { facet, key, .. }, value) = (setting, setting.canonical());
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
    let setting: Setting = input.parse()?;
    match input.is_empty() {
        true => Ok(Condition::Facet(setting)),
        false => Err(input.error("one key per `facet(…)`: `when(facet(…), facet(…))`")),
    }
}
