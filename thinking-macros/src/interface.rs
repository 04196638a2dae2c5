//! `#[interface]`: registers a trait and checks that components can provide it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Error, ItemTrait, Result, parse2};

use crate::shared::{Krate, cfgs, options, with_errors};

pub(crate) fn expand(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let interface: ItemTrait = match parse2(item.clone()) {
        Ok(interface) => interface,
        Err(error) => {
            let message = "`#[interface]` stands on a trait";
            return with_errors(Error::new(error.span(), message), item);
        }
    };
    match describe(tokens, &interface) {
        Ok(description) => quote!(#interface #description),
        Err(error) => with_errors(error, interface),
    }
}

fn describe(tokens: TokenStream, interface: &ItemTrait) -> Result<TokenStream> {
    let mut krate = Krate::new();
    options(tokens, &mut krate, "nothing", |_| Ok(false))?;
    if !interface.generics.params.is_empty() {
        let message = "an interface has no generics: components provide one `dyn Trait`";
        return Err(Error::new_spanned(&interface.generics, message));
    }
    let private = krate.private();
    let ident = &interface.ident;
    let name = ident.to_string();
    let cfgs = cfgs(&interface.attrs);
    let check = quote_spanned!(ident.span()=> #private::assert_interface::<dyn #ident>());
    Ok(quote! {
        #(#cfgs)* const _: () = {
            const _: () = #check;
            #private::register!(#private::Definition {
                module: ::core::module_path!(), name: #name, kind: #private::Kind::Interface,
                place: #private::here!(), item: &(),
            });
        };
    })
}
