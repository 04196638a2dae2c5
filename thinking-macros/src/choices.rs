//! `#[choices]`: a function that decides about the components of its program.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Item, ItemFn, Result, ReturnType, parse2};

use crate::shared::{Krate, cfgs, options, parameter_types, plain_function, with_errors};

pub(crate) fn expand(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let function = match parse2(item.clone()) {
        Ok(Item::Fn(function)) => function,
        Ok(other) => {
            let message = "`#[choices]` stands on a function that returns `Choices`";
            return with_errors(Error::new(other.span(), message), other);
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
    options(tokens, &mut krate, "nothing", |_| Ok(false))?;
    let private = krate.private();
    plain_function(&function.sig, "what decides about components", "write out the types")?;
    let types = parameter_types(function)?;
    let ReturnType::Type(_, output) = &function.sig.output else {
        let message = "what decides about components returns its `Choices`";
        return Err(Error::new_spanned(&function.sig, message));
    };
    let ident = &function.sig.ident;
    let name = ident.to_string();
    let runtime = quote!(__runtime);
    let facets =
        types.iter().map(|ty| quote_spanned!(ty.span()=> <#ty as #private::FromRuntime>::facet));
    let values = types.iter().map(
        |ty| quote_spanned!(ty.span()=> <#ty as #private::FromRuntime>::from_runtime(#runtime)?),
    );
    let decision = quote!(__choices);
    let result = quote_spanned! {output.span()=>
        let #decision: #private::Choices = #ident(#(#values),*);
    };
    let cfgs = cfgs(&function.attrs);
    Ok(quote! {
        #(#cfgs)* const _: () = {
            fn __decide(#runtime: &::std::sync::Arc<#private::Runtime>)
                -> ::core::result::Result<#private::Choices, #private::BoxError>
            {
                let _ = #runtime;
                #result
                ::core::result::Result::Ok(#decision)
            }
            #private::register!(#private::Definition {
                module: ::core::module_path!(), name: #name, kind: #private::Kind::Choices,
                place: #private::here!(), item: &#private::ChoicesDefinition {
                    facets: &[#(#facets),*], decide: __decide,
                },
            });
        };
    })
}
