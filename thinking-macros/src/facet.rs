//! `#[derive(Facet)]`: describes a type's keys and generates one recorded accessor per field.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Data, DeriveInput, Error, Expr, Field, Fields, Ident, LitStr, Path, Result, Type, parse_quote,
    parse2,
};

use crate::shared::{Krate, cfgs, combine, docs, with_errors};
use crate::{key, section};

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = None;
    let facet = Facet::parse(&input, &mut errors);
    match errors {
        None => facet.expand(),
        Some(errors) => with_errors(errors, facet.fallback()),
    }
}

/// A facet type as its attributes describe it.
struct Facet<'a> {
    input: &'a DeriveInput,
    krate: Krate,
    /// The name, which only a facet with mistakes lacks.
    name: Option<LitStr>,
    default: bool,
    check: Option<Path>,
    unregistered: bool,
    keys: Vec<Key<'a>>,
}

/// One field.
struct Key<'a> {
    field: &'a Field,
    ident: &'a Ident,
    /// The key as serde spells it.
    name: String,
    /// Other spellings of the key that serde accepts.
    aliases: Vec<String>,
    auxiliary: bool,
    secret: bool,
    default: Option<Expr>,
    range: Option<Expr>,
}

impl<'a> Facet<'a> {
    /// Reads as much as there is to read, and adds what is wrong to `errors`.
    fn parse(input: &'a DeriveInput, errors: &mut Option<Error>) -> Self {
        if !input.generics.params.is_empty() {
            let message = "a facet has one type for its one file: no generics";
            combine(errors, Error::new_spanned(&input.generics, message));
        }
        let mut krate = Krate::new();
        let (mut name, mut default, mut check, mut is_named) = (None, false, None, false);
        let mut unregistered = false;
        let rename_all = key::texts(&input.attrs, "rename_all").pop();
        for attribute in &input.attrs {
            if attribute.path().is_ident("facet") {
                let parsed = attribute.parse_nested_meta(|meta| {
                    if meta.path.is_ident("name") {
                        is_named = true;
                        let literal: LitStr = meta.value()?.parse()?;
                        check_name(&literal)?;
                        name = Some(literal);
                    } else if meta.path.is_ident("default") {
                        default = true;
                    } else if meta.path.is_ident("check") {
                        check = Some(meta.value()?.parse()?);
                    } else if meta.path.is_ident("unregistered") {
                        unregistered = true;
                    } else if meta.path.is_ident("crate") {
                        krate.set(meta.value()?.parse()?);
                    } else {
                        return Err(meta.error(
                            "expected `name = \"…\"`, `default`, `check = path`, `unregistered` or \
                             `crate = …`",
                        ));
                    }
                    Ok(())
                });
                if let Err(error) = parsed {
                    // The name may stand behind the mistake.
                    is_named = true;
                    combine(errors, error);
                }
            }
        }
        if !is_named {
            let message = "missing the facet's name: add `#[facet(name = \"…\")]`, without `.toml`";
            combine(errors, Error::new(input.ident.span(), message));
        }
        let keys = match fields(input) {
            Ok(fields) => fields
                .filter_map(|field| Key::parse(field, rename_all.as_deref(), errors))
                .collect(),
            Err(error) => {
                combine(errors, error);
                Vec::new()
            }
        };
        Facet { input, krate, name, default, check, unregistered, keys }
    }

    fn expand(&self) -> TokenStream {
        let private = self.krate.private();
        let (ident, vis, name) = (&self.input.ident, &self.input.vis, &self.name);
        let settings = format_ident!("{ident}Settings");
        let cfgs = cfgs(&self.input.attrs);
        let fields = self.keys.iter().map(|key| key.description(&private));
        let accessors = self.keys.iter().map(|key| key.accessor(vis, Key::recorded));
        let defaults = match self.default {
            true => quote!(::core::option::Option::Some(#private::default_values::<#ident>)),
            false => quote!(::core::option::Option::None),
        };
        let check = self.check.as_ref().map(|check| {
            let call = quote_spanned!(check.span()=> #check(self, violations));
            quote!(fn check(&self, violations: &mut #private::Violations) { #call })
        });
        let below = section::below_map(&private, &self.input.data);
        let docs = docs(&self.input.attrs);
        let doc = format!("The settings of [`{ident}`], each read of which is recorded.");
        let label = ident.to_string();
        let registration = (!self.unregistered).then(|| {
            quote!(#private::register!(#private::Definition {
                module: ::core::module_path!(), name: #label, kind: #private::Kind::Facet,
                place: #private::here!(), item: &__DEFINITION,
            });)
        });
        quote! {
            #(#cfgs)* const _: () = {
                static __DEFINITION: #private::FacetDefinition = #private::FacetDefinition {
                    name: #name,
                    docs: #docs,
                    type_id: ::core::any::TypeId::of::<#ident>,
                    fields: &[#(#fields),*],
                    below: #below,
                    shape: #private::shape::<#ident>,
                    defaults: #defaults,
                    load: #private::load::<#ident>,
                };
                #[automatically_derived]
                impl #private::Facet for #ident {
                    type Settings = #settings;
                    const NAME: &'static str = #name;
                    fn definition() -> &'static #private::FacetDefinition { &__DEFINITION }
                    #check
                    fn settings(self, reads: #private::Reads) -> #settings {
                        #settings { __value: self, __reads: reads }
                    }
                }
                #registration
            };
            #(#cfgs)* #[doc = #doc] #vis struct #settings { __value: #ident, __reads: #private::Reads }
            #(#cfgs)* #[automatically_derived] #[allow(dead_code)] impl #settings { #(#accessors)* }
            #(#cfgs)* #[automatically_derived] impl ::core::ops::Deref for #settings {
                type Target = #ident;
                fn deref(&self) -> &#ident { self.__reads.all(); &self.__value }
            }
        }
    }
    /// What other code names, without values, so that only the facet's own mistakes are reported.
    fn fallback(&self) -> TokenStream {
        if let Data::Union(_) = self.input.data {
            // Nothing can be deserialised into a union, so no facet could be made of it.
            return TokenStream::new();
        }
        let private = self.krate.private();
        let DeriveInput { ident, vis, generics, .. } = self.input;
        let settings = format_ident!("{ident}Settings");
        let cfgs = cfgs(&self.input.attrs);
        let accessors = self.keys.iter().map(|key| key.accessor(vis, |_| unreachable()));
        let body = unreachable();
        let (parameters, arguments, conditions) = generics.split_for_impl();
        let mut bounded = generics.clone();
        if !generics.params.is_empty() {
            bounded.make_where_clause().predicates.push(parse_quote! {
                Self: #private::Loadable
            });
        }
        let bounds = &bounded.where_clause;
        quote! {
            #(#cfgs)* #[automatically_derived]
            impl #parameters #private::Facet for #ident #arguments #bounds {
                type Settings = #settings #arguments;
                const NAME: &'static str = "";
                fn definition() -> &'static #private::FacetDefinition { #body }
                fn settings(self, _: #private::Reads) -> Self::Settings { #body }
            }
            #(#cfgs)* #[allow(dead_code)]
            #vis struct #settings #generics #conditions {
                __value: ::core::marker::PhantomData<#ident #arguments>,
            }
            #(#cfgs)* #[allow(dead_code)]
            impl #parameters #settings #arguments #conditions { #(#accessors)* }
            #(#cfgs)*
            impl #parameters ::core::ops::Deref for #settings #arguments #conditions {
                type Target = #ident #arguments;
                fn deref(&self) -> &Self::Target { #body }
            }
        }
    }
}

impl<'a> Key<'a> {
    /// `None` for fields that are not keys of their own; what is wrong is added to `errors`.
    fn parse(
        field: &'a Field,
        rename_all: Option<&str>,
        errors: &mut Option<Error>,
    ) -> Option<Self> {
        let ident = field.ident.as_ref()?;
        let (mut auxiliary, mut secret, mut default, mut range) = (false, false, None, None);
        for attribute in &field.attrs {
            if attribute.path().is_ident("facet") {
                let parsed = attribute.parse_nested_meta(|meta| {
                    if meta.path.is_ident("auxiliary") {
                        auxiliary = true;
                    } else if meta.path.is_ident("secret") {
                        secret = true;
                    } else if meta.path.is_ident("default") {
                        default = Some(meta.value()?.parse()?);
                    } else if meta.path.is_ident("range") {
                        range = Some(meta.value()?.parse()?);
                    } else {
                        return Err(meta.error(
                            "expected `default = …`, `range = a..=b`, `auxiliary` or `secret`",
                        ));
                    }
                    Ok(())
                });
                if let Err(error) = parsed {
                    combine(errors, error);
                }
            }
        }
        let name = key::name(field, ident, rename_all);
        let aliases = key::texts(&field.attrs, "alias");
        if name == "profile" {
            let message = "a facet has no key `profile`: that table of its file holds the overlays \
                           by profile";
            combine(errors, Error::new(ident.span(), message));
        }
        Some(Key { field, ident, name, aliases, auxiliary, secret, default, range })
    }

    fn description(&self, private: &TokenStream) -> TokenStream {
        let Key { name, aliases, auxiliary, secret, .. } = self;
        let docs = docs(&self.field.attrs);
        let ty = &self.field.ty;
        let below = section::below(private, ty);
        let none = quote!(::core::option::Option::None);
        let default = self.default.as_ref().map_or(
            none.clone(),
            |value| quote!(::core::option::Option::Some(|| #private::default_value(#value))),
        );
        let range = self.range.as_ref().map_or(none, |range| {
            let text = range.to_token_stream().to_string().replace(' ', "");
            // A range of another type is reported where it stands.
            let contains =
                quote_spanned!(range.span()=> |value| #private::in_range::<#ty>(value, &(#range)));
            let bounds = quote_spanned!(range.span()=> || #private::bounds::<#ty>(&(#range)));
            quote!(::core::option::Option::Some(#private::Range {
                text: #text, bounds: #bounds, contains: #contains,
            }))
        });
        quote!(#private::Field {
            name: #name, aliases: &[#(#aliases),*], docs: #docs, auxiliary: #auxiliary, secret: #secret, default: #default, range: #range, below: #below,
        })
    }

    /// The method that returns the key's value; `body` makes its body.
    fn accessor(&self, vis: &syn::Visibility, body: fn(&Self) -> TokenStream) -> TokenStream {
        let Key { ident, name, .. } = self;
        let ty = &self.field.ty;
        let doc = format!("Returns `{name}` and records that it was read.");
        let cfgs = cfgs(&self.field.attrs);
        let returned = if is_small(ty) { quote!(#ty) } else { quote!(&#ty) };
        let body = body(self);
        quote! {
            #(#cfgs)* #[doc = #doc] #[inline]
            #vis fn #ident(&self) -> #returned { #body }
        }
    }

    fn recorded(&self) -> TokenStream {
        let Key { ident, name, .. } = self;
        let borrow = if is_small(&self.field.ty) { quote!() } else { quote!(&) };
        quote!(self.__reads.key(#name); #borrow self.__value.#ident)
    }
}

fn unreachable() -> TokenStream {
    quote!(::core::unreachable!())
}

/// Returns the fields that are keys; none of a struct around a map.
fn fields(input: &DeriveInput) -> Result<impl Iterator<Item = &Field>> {
    let data = match &input.data {
        Data::Struct(data) => data,
        Data::Enum(_) => {
            let message = "a facet is a struct; put the enum into a field of one";
            return Err(Error::new(input.ident.span(), message));
        }
        Data::Union(_) => {
            let message = "a facet is a struct with named fields, not a union";
            return Err(Error::new(input.ident.span(), message));
        }
    };
    let is_map = matches!(&data.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1);
    match &data.fields {
        Fields::Named(fields) => Ok(Some(fields)),
        _ if is_map => Ok(None),
        other => {
            let message = "a facet has named fields, or wraps one map: `struct Name(BTreeMap<…>)`";
            let span = if other.is_empty() { input.ident.span() } else { other.span() };
            Err(Error::new(span, message))
        }
    }
    .map(|named| named.into_iter().flat_map(|fields| &fields.named))
}

/// Types that are known to be `Copy` by their name are returned by value.
fn is_small(ty: &Type) -> bool {
    const SMALL: [&str; 16] = [
        "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
        "i128", "isize", "f32", "f64",
    ];
    match ty {
        Type::Path(path) => SMALL.iter().any(|name| path.path.is_ident(name)),
        _ => false,
    }
}

fn check_name(name: &LitStr) -> Result<()> {
    let text = name.value();
    if let Some(stem) = text.strip_suffix(".toml") {
        let message = format!("a facet's name stands without `.toml`: `name = \"{stem}\"`");
        return Err(Error::new(name.span(), message));
    }
    // A variable's name separates the facet from its keys with `__`.
    let valid = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
        && !text.contains("__")
        && !text.ends_with('_');
    match valid {
        true => Ok(()),
        false => Err(Error::new(
            name.span(),
            "a facet's name is lower-case letters, digits, `-` and single `_` inside, starting \
             with a letter",
        )),
    }
}
