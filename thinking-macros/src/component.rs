//! `#[component]`: describes a struct or function to the container, or what an `impl` block says
//! about components.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, Fields, GenericArgument, Item, PathArguments, Result, ReturnType, Signature,
    Type, parse2,
};

use crate::parameter::{Parameter, Source};
use crate::shared::{Krate, all, cfgs, no_self, result_of, waited, with_errors};

mod block;
mod condition;
mod instance;
mod options;

use instance::Instance;
use options::Options;

/// A component whose shape no longer matters: a type, its parameters, how it is put together.
struct Parts {
    name: String,
    cfgs: Vec<Attribute>,
    ty: Type,
    /// Whether `ty` is a `dyn Trait`, which is made in an `Arc` or a `Box`.
    is_object: bool,
    parameters: Vec<Parameter>,
    construct: TokenStream,
}

pub(crate) fn expand(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut item: Item = match parse2(item.clone()) {
        Ok(item) => item,
        Err(error) => return with_errors(error, item),
    };
    let description = match &mut item {
        Item::Impl(block) => block::describe(tokens, block),
        _ => describe(tokens, &mut item),
    };
    match description {
        Ok(description) => quote!(#item #description),
        Err(error) => with_errors(error, item),
    }
}

fn describe(tokens: TokenStream, item: &mut Item) -> Result<TokenStream> {
    let mut krate = Krate::new();
    let parsed = Options::parse(tokens, &mut krate);
    let private = krate.private();
    // Also on wrong options, so that the item comes out without the attributes of its fields.
    let parts = parts(item, &private);
    let options = parsed?;
    let mut parts = parts?;
    let generics = match item {
        Item::Struct(item) => &item.generics,
        Item::Fn(item) => &item.sig.generics,
        _ => return Ok(TokenStream::new()),
    };
    let instances = Instance::all(&options.instances, generics)?;
    if generics.params.is_empty() {
        return Ok(component(&parts, &options, &private));
    }
    let described = instances.into_iter().map(|instance| {
        parts.name = instance.name();
        instance.around(component(&parts, &options, &private))
    });
    Ok(described.collect())
}

/// The registration of one component.
fn component(parts: &Parts, options: &Options, private: &TokenStream) -> TokenStream {
    let Parts { name, cfgs, ty, is_object, parameters, construct } = parts;
    let requirements = parameters.iter().filter_map(|parameter| parameter.requirement(private));
    let provides = options.provides.iter().map(|interface| {
        quote_spanned!(interface.span()=> .provides_of::<#ty, #interface>(|component| component))
    });
    let primary = options.primary.then(|| quote!(.primary()));
    let fallback = options.fallback.then(|| quote!(.fallback()));
    let named = options.named.iter().map(|name| quote!(.named(#name)));
    let order = options.order.iter().map(|order| quote!(.order(#order)));
    let limit = options.limit.iter().map(|limit| quote!(.limit(#limit)));
    let parallel = options.parallel.as_ref().map(|_| quote!(.parallel()));
    let conditions = options.conditions.iter().map(|condition| {
        let condition = condition.expression(private);
        quote!(.when(#condition))
    });
    let cx = quote!(__cx);
    let path = quote!(::core::concat!(::core::module_path!(), "::", #name));
    let value = quote!({ let _ = #cx; #construct });
    // Most components are singletons: for these, as little as possible is generic.
    let described = match &options.scope {
        Some(scope) if scope != "Singleton" => {
            let builder = if *is_object { quote!(object) } else { quote!(builder) };
            let builder = quote_spanned!(ty.span()=> #private::Component::#builder::<#ty>);
            quote! {
                #builder(#path, #private::here!(), |#cx| ::core::result::Result::Ok(#value))
                    .scope(#private::Scope::#scope)
            }
        }
        _ => {
            let provided = if *is_object { quote!(of) } else { quote!(new) };
            let provided = quote_spanned!(ty.span()=> #private::Provided::#provided::<#ty>);
            quote! {
                #private::Component::singleton(
                    #path, #private::here!(), const { #private::TypeKey::of::<#ty>() },
                    |#cx| ::core::result::Result::Ok(#provided(#value)),
                )
            }
        }
    };
    let hooks = quote_spanned! {ty.span()=>
        const { (#private::Probe::<#ty>::HOOKS, #private::Probe::<#ty>::ASYNC_HOOKS) }
    };
    quote! {
        #(#cfgs)* const _: () = {
            fn __component() -> #private::Component {
                #[allow(unused_imports)]
                use #private::WithoutLifecycle as _;
                #described.requires_all(const { &[#(#requirements),*] })
                #(#provides)* #primary #fallback #(#named)* #(#order)* #(#limit)* #parallel
                #(#conditions)*.hooks(#hooks).build()
            }
            #private::register!(#private::Definition {
                module: ::core::module_path!(), name: #name, kind: #private::Kind::Component,
                place: #private::here!(), item: &#private::ComponentDefinition(__component),
            });
        };
    }
}

fn parts(item: &mut Item, private: &TokenStream) -> Result<Parts> {
    match item {
        Item::Struct(item) => {
            let fields = item.fields.iter_mut().enumerate();
            let parameters = all(fields.map(|(at, field)| Parameter::of_field(at, field)))?;
            let cx = quote!(__cx);
            let values = required(&parameters, private, &cx);
            let ident = &item.ident;
            let names = parameters.iter().map(|parameter| &parameter.ident);
            let construct = match item.fields {
                Fields::Unnamed(_) => quote!(#ident(#(#values),*)),
                _ => quote!(#ident { #(#names: #values),* }),
            };
            let arguments = instance::names(&item.generics);
            Ok(Parts {
                name: ident.to_string(),
                cfgs: cfgs(&item.attrs).into_iter().cloned().collect(),
                ty: syn::parse_quote!(#ident #arguments),
                is_object: false,
                parameters,
                construct,
            })
        }
        Item::Fn(item) => {
            let parameters = Parameter::all_injected(&mut item.sig);
            let instead = "put `#[component]` on its `impl` block, too, or write a free function";
            no_self(&item.sig, instead)?;
            let arguments = instance::names(&item.sig.generics);
            let arguments = (!arguments.is_empty()).then(|| quote!(::#arguments));
            let ident = &item.sig.ident;
            let cfgs = cfgs(&item.attrs).into_iter().cloned().collect();
            function(&item.sig, parameters?, quote!(#ident #arguments), cfgs, private)
        }
        other => Err(Error::new(
            other.span(),
            "`#[component]` stands on a struct, on a function that returns the component, or on an \
             `impl` block",
        )),
    }
}

/// A component that `callee` makes.
fn function(
    signature: &Signature,
    parameters: Vec<Parameter>,
    callee: TokenStream,
    cfgs: Vec<Attribute>,
    private: &TokenStream,
) -> Result<Parts> {
    let cx = quote!(__cx);
    let values = required(&parameters, private, &cx);
    let call = quote!(#callee(#(#values),*));
    let call = waited(signature, quote!(#private::block_on), &cx, call);
    let (ty, construct) = match (result_of(&signature.output), &signature.output) {
        (Some(ty), _) => (ty.clone(), quote!(#call?)),
        (None, ReturnType::Type(_, ty)) => ((**ty).clone(), call),
        (None, ReturnType::Default) => {
            let message = "a component's function returns what it provides, or a `Result` of it";
            return Err(Error::new_spanned(signature, message));
        }
    };
    let name = signature.ident.to_string();
    Ok(match object(&ty) {
        Some((object, is_boxed)) => {
            let construct = match is_boxed {
                true => quote_spanned!(ty.span()=> ::std::sync::Arc::<#object>::from(#construct)),
                false => construct,
            };
            Parts { name, cfgs, ty: object.clone(), is_object: true, parameters, construct }
        }
        None => Parts { name, cfgs, ty, is_object: false, parameters, construct },
    })
}

/// The expressions of the values of a component's parameters. Those that the container supplies are
/// numbered as their requirements are.
fn required(
    parameters: &[Parameter],
    private: &TokenStream,
    resolver: &TokenStream,
) -> Vec<TokenStream> {
    let mut position = 0;
    let values = parameters.iter().map(|parameter| {
        let value = parameter.required(private, resolver, position);
        position += usize::from(matches!(parameter.source, Source::Injected(_)));
        value
    });
    values.collect()
}

/// Returns the `dyn Trait` of an `Arc<dyn Trait>` or a `Box<dyn Trait>`, whatever its path, and
/// whether it is the latter.
fn object(ty: &Type) -> Option<(&Type, bool)> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let is_boxed = last.ident == "Box";
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(object @ Type::TraitObject(_)))
            if is_boxed || last.ident == "Arc" =>
        {
            Some((object, is_boxed))
        }
        _ => None,
    }
}

/// The text of tokens, as one writes it: `Cache<u32>`.
fn text(tokens: impl ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    [(" ::", "::"), (":: ", "::"), (" <", "<"), ("< ", "<"), (" >", ">"), (" ,", ",")]
        .iter()
        .fold(spaced, |text, (from, to)| text.replace(from, to))
}
