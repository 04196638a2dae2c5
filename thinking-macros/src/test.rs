//! `#[test]`: an ordinary test whose parameters are injected.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::token::Paren;
use syn::{ItemFn, LitStr, Result, ReturnType, Token, parenthesized, parse2};

use crate::parameter::Parameter;
use crate::setting::Setting;
use crate::shared::{Krate, options, plain_function, with_errors};

/// What the case changes about the configuration.
#[derive(Default)]
struct Changes {
    profiles: Vec<LitStr>,
    assignments: Vec<String>,
}

pub(crate) fn expand(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut function: ItemFn = match parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => return with_errors(error, item),
    };
    match transform(tokens, &mut function) {
        Ok(test) => test,
        Err(error) => with_errors(error, quote!()),
    }
}

fn transform(tokens: TokenStream, function: &mut ItemFn) -> Result<TokenStream> {
    let mut krate = Krate::new();
    let Changes { profiles, assignments } = Changes::parse(tokens, &mut krate)?;
    let instead = "write one test per type, each of which calls a generic function";
    plain_function(&function.sig, "a test", instead)?;
    let parameters = Parameter::all_injected(&mut function.sig)?;
    let private = krate.private();
    let cx = quote!(__cx);
    let requirements = parameters.iter().filter_map(|parameter| parameter.requirement(&private));
    let values = parameters.iter().map(|parameter| parameter.value(&private, &cx));
    let ItemFn { attrs, vis, sig, block, .. } = &*function;
    let ident = &sig.ident;
    let name = ident.to_string();
    // A result that a test cannot return is reported at its type.
    let output = match &sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => ident.span(),
    };
    let result = quote_spanned!(output=> #private::CaseResult::into_result(#ident(#(#values),*)));
    let should_panic = attrs.iter().any(|attribute| attribute.path().is_ident("should_panic"));
    // The inner function has the test's own name: tools that name things after the enclosing
    // function, as insta does with snapshots, see what the user wrote.
    Ok(quote! {
        #(#attrs)* #[::core::prelude::v1::test]
        #vis fn #ident() {
            #[#private::linkme::distributed_slice(#private::CASES)]
            #[linkme(crate = #private::linkme)]
            static __CASE: #private::Case = #private::Case {
                name: ::core::concat!(::core::module_path!(), "::", #name),
                module: ::core::module_path!(),
                file: ::core::file!(), line: ::core::line!(), column: ::core::column!(),
                policy: #private::CasePolicy { should_panic: #should_panic, ..#private::CasePolicy::NONE },
            };
            #private::register!(#private::Definition {
                module: ::core::module_path!(), name: #name, kind: #private::Kind::Test,
                place: #private::here!(), item: &__CASE,
            });
            #sig #block
            #private::run_case(
                &#private::Plan {
                    changes: #private::Changes {
                        profiles: &[#(#profiles),*], assignments: &[#(#assignments),*],
                    },
                    requirements: const { &[#(#requirements),*] },
                    ..#private::Plan::new(&__CASE, || #private::main_module!())
                },
                &mut #private::Plain(|#cx, _| {
                    let _ = #cx;
                    #result.map_err(#private::StageError::Returned)
                }),
            )
        }
    })
}

impl Changes {
    fn parse(tokens: TokenStream, krate: &mut Krate) -> Result<Changes> {
        let mut changes = Changes::default();
        options(tokens, krate, "`profile = \"…\"`, `set(name.key = value)`", |meta| {
            if meta.path.is_ident("profile") {
                changes.profiles.push(meta.value()?.parse()?);
            } else if meta.path.is_ident("set") {
                if !meta.input.peek(Paren) {
                    return Err(meta.error("expected `set(name.key = value)`"));
                }
                let inner;
                parenthesized!(inner in meta.input);
                let settings = Punctuated::<Setting, Token![,]>::parse_terminated(&inner)?;
                changes.assignments.extend(settings.iter().map(Setting::assignment));
            } else {
                return Ok(false);
            }
            Ok(true)
        })?;
        Ok(changes)
    }
}
