//! What several attributes share: the path of generated code, options, errors that do not hide
//! others.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, Expr, ExprLit, FnArg, ItemFn, Lit, Meta, MetaNameValue, Path, Result,
    ReturnType, Signature, Type,
};

/// The path that generated code starts with: `::thinking`, or what `crate = path` says.
#[derive(Clone)]
pub(crate) struct Krate(Option<Path>);

impl Krate {
    pub(crate) fn new() -> Self {
        Krate(None)
    }

    pub(crate) fn set(&mut self, path: Path) {
        self.0 = Some(path);
    }

    /// Takes the path of `other` if this one has none of its own.
    pub(crate) fn set_if_unset(&mut self, other: Krate) {
        self.0 = self.0.take().or(other.0);
    }

    /// Returns what `crate = path` says, without spaces.
    pub(crate) fn path(&self) -> Option<String> {
        self.0.as_ref().map(|path| path.to_token_stream().to_string().replace(' ', ""))
    }

    /// Returns the path of the items that generated code may name.
    pub(crate) fn private(&self) -> TokenStream {
        match &self.0 {
            Some(path) => quote!(#path::__private),
            None => quote!(::thinking::__private),
        }
    }
}

/// Parses the options in an attribute's parentheses, one call of `each` per option.
///
/// `each` returns whether it knows the option; `expected` lists those that exist.
pub(crate) fn options(
    tokens: TokenStream,
    krate: &mut Krate,
    expected: &str,
    mut each: impl FnMut(&ParseNestedMeta<'_>) -> Result<bool>,
) -> Result<()> {
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("crate") {
            krate.set(meta.value()?.parse()?);
            return Ok(());
        }
        match each(&meta)? {
            true => Ok(()),
            false => Err(meta.error(format!("expected {expected} or `crate = …`"))),
        }
    });
    parser.parse2(tokens)
}

/// Returns the compile errors of `error` beside `fallback`, so that code which uses the item
/// still finds it and only the real mistake is reported.
pub(crate) fn with_errors(error: Error, fallback: impl ToTokens) -> TokenStream {
    let errors = error.into_compile_error();
    quote!(#errors #fallback)
}

/// Joins `error` to the errors found so far.
pub(crate) fn combine(errors: &mut Option<Error>, error: Error) {
    match errors {
        Some(errors) => errors.combine(error),
        None => *errors = Some(error),
    }
}

/// Returns all values, or all errors. Every one is looked at, so that what reading it removes from
/// the item is removed in either case.
pub(crate) fn all<T>(results: impl Iterator<Item = Result<T>>) -> Result<Vec<T>> {
    let mut errors = None;
    let mut values = Vec::new();
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(error) => combine(&mut errors, error),
        }
    }
    errors.map_or(Ok(values), Err)
}

/// Returns the `cfg`s of an item, which generated items share.
pub(crate) fn cfgs(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

/// Returns the text of an item's documentation comments. What a macro writes there is not seen.
pub(crate) fn docs(attributes: &[Attribute]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Meta::NameValue(MetaNameValue {
            value: Expr::Lit(ExprLit { lit: Lit::Str(text), .. }),
            ..
        }) = &attribute.meta
        {
            let text = text.value();
            let lines_of_it = text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
            lines.extend(lines_of_it.map(|line| line.trim_end().to_owned()));
            if text.is_empty() {
                lines.push(String::new());
            }
        }
    }
    lines.join("\n").trim().to_owned()
}

/// Rejects what no function can be that runs as it stands; `instead_of_generic` says what to write.
pub(crate) fn plain_function(
    signature: &Signature,
    what: &str,
    instead_of_generic: &str,
) -> Result<()> {
    if let Some(token) = &signature.asyncness {
        return Err(Error::new_spanned(
            token,
            format!("{what} cannot be `async`: write a plain `fn`"),
        ));
    }
    free_function(signature, what, instead_of_generic)
}

/// As [`plain_function`], for functions that may be `async`.
pub(crate) fn free_function(
    signature: &Signature,
    what: &str,
    instead_of_generic: &str,
) -> Result<()> {
    no_self(signature, "write a free function")?;
    if !signature.generics.params.is_empty() {
        let message = format!("{what} cannot be generic: {instead_of_generic}");
        return Err(Error::new_spanned(&signature.generics, message));
    }
    Ok(())
}

/// Waits for what an `async` function returns, by a macro that says so where the feature is missing;
/// what a plain one returns is there. `on` is what knows the runtime.
pub(crate) fn waited(
    signature: &Signature,
    block_on: TokenStream,
    on: &TokenStream,
    call: TokenStream,
) -> TokenStream {
    let Some(token) = &signature.asyncness else {
        return call;
    };
    let span = token.span();
    // So that all of it is shown as one place.
    let block_on = block_on.into_iter().map(|mut token| {
        token.set_span(token.span().located_at(span));
        token
    });
    let block_on: TokenStream = block_on.collect();
    quote_spanned!(span=> #block_on!(#on, #call))
}

/// Rejects a function that mentions `Self`; `instead` says what to write for that.
pub(crate) fn no_self(signature: &Signature, instead: &str) -> Result<()> {
    if let Some(token) = self_type(signature.to_token_stream()) {
        let message = format!("an associated function cannot be used here: {instead}");
        return Err(Error::new_spanned(token, message));
    }
    Ok(())
}

/// Returns the first `Self`: only functions inside an `impl` or a trait name it.
fn self_type(tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => Some(ident),
        TokenTree::Group(group) => self_type(group.stream()),
        _ => None,
    })
}

/// Returns the types of the parameters. The patterns are the function's own business.
pub(crate) fn parameter_types(function: &ItemFn) -> Result<Vec<&Type>> {
    let mut types = Vec::new();
    let mut errors = None;
    for argument in &function.sig.inputs {
        match argument {
            FnArg::Typed(typed) => types.push(&*typed.ty),
            FnArg::Receiver(receiver) => {
                let message = "a method cannot be used here: write a free function";
                combine(&mut errors, Error::new_spanned(receiver, message));
            }
        }
    }
    errors.map_or(Ok(types), Err)
}

/// Returns `T` of a return type `Result<T, …>`, whatever the path of `Result`.
pub(crate) fn result_of(output: &ReturnType) -> Option<&Type> {
    let ReturnType::Type(_, ty) = output else { return None };
    let Type::Path(path) = &**ty else { return None };
    let last = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match (last.ident == "Result", arguments.args.first()) {
        (true, Some(syn::GenericArgument::Type(ty))) => Some(ty),
        _ => None,
    }
}
