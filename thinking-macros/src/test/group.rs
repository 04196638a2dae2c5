//! `#[tests]`: what the cases of an inline module do not say themselves.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Error, Item, ItemMod, Meta, Result, parse_quote, parse2};

use super::options::{GROUP, Options};
use crate::shared::{Krate, combine, with_errors};

pub(crate) fn expand(tokens: TokenStream, item: TokenStream) -> TokenStream {
    match transform(tokens, item.clone()) {
        Ok(module) => module.into_token_stream(),
        Err(error) => with_errors(error, item),
    }
}

fn transform(tokens: TokenStream, item: TokenStream) -> Result<ItemMod> {
    let Ok(mut module) = parse2::<ItemMod>(item.clone()) else {
        let message = "`#[thinking::tests(…)]` stands on a module, `mod name { … }`; on a function \
                       write `#[thinking::test]`";
        return Err(Error::new_spanned(first_token(item), message));
    };
    let mut krate = Krate::new();
    // What is wrong is said here once, and not for each case.
    Options::parse(tokens.clone(), &mut krate)?;
    if module.content.is_none() {
        let message = "defaults need the cases before their eyes: write the module inline, \
                       `mod name { … }`, or put `#[thinking::tests(…)]` on one inside of its file";
        return Err(Error::new_spanned(module.semi, message));
    }
    let mut errors = None;
    give(&mut module, &tokens, &krate, &mut errors);
    errors.map_or(Ok(module), Err)
}

/// Hands the options to the cases and groups of an inline module and of those below it.
fn give(module: &mut ItemMod, tokens: &TokenStream, krate: &Krate, errors: &mut Option<Error>) {
    let Some((_, items)) = &mut module.content else {
        let message = format!(
            "the defaults of the group do not reach `mod {};`, whose cases are in another file: \
             declare it outside of the group",
            module.ident
        );
        combine(errors, Error::new_spanned(&module, message));
        return;
    };
    for item in items {
        match item {
            Item::Fn(function) => {
                let is_plain = function.sig.inputs.is_empty();
                if let Some(attribute) =
                    function.attrs.iter_mut().find(|attribute| is_test(attribute, is_plain, krate))
                {
                    extend(attribute, tokens);
                }
            }
            Item::Mod(module) => {
                let group =
                    module.attrs.iter_mut().find(|attribute| is_ours(attribute, "tests", krate));
                match group {
                    Some(attribute) => extend(attribute, tokens),
                    None => give(module, tokens, krate, errors),
                }
            }
            _ => {}
        }
    }
}

/// Tells whether it is our attribute and not the standard one: it has a path, or it says or stands on
/// what that cannot.
fn is_test(attribute: &Attribute, is_plain: bool, krate: &Krate) -> bool {
    let is_bare = attribute.path().is_ident("test");
    is_ours(attribute, "test", krate)
        || (is_bare && (!is_plain || !matches!(attribute.meta, Meta::Path(_))))
}

/// Tells whether an attribute is the framework's one of this name, written with its path.
fn is_ours(attribute: &Attribute, name: &str, krate: &Krate) -> bool {
    let path = attribute.path().to_token_stream().to_string().replace(' ', "");
    let Some(parent) = path.strip_suffix(name).and_then(|parent| parent.strip_suffix("::")) else {
        return false;
    };
    matches!(parent.trim_start_matches("::"), "thinking" | "thinking_tests")
        || krate.path().is_some_and(|krate| krate == parent)
}

/// Adds the group's options to an attribute; what is wrong with its own, it says itself.
fn extend(attribute: &mut Attribute, tokens: &TokenStream) {
    let group = quote::format_ident!("{GROUP}");
    let (path, own) = match &attribute.meta {
        Meta::List(list) => (&list.path, list.tokens.clone()),
        other => (other.path(), TokenStream::new()),
    };
    let comma = (!own.is_empty() && !ends_with_comma(&own)).then(|| quote!(,));
    attribute.meta = parse_quote!(#path(#own #comma #group(#tokens)));
}

fn ends_with_comma(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().last().is_some_and(|last| last.to_string() == ",")
}

fn first_token(tokens: TokenStream) -> TokenStream {
    tokens.into_iter().take(1).collect()
}
