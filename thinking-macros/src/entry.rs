//! `#[main]`: the body of an application.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Error, ItemFn, LitStr, Result, ReturnType, Token, parenthesized, parse2, token};

use crate::parameter::Parameter;
use crate::shared::{Krate, docs, options, plain_function, with_errors};

pub(crate) fn expand(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut function: ItemFn = match parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => return with_errors(error, item),
    };
    match transform(tokens, &mut function) {
        Ok(main) => main,
        // A program without `main` would add an error of its own.
        Err(error) => with_errors(
            error,
            quote!(
                fn main() {}
            ),
        ),
    }
}

fn transform(tokens: TokenStream, function: &mut ItemFn) -> Result<TokenStream> {
    let mut krate = Krate::new();
    let other_files = parse_options(tokens, &mut krate)?;
    let instead = "what starts the program names no types, so write them out";
    plain_function(&function.sig, "`main`", instead)?;
    if function.sig.ident != "main" {
        let message = "this attribute belongs on the program's `fn main`";
        return Err(Error::new_spanned(&function.sig.ident, message));
    }
    let parameters = Parameter::all_injected(&mut function.sig)?;
    let private = krate.private();
    let cx = quote!(__cx);
    let requirements = parameters.iter().filter_map(|parameter| parameter.requirement(&private));
    let values = parameters.iter().map(|parameter| parameter.value(&private, &cx));
    let ItemFn { attrs, sig, block, .. } = &*function;
    let about = docs(attrs);
    // A result that `main` cannot return is reported at its type.
    let output = match &sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => sig.ident.span(),
    };
    let result = quote_spanned!(output=> #private::MainResult::into_result(main(#(#values),*)));
    Ok(quote! {
        fn main() -> ::std::process::ExitCode {
            #(#attrs)* #sig #block
            #private::run_main(
                #private::main_module!(), #about, &[#(#other_files),*],
                ::std::vec![#(#requirements),*],
                |#cx| { let _ = #cx; ::core::result::Result::Ok(#result) },
            )
        }
    })
}

/// Returns the files at the root that belong to other programs.
fn parse_options(tokens: TokenStream, krate: &mut Krate) -> Result<Vec<LitStr>> {
    let mut files = Vec::new();
    options(tokens, krate, "`other_files(\"NAME.toml\", …)`", |meta| {
        if !meta.path.is_ident("other_files") {
            return Ok(false);
        }
        if !meta.input.peek(token::Paren) {
            return Err(meta.error("expected `other_files(\"NAME.toml\", …)`"));
        }
        let names;
        parenthesized!(names in meta.input);
        for name in Punctuated::<LitStr, Token![,]>::parse_terminated(&names)? {
            check_file(&name)?;
            files.push(name);
        }
        Ok(true)
    })?;
    Ok(files)
}

fn check_file(name: &LitStr) -> Result<()> {
    let value = name.value();
    match value.ends_with(".toml") && !value.contains(['/', '\\']) {
        true => Ok(()),
        false => {
            let message = "files at the root are called `NAME.toml`; others are not looked at";
            Err(Error::new_spanned(name, message))
        }
    }
}
