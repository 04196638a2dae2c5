//! A field or parameter: whether it is injected, how, or an argument.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, FnArg, Ident, LitStr, Pat, Result, Signature, Token, Type};

use crate::shared::all;

/// How a field or parameter gets its value.
pub(crate) enum Source {
    /// From the container, by name if there is one.
    Injected(Option<LitStr>),
    /// From an expression.
    Value(Expr),
    /// From `Default`.
    Default,
    /// From the caller of a task.
    Argument,
}

/// A field or parameter.
pub(crate) struct Parameter {
    pub(crate) ident: Ident,
    /// Its name in messages; the position of a tuple's field.
    label: String,
    pub(crate) ty: Type,
    pub(crate) source: Source,
}

impl Parameter {
    /// Reads a field; its `#[inject]` attributes are removed.
    pub(crate) fn of_field(position: usize, field: &mut syn::Field) -> Result<Parameter> {
        let source = take_source(&mut field.attrs)?.unwrap_or(Source::Injected(None));
        let (ident, label) = match &field.ident {
            Some(ident) => (ident.clone(), ident.to_string()),
            None => (format_ident!("__{position}"), position.to_string()),
        };
        Ok(Parameter { ident, label, ty: field.ty.clone(), source })
    }

    /// Reads a function's parameter; its `#[inject]` and `#[arg]` attributes are removed.
    pub(crate) fn of_argument(argument: &mut FnArg) -> Result<Parameter> {
        let typed = match argument {
            FnArg::Typed(typed) => typed,
            FnArg::Receiver(receiver) => {
                let message = "a method cannot be used here: write a free function";
                return Err(Error::new_spanned(receiver, message));
            }
        };
        let source = take_source(&mut typed.attrs)?;
        let Pat::Ident(pattern) = &*typed.pat else {
            let message = "a parameter needs a plain name: take it apart inside the function";
            return Err(Error::new_spanned(&typed.pat, message));
        };
        let ty = (*typed.ty).clone();
        let source = source.unwrap_or_else(|| match is_injectable(&ty) {
            true => Source::Injected(None),
            false => Source::Argument,
        });
        let ident = pattern.ident.clone();
        Ok(Parameter { label: ident.to_string(), ident, ty, source })
    }

    /// Reads all parameters of a function that takes no arguments of a caller.
    pub(crate) fn all_injected(signature: &mut Signature) -> Result<Vec<Parameter>> {
        let parameters = all(signature.inputs.iter_mut().map(Parameter::of_argument));
        let mut parameters = parameters?;
        for parameter in &mut parameters {
            // Whatever its type: the trait `Inject` says better what is wrong with it.
            if let Source::Argument = parameter.source {
                parameter.source = Source::Injected(None);
            }
        }
        Ok(parameters)
    }

    /// The expression of the value. Its span is the type's, so that an error about it points there.
    pub(crate) fn value(&self, private: &TokenStream, resolver: &TokenStream) -> TokenStream {
        let ty = &self.ty;
        match &self.source {
            Source::Injected(name) => {
                let name = optional(name);
                quote_spanned!(ty.span()=> <#ty as #private::Inject>::resolve(#resolver, #name)?)
            }
            Source::Value(value) => quote!(#value),
            Source::Default => {
                quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default())
            }
            Source::Argument => {
                let ident = &self.ident;
                quote_spanned!(ty.span()=> ::core::clone::Clone::clone(&#ident))
            }
        }
    }

    /// The expression of the value in the constructor of a component whose requirement at
    /// `position` this is.
    pub(crate) fn required(
        &self,
        private: &TokenStream,
        resolver: &TokenStream,
        position: usize,
    ) -> TokenStream {
        let Source::Injected(name) = &self.source else { return self.value(private, resolver) };
        let (ty, name) = (&self.ty, optional(name));
        quote_spanned! {
            ty.span()=> <#ty as #private::Inject>::required(#resolver, #position, #name)?
        }
    }

    /// The expression of the requirement, if the container supplies the value.
    pub(crate) fn requirement(&self, private: &TokenStream) -> Option<TokenStream> {
        let Source::Injected(name) = &self.source else { return None };
        let (ty, text) = (&self.ty, &self.label);
        Some(match name {
            Some(_) => {
                quote_spanned!(ty.span()=> #private::Requirement::named::<#ty>(#text, #name))
            }
            None => {
                let none = optional(name);
                quote_spanned!(ty.span()=> #private::Requirement::of::<#ty>(#text, #none))
            }
        })
    }

    /// A variable for the value that no name of the user's can collide with.
    pub(crate) fn variable(&self) -> Ident {
        format_ident!("__{}", self.ident)
    }
}

fn optional(name: &Option<LitStr>) -> TokenStream {
    match name {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    }
}

/// Removes the framework's attributes, also wrong ones, and returns what they say.
fn take_source(attributes: &mut Vec<Attribute>) -> Result<Option<Source>> {
    let ours = |a: &mut Attribute| a.path().is_ident("inject") || a.path().is_ident("arg");
    let taken: Vec<_> = attributes.extract_if(.., ours).collect();
    let mut source = None;
    for attribute in &taken {
        if attribute.path().is_ident("arg") {
            source = Some(Source::Argument);
        } else if attribute.path().is_ident("inject") {
            let mut found = Source::Injected(None);
            if !matches!(attribute.meta, syn::Meta::Path(_)) {
                attribute.parse_nested_meta(|meta| {
                    if meta.path.is_ident("named") {
                        found = Source::Injected(Some(meta.value()?.parse()?));
                    } else if meta.path.is_ident("value") {
                        found = Source::Value(meta.value()?.parse()?);
                    } else if meta.path.is_ident("default") && !meta.input.peek(Token![=]) {
                        found = Source::Default;
                    } else {
                        return Err(
                            meta.error("expected `named = \"…\"`, `value = …` or `default`")
                        );
                    }
                    Ok(())
                })?;
            }
            source = Some(found);
        }
    }
    Ok(source)
}

/// Tells by its name whether a parameter's type is one that the container supplies.
fn is_injectable(ty: &Type) -> bool {
    let Some(last) = last_segment(ty) else { return false };
    match last.ident.to_string().as_str() {
        "Arc" | "Config" | "Container" | "Lazy" | "Factory" => true,
        "Option" | "Vec" | "BTreeMap" => match &last.arguments {
            syn::PathArguments::AngleBracketed(inner) => match inner.args.last() {
                Some(syn::GenericArgument::Type(inner)) => {
                    last_segment(inner).is_some_and(|segment| segment.ident == "Arc")
                }
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}

fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}
