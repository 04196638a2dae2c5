//! The instances of a generic component.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Error, GenericArgument, GenericParam, Generics, Path, PathArguments, Result, parse_quote,
};

use super::text;

/// One instance: what its parameters stand for.
pub(super) struct Instance<'a> {
    path: &'a Path,
    parameters: Vec<(&'a GenericParam, &'a GenericArgument)>,
}

impl<'a> Instance<'a> {
    /// Reads the instances that the attribute lists.
    pub(super) fn all(paths: &'a [Path], generics: &'a Generics) -> Result<Vec<Instance<'a>>> {
        if let Some(path) = paths.first().filter(|_| generics.params.is_empty()) {
            let message = "`instances(…)` is for what is generic: leave it out";
            return Err(Error::new_spanned(path, message));
        }
        if let Some(GenericParam::Lifetime(lifetime)) = generics.params.first() {
            let message = "a component lives as long as it is needed: use `Arc` or `String` \
                           instead of references";
            return Err(Error::new_spanned(lifetime, message));
        }
        if paths.is_empty() && !generics.params.is_empty() {
            let message = "which instances are components? list them: \
                           `#[component(instances(Name<u32>, Name<String>))]`, or \
                           `name::<u32>` for a function";
            return Err(Error::new_spanned(generics, message));
        }
        paths.iter().map(|path| Instance::new(path, generics)).collect()
    }

    fn new(path: &'a Path, generics: &'a Generics) -> Result<Self> {
        let arguments: Vec<_> = match path.segments.last().map(|segment| &segment.arguments) {
            Some(PathArguments::AngleBracketed(arguments)) => arguments.args.iter().collect(),
            _ => Vec::new(),
        };
        if arguments.len() != generics.params.len() {
            let (expected, found) = (generics.params.len(), arguments.len());
            let message = format!("the component has {expected} generic parameters, found {found}");
            return Err(Error::new_spanned(path, message));
        }
        Ok(Instance { path, parameters: generics.params.iter().zip(arguments).collect() })
    }

    pub(super) fn name(&self) -> String {
        text(self.path)
    }

    /// Puts `component` where the names of the parameters stand for this instance's arguments.
    ///
    /// In two steps: a parameter may have the name of a type that is an argument.
    pub(super) fn around(&self, component: TokenStream) -> TokenStream {
        let (mut outer, mut inner) = (Vec::new(), Vec::new());
        for (position, (parameter, argument)) in self.parameters.iter().enumerate() {
            let between = format_ident!("__Argument{position}");
            match parameter {
                GenericParam::Type(parameter) => {
                    let ident = &parameter.ident;
                    outer.push(quote!(type #between = #argument;));
                    inner.push(quote!(#[allow(dead_code)] type #ident = #between;));
                }
                GenericParam::Const(parameter) => {
                    let (ident, ty) = (&parameter.ident, &parameter.ty);
                    outer.push(quote! {
                        #[allow(non_upper_case_globals)] const #between: #ty = #argument;
                    });
                    inner.push(quote!(#[allow(dead_code)] const #ident: #ty = #between;));
                }
                GenericParam::Lifetime(_) => {}
            }
        }
        quote!(const _: () = { #(#outer)* const _: () = { #(#inner)* #component }; };)
    }
}

/// The parameters' names as arguments: `<T, N>`; nothing if there are none.
pub(super) fn names(generics: &Generics) -> TokenStream {
    let names = generics.params.iter().map(|parameter| -> GenericArgument {
        match parameter {
            GenericParam::Type(parameter) => {
                let ident = &parameter.ident;
                parse_quote!(#ident)
            }
            GenericParam::Const(parameter) => {
                let ident = &parameter.ident;
                parse_quote!({ #ident })
            }
            GenericParam::Lifetime(parameter) => {
                let lifetime = &parameter.lifetime;
                parse_quote!(#lifetime)
            }
        }
    });
    match generics.params.is_empty() {
        true => TokenStream::new(),
        false => quote!(<#(#names),*>),
    }
}
