//! `#[action]`: something done once, in order, before `main`'s body.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Item, ItemFn, LitStr, Path, Result, ReturnType, parse2};

use crate::shared::{Krate, cfgs, options, parameter_types, plain_function, with_errors};

const EXPECTED: &str =
    "`name = \"…\"`, `after = \"…\"`, `before = \"…\"`, `prepare = function`, `required`";

#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    after: Vec<LitStr>,
    before: Vec<LitStr>,
    prepare: Option<Path>,
    required: bool,
}

pub(crate) fn expand(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let function = match parse2(item.clone()) {
        Ok(Item::Fn(function)) => function,
        Ok(other) => {
            let error = Error::new(other.span(), "`#[action]` stands on a function");
            return with_errors(error, other);
        }
        Err(error) => return with_errors(error, item),
    };
    match describe(tokens, &function) {
        Ok(description) => quote!(#function #description),
        Err(error) => with_errors(error, function),
    }
}

fn describe(tokens: TokenStream, function: &ItemFn) -> Result<TokenStream> {
    let mut krate = Krate::new();
    let options = parse_options(tokens, &mut krate)?;
    let private = krate.private();
    plain_function(&function.sig, "an action", "write one function per type")?;
    let types = parameter_types(function)?;
    let ident = &function.sig.ident;
    let text = ident.to_string();
    let name = match &options.name {
        Some(name) => quote!(#name),
        None => quote!(#text),
    };
    let Options { after, before, required, .. } = &options;
    let runtime = quote!(__runtime);
    let facets =
        types.iter().map(|ty| quote_spanned!(ty.span()=> <#ty as #private::FromRuntime>::facet));
    let values = types.iter().map(
        |ty| quote_spanned!(ty.span()=> <#ty as #private::FromRuntime>::from_runtime(#runtime)?),
    );
    // A result that an action cannot return is reported at its type.
    let output = match &function.sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => ident.span(),
    };
    let result = quote_spanned!(output=> #private::ActionResult::into_result(#ident(#(#values),*)));
    let prepare = match &options.prepare {
        Some(prepare) => quote_spanned!(prepare.span()=>
            ::core::option::Option::Some(|prepare| #private::ActionResult::into_result(#prepare(prepare)))
        ),
        None => quote!(::core::option::Option::None),
    };
    let cfgs = cfgs(&function.attrs);
    Ok(quote! {
        #(#cfgs)* const _: () = {
            fn __perform(#runtime: &::std::sync::Arc<#private::Runtime>)
                -> ::core::result::Result<(), #private::BoxError>
            {
                let _ = #runtime;
                #result
            }
            #private::register!(#private::Definition {
                module: ::core::module_path!(), name: #text, kind: #private::Kind::Action,
                place: #private::here!(), item: &#private::ActionDefinition {
                    name: #name, place: #private::here!(),
                    after: &[#(#after),*], before: &[#(#before),*],
                    required: #required, built_in: false, facets: &[#(#facets),*],
                    prepare: #prepare, perform: __perform,
                },
            });
        };
    })
}

fn parse_options(tokens: TokenStream, krate: &mut Krate) -> Result<Options> {
    let mut parsed = Options::default();
    options(tokens, krate, EXPECTED, |meta| {
        if meta.path.is_ident("name") {
            let name: LitStr = meta.value()?.parse()?;
            check_name(&name)?;
            parsed.name = Some(name);
        } else if meta.path.is_ident("after") {
            parsed.after.push(meta.value()?.parse()?);
        } else if meta.path.is_ident("before") {
            parsed.before.push(meta.value()?.parse()?);
        } else if meta.path.is_ident("prepare") {
            parsed.prepare = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("required") {
            parsed.required = true;
        } else {
            return Ok(false);
        }
        Ok(true)
    })?;
    Ok(parsed)
}

/// Names stand in lists that are separated by commas.
fn check_name(name: &LitStr) -> Result<()> {
    let value = name.value();
    let valid = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    match !value.is_empty() && value.chars().all(valid) {
        true => Ok(()),
        false => {
            let message = "an action's name consists of letters, digits, `-` and `_`";
            Err(Error::new_spanned(name, message))
        }
    }
}
