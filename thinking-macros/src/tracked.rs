//! `#[tracked]`: makes the code of a function or an `impl` block count for whoever uses it.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Error, ImplItem, Item, ItemFn, ItemImpl, LitInt, Result, Signature, parse_quote,
    parse2,
};

use crate::code;
use crate::shared::{Krate, cfgs, combine, options, with_errors};

struct Options {
    krate: Krate,
    version: u32,
}

pub(crate) fn expand(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let expanded = parse_options(tokens).and_then(|options| match parse2(item.clone())? {
        Item::Fn(function) => function_of(options, function),
        Item::Impl(block) => block_of(options, block),
        other => Err(wrong_item(other)),
    });
    match expanded {
        Ok(expanded) => expanded,
        Err(error) => with_errors(error, item),
    }
}

fn function_of(options: Options, mut function: ItemFn) -> Result<TokenStream> {
    if function.attrs.iter().any(is_task) {
        let message = "the code of a task is compared anyway: remove `#[tracked]`";
        return Err(Error::new(Span::call_site(), message));
    }
    not_const(&function.sig)?;
    let (signature, block) = (&function.sig, &function.block);
    let code = code::text(quote!(#signature #block));
    let name = signature.ident.to_string();
    let bare = name.strip_prefix("r#").unwrap_or(&name);
    let Options { krate, version } = options;
    let private = krate.private();
    // Any item in the body would do: its path has the type that a method belongs to.
    let report = quote!({
        fn __here() {}
        static __TRACKED: #private::Tracked = #private::Tracked::function(
            ::core::module_path!(), #bare, || ::core::any::type_name_of_val(&__here), #code,
            #version,
        );
        #private::register!(#private::Definition {
            module: ::core::module_path!(), name: #name, kind: #private::Kind::Tracked,
            place: #private::here!(), item: &__TRACKED,
        });
        __TRACKED.called();
    });
    function.block.stmts.insert(0, parse_quote!(#report));
    Ok(function.into_token_stream())
}

/// The block stands in a constant, where its functions see a static that no other block does.
fn block_of(options: Options, mut block: ItemImpl) -> Result<TokenStream> {
    let mut errors = None;
    for item in &block.items {
        if let ImplItem::Fn(function) = item
            && let Err(error) = not_const(&function.sig)
        {
            combine(&mut errors, error);
        }
    }
    if let Some(errors) = errors {
        return Err(errors);
    }
    let (code, name) = (code::text(code_of(&block)), name_of(&block));
    for item in &mut block.items {
        if let ImplItem::Fn(function) = item {
            function.block.stmts.insert(0, parse_quote!(__TRACKED.called();));
        }
    }
    let Options { krate, version } = options;
    let private = krate.private();
    let of = match block.generics.params.is_empty() {
        true => {
            let of = &block.self_ty;
            quote!(::core::option::Option::Some(|| ::core::any::TypeId::of::<#of>()))
        }
        // It is of as many types as the program makes of it.
        false => quote!(::core::option::Option::None),
    };
    let cfgs = cfgs(&block.attrs);
    Ok(quote! {
        #(#cfgs)* const _: () = {
            static __TRACKED: #private::Tracked = #private::Tracked::block(
                ::core::module_path!(), #name, #of, #code, #version,
            );
            #private::register!(#private::Definition {
                module: ::core::module_path!(), name: #name, kind: #private::Kind::Tracked,
                place: #private::here!(), item: &__TRACKED,
            });
            #[allow(non_local_definitions)]
            #block
        };
    })
}

fn is_task(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|last| last.ident == "step" || last.ident == "stage")
}

fn not_const(signature: &Signature) -> Result<()> {
    match &signature.constness {
        Some(token) => {
            let message = "a `const fn` cannot report its call: remove `const`, or leave it \
                           untracked and track the functions that call it";
            Err(Error::new_spanned(token, message))
        }
        None => Ok(()),
    }
}

/// The block without its own attributes, and without documentation of what is in it.
fn code_of(block: &ItemImpl) -> TokenStream {
    let mut block = block.clone();
    block.attrs.clear();
    for item in &mut block.items {
        let attributes = match item {
            ImplItem::Const(item) => &mut item.attrs,
            ImplItem::Fn(item) => &mut item.attrs,
            ImplItem::Type(item) => &mut item.attrs,
            ImplItem::Macro(item) => &mut item.attrs,
            _ => continue,
        };
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    }
    block.into_token_stream()
}

/// Returns `impl Trait for Type`, without what the block is generic in.
fn name_of(block: &ItemImpl) -> String {
    let of = code::short(block.self_ty.to_token_stream());
    match &block.trait_ {
        Some((path, _)) => format!("impl {} for {of}", code::short(path.to_token_stream())),
        None => format!("impl {of}"),
    }
}

fn wrong_item(item: Item) -> Error {
    let message = "`#[tracked]` stands on a function with a body, or on an `impl` block";
    Error::new_spanned(item, message)
}

fn parse_options(tokens: TokenStream) -> Result<Options> {
    let mut krate = Krate::new();
    let mut version = 0;
    options(tokens, &mut krate, "`version = n`", |meta| {
        if !meta.path.is_ident("version") {
            return Ok(false);
        }
        let number = meta.value()?.parse::<LitInt>()?;
        let wrong =
            |_| Error::new(number.span(), "a version is a whole number from 0 to 4294967295");
        version = number.base10_parse().map_err(wrong)?;
        Ok(true)
    })?;
    Ok(Options { krate, version })
}
