//! `#[fixture]`: a value that tests borrow by its name.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Error, Expr, Ident, ItemFn, LitStr, Result, ReturnType, parse2};

use crate::shared::{Krate, cfgs, free_function, options, result_of, waited, with_errors};
use crate::test::binding::{Bindings, SetupIs, Variables};

#[derive(Default)]
struct Options {
    scope: Option<Ident>,
    teardown: Option<Expr>,
}

pub(crate) fn expand(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut function: ItemFn = match parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => return with_errors(error, item),
    };
    let description = describe(tokens, &mut function);
    match description {
        Ok(description) => quote!(#function #description),
        Err(error) => {
            // Those that use it still find it.
            let (vis, ident) = (&function.vis, &function.sig.ident);
            let fallback = quote! {
                #function
                #[doc(hidden)] #[allow(non_camel_case_types, dead_code)] #vis enum #ident {}
            };
            with_errors(error, fallback)
        }
    }
}

fn describe(tokens: TokenStream, function: &mut ItemFn) -> Result<TokenStream> {
    let mut krate = Krate::new();
    let parsed = Options::parse(tokens, &mut krate);
    let private = krate.private();
    // Also on wrong options, so that the function comes out without the attributes of parameters.
    let bindings = Bindings::read(&mut function.sig, 0, SetupIs::Ordinary, &private);
    let Options { scope, teardown } = parsed?;
    let bindings = bindings?;
    let sig = &function.sig;
    let instead = "write one per type, each of which calls a generic function";
    free_function(sig, "a fixture", instead)?;
    let Variables { cx, fixtures, .. } = Variables::new();
    let (ident, vis, cfgs) = (&sig.ident, &function.vis, cfgs(&function.attrs));
    let values = &bindings.values;
    let call = waited(sig, quote!(#private::block_on_test), &cx, quote!(#ident(#(#values),*)));
    let (ty, made) = match (result_of(&sig.output), &sig.output) {
        (Some(ty), _) => {
            let returned = quote!(|error| #private::StageError::Returned(error.into()));
            (ty, quote!(#call.map_err(#returned)?))
        }
        (None, ReturnType::Type(_, ty)) => (&**ty, call),
        (None, ReturnType::Default) => {
            let message = "a fixture returns the value that tests borrow, or a `Result` of it";
            return Err(Error::new_spanned(sig, message));
        }
    };
    let name = ident.unraw().to_string();
    let name = quote!(::core::concat!(::core::module_path!(), "::", #name));
    let teardown = teardown.map_or_else(
        || {
            quote! {{
                ::core::mem::drop(__value);
                ::core::result::Result::Ok(())
            }}
        },
        |teardown| {
            quote_spanned! {teardown.span()=>
                #private::tear_down_fixture::<#ty, _, _>(#teardown, #name, __value, __outcome)
            }
        },
    );
    let scope = scope.unwrap_or_else(|| format_ident!("Case"));
    let aliases = bindings.aliases();
    let uses = bindings.definitions(&private);
    let requirements = &bindings.requirements;
    let value = quote_spanned!(ty.span()=> type Value = #ty;);
    Ok(quote! {
        #(#cfgs)* #[doc(hidden)] #[allow(non_camel_case_types)] #vis enum #ident {}
        #(#cfgs)* const _: () = {
            #aliases
            static __FIXTURE: #private::FixtureDefinition = #private::FixtureDefinition {
                name: #name, place: #private::here!(), scope: #private::FixtureScope::#scope,
                fixtures: const { #private::no_narrower(#private::FixtureScope::#scope, #uses) },
                requirements: const { &[#(#requirements),*] },
                make: |#cx, #fixtures| ::core::result::Result::Ok(#private::made::<#ident>(#made)),
                teardown: |_, __value, __outcome| #teardown,
            };
            impl #private::Fixture for #ident {
                #value
                const DEFINITION: &'static #private::FixtureDefinition = &__FIXTURE;
            }
        };
    })
}

impl Options {
    fn parse(tokens: TokenStream, krate: &mut Krate) -> Result<Options> {
        let mut parsed = Options::default();
        let expected = "`scope = \"case\"`, `\"module\"` or `\"binary\"`, `teardown = f`";
        options(tokens, krate, expected, |meta| {
            if meta.path.is_ident("scope") {
                parsed.scope = Some(scope(&meta.value()?.parse()?)?);
            } else if meta.path.is_ident("teardown") {
                parsed.teardown = Some(meta.value()?.parse()?);
            } else {
                return Ok(false);
            }
            Ok(true)
        })?;
        Ok(parsed)
    }
}

/// The name of the scope as an enum's.
fn scope(text: &LitStr) -> Result<Ident> {
    let name = match &*text.value() {
        "case" => "Case",
        "module" => "Module",
        "binary" => "Binary",
        other => {
            let message = format!(
                "there is no scope `{other}`: a fixture lives for a `\"case\"`, a `\"module\"` or the \
                 `\"binary\"`"
            );
            return Err(Error::new_spanned(text, message));
        }
    };
    Ok(Ident::new(name, text.span()))
}
