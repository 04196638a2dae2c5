//! What several attributes share: the path of generated code, errors that do not hide others.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Path};

/// The path that generated code starts with: `::thinking`, or what `crate = path` says.
pub(crate) struct Krate(Option<Path>);

impl Krate {
    pub(crate) fn new() -> Self {
        Krate(None)
    }

    pub(crate) fn set(&mut self, path: Path) {
        self.0 = Some(path);
    }

    /// Returns the path of the items that generated code may name.
    pub(crate) fn private(&self) -> TokenStream {
        match &self.0 {
            Some(path) => quote!(#path::__private),
            None => quote!(::thinking::__private),
        }
    }
}

/// Returns the compile errors of `error` beside `fallback`, so that code which uses the item
/// still finds it and only the real mistake is reported.
pub(crate) fn with_errors(error: syn::Error, fallback: impl ToTokens) -> TokenStream {
    let errors = error.into_compile_error();
    quote!(#errors #fallback)
}

/// Joins `error` to the errors found so far.
pub(crate) fn combine(errors: &mut Option<syn::Error>, error: syn::Error) {
    match errors {
        Some(errors) => errors.combine(error),
        None => *errors = Some(error),
    }
}

/// Returns the documentation attributes and the `cfg`s of an item, which generated items share.
pub(crate) fn cfgs(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}
