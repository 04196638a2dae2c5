//! `#[component]` on an `impl` block: associated functions that make components, or a trait that a
//! component provides.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, FnArg, ImplItem, ImplItemFn, ItemImpl, Meta, Path, Result, Signature, Type,
    parse2,
};

use super::options::Options;
use super::{component, function, text};
use crate::parameter::Parameter;
use crate::shared::{Krate, all, cfgs, no_self, options};

pub(super) fn describe(tokens: TokenStream, block: &mut ItemImpl) -> Result<TokenStream> {
    let mut krate = Krate::new();
    let parsed = options(tokens, &mut krate, "nothing", |meta| {
        Err(meta.error("an `impl` block has no options: they stand where the component is made"))
    });
    let private = krate.private();
    // Also on wrong options, so that the block comes out without the attributes of its functions.
    let marked: Vec<_> = block.items.iter_mut().filter_map(take_mark).collect();
    parsed?;
    if !block.generics.params.is_empty() {
        let message = "a generic `impl` block has no components: put `#[component(instances(…))]` \
                       on the type, or on a free function";
        return Err(Error::new_spanned(&block.generics, message));
    }
    match &block.trait_ {
        Some((path, _)) => Ok(interface(path, &block.self_ty, cfgs(&block.attrs), &private)),
        None if marked.is_empty() => {
            let message = "no function of this block makes a component: mark those that do with \
                           `#[component]`";
            Err(Error::new_spanned(&block.self_ty, message))
        }
        None => {
            let ty = &block.self_ty;
            let made = marked.into_iter().map(|(function, mark)| made(function, mark, ty, &krate));
            Ok(all(made)?.into_iter().collect())
        }
    }
}

/// The registration of what `impl Trait for Type` says.
fn interface(path: &Path, ty: &Type, cfgs: Vec<&Attribute>, private: &TokenStream) -> TokenStream {
    let name = format!("{} for {}", text(path), text(ty));
    let upcast = quote_spanned! {
        path.span()=> #private::Interface::new::<#ty, dyn #path>(__place, |component| component)
    };
    quote! {
        #(#cfgs)* const _: () = {
            fn interface() -> #private::Interface {
                let __place = #private::here!();
                #upcast
            }
            #private::register!(#private::Definition {
                module: ::core::module_path!(), name: #name, kind: #private::Kind::Component,
                place: #private::here!(), item: &#private::InterfaceDefinition(interface),
            });
        };
    }
}

/// The registration of a component that an associated function makes.
fn made(item: &mut ImplItemFn, mark: Attribute, ty: &Type, block: &Krate) -> Result<TokenStream> {
    let mut krate = block.clone();
    let tokens = match mark.meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    let options = Options::parse(tokens, &mut krate);
    let private = krate.private();
    if let Some(FnArg::Receiver(receiver)) = item.sig.inputs.first() {
        let message = "a method cannot be used here, as nobody has the value yet: leave `self` out";
        return Err(Error::new_spanned(receiver, message));
    }
    let parameters = Parameter::all_injected(&mut item.sig);
    // Outside of the block, where the component is described, `Self` means nothing.
    let signature: Signature = parse2(without_self(item.sig.to_token_stream(), ty))?;
    let (parameters, options) = (parameters?, options?);
    no_self(&signature, "write out its type")?;
    if !signature.generics.params.is_empty() {
        let message = "a component's function cannot be generic: write a free function with \
                       `#[component(instances(…))]`";
        return Err(Error::new_spanned(&signature.generics, message));
    }
    let parameters = parameters.into_iter().map(|mut parameter| {
        parameter.ty = parse2(without_self(parameter.ty.to_token_stream(), ty))?;
        Ok(parameter)
    });
    let ident = &signature.ident;
    let cfgs = cfgs(&item.attrs).into_iter().cloned().collect();
    let parameters = all(parameters)?;
    let mut parts = function(&signature, parameters, quote!(<#ty>::#ident), cfgs, &private)?;
    parts.name = format!("{}::{ident}", text(ty));
    Ok(component(&parts, &options, &private))
}

/// Removes `#[component]` from a function and returns it.
fn take_mark(item: &mut ImplItem) -> Option<(&mut ImplItemFn, Attribute)> {
    let ImplItem::Fn(function) = item else { return None };
    let is_ours = |attribute: &Attribute| {
        attribute.path().segments.last().is_some_and(|segment| segment.ident == "component")
    };
    let position = function.attrs.iter().position(is_ours)?;
    let mark = function.attrs.remove(position);
    Some((function, mark))
}

/// Replaces `Self` by the type that it stands for.
fn without_self(tokens: TokenStream, ty: &Type) -> TokenStream {
    let replaced = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => ty.to_token_stream(),
        TokenTree::Group(group) => {
            let inner = without_self(group.stream(), ty);
            let mut replaced = proc_macro2::Group::new(group.delimiter(), inner);
            replaced.set_span(group.span());
            TokenTree::Group(replaced).into()
        }
        other => other.into(),
    });
    replaced.collect()
}
