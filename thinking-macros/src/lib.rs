//! The attributes of the `thinking` framework.
//!
//! Use them through the facade `thinking`, or through the crate of the part you use; they are
//! documented there. Generated code names `::thinking::__private::…` only; each attribute takes
//! `crate = path` where that name does not exist.

use proc_macro::TokenStream;

mod facet;
mod shared;

/// Derives `Facet`: one typed section of configuration. See `thinking_runtime::Facet`.
#[proc_macro_derive(Facet, attributes(facet))]
pub fn derive_facet(input: TokenStream) -> TokenStream {
    facet::derive(input.into()).into()
}
