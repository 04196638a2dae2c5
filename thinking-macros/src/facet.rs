//! `#[derive(Facet)]`: describes a type's keys and generates one recorded accessor per field.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{
    Data, DeriveInput, Error, Expr, Field, Fields, Ident, LitStr, Result, Token, Type, parse2,
};

use crate::shared::{Krate, cfgs, combine};

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    match Facet::parse(&input) {
        Ok(facet) => facet.expand(),
        Err(error) => error.into_compile_error(),
    }
}

/// A facet type as its attributes describe it.
struct Facet<'a> {
    input: &'a DeriveInput,
    krate: Krate,
    name: LitStr,
    default: bool,
    keys: Vec<Key<'a>>,
}

/// One field.
struct Key<'a> {
    field: &'a Field,
    ident: &'a Ident,
    /// The key as serde spells it.
    name: String,
    auxiliary: bool,
    secret: bool,
    default: Option<Expr>,
    range: Option<Expr>,
}

impl<'a> Facet<'a> {
    fn parse(input: &'a DeriveInput) -> Result<Self> {
        let Data::Struct(data) = &input.data else {
            return Err(Error::new(
                input.ident.span(),
                "a facet is a struct; put the enum into a field of one",
            ));
        };
        if !input.generics.params.is_empty() {
            let span = input.generics.span();
            return Err(Error::new(span, "a facet has one type for its one file: no generics"));
        }
        let mut krate = Krate::new();
        let (mut name, mut default) = (None, false);
        let mut rename_all = None;
        for attribute in &input.attrs {
            if attribute.path().is_ident("facet") {
                attribute.parse_nested_meta(|meta| {
                    if meta.path.is_ident("name") {
                        let literal: LitStr = meta.value()?.parse()?;
                        check_name(&literal)?;
                        name = Some(literal);
                    } else if meta.path.is_ident("default") {
                        default = true;
                    } else if meta.path.is_ident("crate") {
                        krate.set(meta.value()?.parse()?);
                    } else {
                        return Err(meta.error("expected `name = \"…\"`, `default` or `crate = …`"));
                    }
                    Ok(())
                })?;
            } else if attribute.path().is_ident("serde") {
                rename_all = rename_all.or(serde_text(attribute, "rename_all")?);
            }
        }
        let name = name.ok_or_else(|| {
            let message = "missing the facet's name: add `#[facet(name = \"…\")]`, without `.toml`";
            Error::new(input.ident.span(), message)
        })?;
        let keys = match &data.fields {
            Fields::Named(fields) => {
                let mut errors = None;
                let mut keys = Vec::new();
                for field in &fields.named {
                    match Key::parse(field, rename_all.as_deref()) {
                        Ok(key) => keys.extend(key),
                        Err(error) => combine(&mut errors, error),
                    }
                }
                errors.map_or(Ok(keys), Err)?
            }
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Vec::new(),
            other => {
                let message =
                    "a facet has named fields, or wraps one map: `struct Name(BTreeMap<…>)`";
                return Err(Error::new(other.span(), message));
            }
        };
        Ok(Facet { input, krate, name, default, keys })
    }

    fn expand(&self) -> TokenStream {
        let private = self.krate.private();
        let (ident, vis, name) = (&self.input.ident, &self.input.vis, &self.name);
        let settings = format_ident!("{ident}Settings");
        let cfgs = cfgs(&self.input.attrs);
        let fields = self.keys.iter().map(|key| key.description(&private));
        let accessors = self.keys.iter().map(|key| key.accessor(vis));
        let defaults = match self.default {
            true => quote!(::core::option::Option::Some(#private::default_values::<#ident>)),
            false => quote!(::core::option::Option::None),
        };
        let doc = format!("The settings of [`{ident}`], each read of which is recorded.");
        let label = ident.to_string();
        quote! {
            #(#cfgs)* const _: () = {
                static DEFINITION: #private::FacetDefinition = #private::FacetDefinition {
                    name: #name,
                    type_id: ::core::any::TypeId::of::<#ident>,
                    fields: &[#(#fields),*],
                    defaults: #defaults,
                    load: #private::load::<#ident>,
                };
                #[automatically_derived]
                impl #private::Facet for #ident {
                    type Settings = #settings;
                    const NAME: &'static str = #name;
                    fn definition() -> &'static #private::FacetDefinition { &DEFINITION }
                    fn settings(self, reads: #private::Reads) -> #settings {
                        #settings { __value: self, __reads: reads }
                    }
                }
                #private::register!(#private::Definition {
                    module: ::core::module_path!(), name: #label, kind: #private::Kind::Facet,
                    place: #private::here!(), item: &DEFINITION,
                });
            };
            #(#cfgs)* #[doc = #doc] #vis struct #settings { __value: #ident, __reads: #private::Reads }
            #(#cfgs)* #[automatically_derived] #[allow(dead_code)] impl #settings { #(#accessors)* }
            #(#cfgs)* #[automatically_derived] impl ::core::ops::Deref for #settings {
                type Target = #ident;
                fn deref(&self) -> &#ident { self.__reads.all(); &self.__value }
            }
        }
    }
}

impl<'a> Key<'a> {
    /// `None` for fields that are not keys of their own.
    fn parse(field: &'a Field, rename_all: Option<&str>) -> Result<Option<Self>> {
        let Some(ident) = &field.ident else {
            return Ok(None);
        };
        let (mut auxiliary, mut secret, mut default, mut range) = (false, false, None, None);
        let mut renamed = None;
        for attribute in &field.attrs {
            if attribute.path().is_ident("facet") {
                attribute.parse_nested_meta(|meta| {
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
                })?;
            } else if attribute.path().is_ident("serde") {
                renamed = renamed.or(serde_text(attribute, "rename")?);
            }
        }
        let plain = ident.to_string();
        let plain = plain.trim_start_matches("r#");
        let name = match (renamed, rename_all) {
            (Some(name), _) => name,
            (None, Some(rule)) => rename(plain, rule, ident)?,
            (None, None) => plain.to_owned(),
        };
        Ok(Some(Key { field, ident, name, auxiliary, secret, default, range }))
    }

    fn description(&self, private: &TokenStream) -> TokenStream {
        let Key { name, auxiliary, secret, .. } = self;
        let ty = &self.field.ty;
        let none = quote!(::core::option::Option::None);
        let default = self.default.as_ref().map_or(
            none.clone(),
            |value| quote!(::core::option::Option::Some(|| #private::default_value(#value))),
        );
        let range = self.range.as_ref().map_or(none, |range| {
            let text = range.to_token_stream().to_string().replace(' ', "");
            quote!(::core::option::Option::Some(#private::Range {
                text: #text, contains: |value| #private::in_range::<#ty>(value, &(#range)),
            }))
        });
        quote!(#private::Field {
            name: #name, auxiliary: #auxiliary, secret: #secret, default: #default, range: #range,
        })
    }

    fn accessor(&self, vis: &syn::Visibility) -> TokenStream {
        let Key { ident, name, .. } = self;
        let ty = &self.field.ty;
        let doc = format!("Returns `{name}` and records that it was read.");
        let cfgs = cfgs(&self.field.attrs);
        let (returned, borrow) = match is_small(ty) {
            true => (quote!(#ty), quote!()),
            false => (quote!(&#ty), quote!(&)),
        };
        quote! {
            #(#cfgs)* #[doc = #doc] #[inline]
            #vis fn #ident(&self) -> #returned { self.__reads.key(#name); #borrow self.__value.#ident }
        }
    }
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
    let valid = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
        && !text.contains("__");
    match valid {
        true => Ok(()),
        false => Err(Error::new(
            name.span(),
            "a facet's name is lower-case letters, digits, `-` and single `_`, starting with a letter",
        )),
    }
}

/// Returns the text of `key = "…"` in a `#[serde(…)]` attribute, if it is there.
fn serde_text(attribute: &syn::Attribute, key: &str) -> Result<Option<String>> {
    let mut found = None;
    attribute.parse_nested_meta(|meta| {
        if meta.path.is_ident(key) && meta.input.peek(Token![=]) {
            found = Some(meta.value()?.parse::<LitStr>()?.value());
        } else if meta.input.peek(Token![=]) {
            let _: Expr = meta.value()?.parse()?;
        } else if meta.input.peek(syn::token::Paren) {
            // `rename(deserialize = "…")` and the like.
            meta.parse_nested_meta(|inner| {
                if meta.path.is_ident(key) && inner.path.is_ident("deserialize") {
                    found = Some(inner.value()?.parse::<LitStr>()?.value());
                } else if inner.input.peek(Token![=]) {
                    let _: Expr = inner.value()?.parse()?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(found)
}

/// Applies serde's `rename_all` to a field's name, which is in snake case.
fn rename(field: &str, rule: &str, ident: &Ident) -> Result<String> {
    let capitalised = || {
        field.split('_').map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
    };
    Ok(match rule {
        "lowercase" | "snake_case" => field.to_owned(),
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => field.to_ascii_uppercase(),
        "PascalCase" => capitalised().collect(),
        "camelCase" => {
            let mut name: String = capitalised().collect();
            name[..1].make_ascii_lowercase();
            name
        }
        "kebab-case" => field.replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => field.to_ascii_uppercase().replace('_', "-"),
        _ => return Err(Error::new(ident.span(), format!("serde knows no case `{rule}`"))),
    })
}
