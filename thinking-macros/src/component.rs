//! `#[component]`: describes a struct or function to the container.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Expr, Fields, Ident, Item, LitStr, Result, ReturnType, Type, parse2};

use crate::parameter::Parameter;
use crate::shared::{Krate, all, cfgs, options, plain_function, result_of, with_errors};

const EXPECTED: &str =
    "`provides = dyn Trait`, `primary`, `named = \"…\"`, `order = n`, `when(profile = \"…\")`";

#[derive(Default)]
struct Options {
    provides: Vec<Type>,
    primary: bool,
    named: Option<LitStr>,
    order: Option<Expr>,
    profiles: Vec<LitStr>,
}

/// A component whose shape no longer matters: a type, its parameters, how it is put together.
struct Parts<'a> {
    ident: &'a Ident,
    ty: Type,
    parameters: Vec<Parameter>,
    construct: TokenStream,
}

pub(crate) fn expand(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut item: Item = match parse2(item.clone()) {
        Ok(item) => item,
        Err(error) => return with_errors(error, item),
    };
    match describe(tokens, &mut item) {
        Ok(description) => quote!(#item #description),
        Err(error) => with_errors(error, item),
    }
}

fn describe(tokens: TokenStream, item: &mut Item) -> Result<TokenStream> {
    let mut krate = Krate::new();
    let parsed = parse_options(tokens, &mut krate);
    let private = krate.private();
    // Also on wrong options, so that the item comes out without the attributes of its fields.
    let parts = parts(item, &private);
    let options = parsed?;
    let Parts { ident, ty, parameters, construct } = parts?;
    let requirements = parameters.iter().filter_map(|parameter| {
        let requirement = parameter.requirement(&private)?;
        Some(quote!(.requires(#requirement)))
    });
    let provides = options.provides.iter().map(|interface| {
        quote_spanned!(interface.span()=> .provides::<#interface>(|component| component))
    });
    let primary = options.primary.then(|| quote!(.primary()));
    let named = options.named.iter().map(|name| quote!(.named(#name)));
    let order = options.order.iter().map(|order| quote!(.order(#order)));
    let conditions =
        options.profiles.iter().map(|name| quote!(.when(#private::Condition::Profile(#name))));
    let name = ident.to_string();
    let attributes: &[syn::Attribute] = match item {
        Item::Struct(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        _ => &[],
    };
    let cfgs = cfgs(attributes);
    let cx = quote!(__cx);
    Ok(quote! {
        #(#cfgs)* const _: () = {
            fn __component() -> #private::Component {
                #[allow(unused_imports)]
                use #private::{WithLifecycle as _, WithoutLifecycle as _};
                #private::Component::builder::<#ty>(
                    ::core::concat!(::core::module_path!(), "::", #name), #private::here!(),
                    |#cx| ::core::result::Result::Ok({ let _ = #cx; #construct }),
                )
                #(#requirements)* #(#provides)* #primary #(#named)* #(#order)* #(#conditions)*
                .hooks((&#private::Probe::<#ty>::new()).hooks()).build()
            }
            #private::register!(#private::Definition {
                module: ::core::module_path!(), name: #name, kind: #private::Kind::Component,
                place: #private::here!(), item: &#private::ComponentDefinition(__component),
            });
        };
    })
}

fn parts<'a>(item: &'a mut Item, private: &TokenStream) -> Result<Parts<'a>> {
    let cx = quote!(__cx);
    match item {
        Item::Struct(item) => {
            let parameters = all(item.fields.iter_mut().map(Parameter::of_field));
            if !item.generics.params.is_empty() {
                let message = "a component has no generics: write a `#[component] fn` that returns \
                               one instance of the type";
                return Err(Error::new_spanned(&item.generics, message));
            }
            let ident = &item.ident;
            let ty: Type = syn::parse_quote!(#ident);
            if let Fields::Unnamed(fields) = &item.fields {
                let message = "a component's fields have names: write `struct Name { … }`";
                return Err(Error::new(fields.span(), message));
            }
            let parameters = parameters?;
            let names = parameters.iter().map(|parameter| &parameter.ident);
            let values = parameters.iter().map(|parameter| parameter.value(private, &cx));
            let construct = quote!(#ident { #(#names: #values),* });
            Ok(Parts { ident, ty, parameters, construct })
        }
        Item::Fn(item) => {
            let parameters = Parameter::all_injected(&mut item.sig);
            let instead = "write one function per type that calls it";
            plain_function(&item.sig, "a component's function", instead)?;
            let parameters = parameters?;
            let ident = &item.sig.ident;
            let values = parameters.iter().map(|parameter| parameter.value(private, &cx));
            let call = quote!(#ident(#(#values),*));
            let (ty, construct) = match (result_of(&item.sig.output), &item.sig.output) {
                (Some(ty), _) => (ty.clone(), quote!(#call?)),
                (None, ReturnType::Type(_, ty)) => ((**ty).clone(), call),
                (None, ReturnType::Default) => {
                    let message =
                        "a component's function returns what it provides, or a `Result` of it";
                    return Err(Error::new_spanned(&item.sig, message));
                }
            };
            Ok(Parts { ident, ty, parameters, construct })
        }
        other => Err(Error::new(
            other.span(),
            "`#[component]` stands on a struct, or on a function that returns the component",
        )),
    }
}

fn parse_options(tokens: TokenStream, krate: &mut Krate) -> Result<Options> {
    let mut parsed = Options::default();
    options(tokens, krate, EXPECTED, |meta| {
        if meta.path.is_ident("provides") {
            let ty: Type = meta.value()?.parse()?;
            parsed.provides.push(ty);
        } else if meta.path.is_ident("primary") {
            parsed.primary = true;
        } else if meta.path.is_ident("named") {
            parsed.named = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("order") {
            parsed.order = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("when") {
            let conditions = meta.parse_nested_meta(|condition| {
                if !condition.path.is_ident("profile") {
                    return Err(condition.error("unknown condition"));
                }
                parsed.profiles.push(condition.value()?.parse()?);
                Ok(())
            });
            conditions.map_err(|_| meta.error("expected `when(profile = \"…\")`"))?;
        } else {
            return Ok(false);
        }
        Ok(true)
    })?;
    Ok(parsed)
}
