//! `#[derive(Section)]`: the documentation of the keys of a table in a facet's file.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Result, Type, parse2};

use crate::key;
use crate::shared::{Krate, docs};

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    expand(input).unwrap_or_else(Error::into_compile_error)
}

fn expand(input: TokenStream) -> Result<TokenStream> {
    let input: DeriveInput = parse2(input)?;
    let mut krate = Krate::new();
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("section")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error("expected `crate = …`"));
            }
            krate.set(meta.value()?.parse()?);
            Ok(())
        })?;
    }
    let Data::Struct(data) = &input.data else {
        let message = "a section is a struct with named fields: a table of a facet's file";
        return Err(Error::new(input.ident.span(), message));
    };
    let Fields::Named(fields) = &data.fields else {
        let message = "a section has named fields, which are the keys of its table";
        return Err(Error::new(input.ident.span(), message));
    };
    let private = krate.private();
    let rename_all = key::texts(&input.attrs, "rename_all").pop();
    let keys = fields.named.iter().filter_map(|field| {
        let name = key::name(field, field.ident.as_ref()?, rename_all.as_deref());
        let (docs, below) = (docs(&field.attrs), below(&private, &field.ty));
        Some(quote!(#private::SectionKey { name: #name, docs: #docs, below: #below }))
    });
    let ident = &input.ident;
    let (parameters, arguments, conditions) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #parameters #private::Section for #ident #arguments #conditions {
            const KEYS: &'static [#private::SectionKey] = &[#(#keys),*];
        }
    })
}

/// Returns a function that tells the keys of a type; none if it is no section.
pub(crate) fn below(private: &TokenStream, ty: &Type) -> TokenStream {
    quote!(|| {
        use #private::NoSection as _;
        #private::Keys::<#ty>::new().keys()
    })
}

/// Returns what [`below`] does of the map that a struct is around; no keys of any other.
pub(crate) fn below_map(private: &TokenStream, data: &Data) -> TokenStream {
    match data {
        Data::Struct(data) if let Fields::Unnamed(fields) = &data.fields => {
            fields.unnamed.first().map(|field| below(private, &field.ty))
        }
        _ => None,
    }
    .unwrap_or_else(|| quote!(|| &[]))
}
