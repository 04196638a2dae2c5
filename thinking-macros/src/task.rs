//! `#[step]` and `#[stage]`: turn a function into one that returns a task.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Error, FnArg, ItemFn, LitInt, LitStr, Result, Signature, Type, parse2};

use crate::code;
use crate::parameter::{Parameter, Source};
use crate::policy::Policy;
use crate::shared::{Krate, all, free_function, options, result_of, waited, with_errors};

/// Which attribute it is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Step,
    Stage,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Step => "step",
            Kind::Stage => "stage",
        }
    }

    /// The type of the reference that the body works with.
    fn context(self) -> &'static str {
        match self {
            Kind::Step => "Tx",
            Kind::Stage => "Stage",
        }
    }
}

struct Options {
    krate: Krate,
    key: Option<LitStr>,
    version: u32,
    policy: Policy,
    aliases: Vec<LitStr>,
    sealed: bool,
}

/// One parameter of the function, in order.
enum Input {
    Context,
    Parameter(Box<Parameter>),
}

pub(crate) fn expand(kind: Kind, tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut function: ItemFn = match parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let message = format!("`#[{}]` stands on a free function", kind.name());
            return with_errors(Error::new(error.span(), message), item);
        }
    };
    let original = code::text(quote_function(&function));
    match transform(kind, tokens, &mut function, &original) {
        Ok(task) => task,
        Err(error) => with_errors(error, fallback(&function)),
    }
}

/// The function's signature and body, without attributes, visibility and its name: another name is
/// another path, and no other code.
fn quote_function(function: &ItemFn) -> TokenStream {
    let ItemFn { sig, block, .. } = function;
    let signature = Signature { ident: Ident::new("task", Span::call_site()), ..sig.clone() };
    quote!(#signature #block)
}

/// The function with a body that fits every use, so that only the attribute's mistake is reported.
fn fallback(function: &ItemFn) -> TokenStream {
    let ItemFn { attrs, vis, sig, .. } = function;
    quote!(#(#attrs)* #[allow(unused_variables)] #vis #sig { ::core::unreachable!() })
}

fn transform(
    kind: Kind,
    tokens: TokenStream,
    function: &mut ItemFn,
    original: &str,
) -> Result<TokenStream> {
    let inputs = inputs(kind, &mut function.sig)?;
    let Options { krate, key, version, aliases, policy, sealed } = parse_options(kind, tokens)?;
    let instead = "write one function per type that calls it";
    free_function(&function.sig, &format!("a {}", kind.name()), instead)?;
    if let Some(tracked) = function.attrs.iter().find(|attribute| is_tracked(attribute)) {
        let message = "the code of a task is compared anyway: remove `#[tracked]`";
        return Err(Error::new_spanned(tracked, message));
    }
    let output = result_of(&function.sig.output).ok_or_else(|| {
        let message = format!("a {} returns a `Result`, so that it can fail", kind.name());
        Error::new_spanned(&function.sig, message)
    })?;

    let private = krate.private();
    let cx = quote!(__cx);
    let resolver = quote!(&#cx.resolver());
    let (ident, vis, name) = (&function.sig.ident, &function.vis, function.sig.ident.to_string());
    let outer_attributes = function.attrs.iter();
    let (task, definition_kind) = match kind {
        Kind::Step => (quote!(#private::Step), quote!(#private::Kind::Step)),
        Kind::Stage => (quote!(#private::StageTask), quote!(#private::Kind::Stage)),
    };
    let parameters = || {
        inputs.iter().filter_map(|input| match input {
            Input::Parameter(parameter) => Some(&**parameter),
            Input::Context => None,
        })
    };
    let arguments: Vec<_> = parameters().filter(|p| matches!(p.source, Source::Argument)).collect();
    let outer = arguments.iter().map(|Parameter { ident, ty, .. }| quote!(#ident: #ty));
    let recorded = arguments.iter().map(|argument| {
        let (ident, text) = (&argument.ident, argument.ident.to_string());
        quote!(.with(#text, &#ident))
    });
    let policy = policy.expand(&private);
    // With the span of the type, which is what may not do.
    let sealed = sealed.then(|| quote_spanned!(output.span()=> .sealed()));
    let key = key.map(|key| quote!(.keyed(::std::format!(#key))));
    let requirements = parameters().filter_map(|parameter| parameter.requirement(&private));
    let bound = parameters().map(|parameter| {
        let (variable, value) = (parameter.variable(), parameter.value(&private, &resolver));
        quote!(let #variable = #value;)
    });
    let passed = inputs.iter().map(|input| match input {
        Input::Context => quote!(#cx.context()),
        Input::Parameter(parameter) => parameter.variable().into_token_stream(),
    });
    let (signature, block) = (&function.sig, &function.block);
    let waiter = signature.asyncness.map(|_| quote!(let __waiter = #cx.waiter();));
    let block_on = quote!(#private::block_on_task);
    let call = waited(signature, block_on, &quote!(__waiter), quote!(#ident(#(#passed),*)));
    Ok(quote! {
        #(#outer_attributes)*
        #[allow(clippy::needless_question_mark)]
        #vis fn #ident(#(#outer),*) -> #task<#output> {
            static __DEFINITION: #private::TaskDefinition = #private::TaskDefinition {
                name: #name, module: ::core::module_path!(), place: #private::here!(),
                aliases: &[#(#aliases),*], code: #original, version: #version, policy: #policy,
                requirements: || ::std::vec![#(#requirements),*],
            };
            #private::register!(#private::Definition {
                module: ::core::module_path!(), name: #name, kind: #definition_kind,
                place: #private::here!(), item: &__DEFINITION,
            });
            let __arguments = #private::Arguments::new() #(#recorded)* #key;
            #task::new(&__DEFINITION, __arguments, move |#cx| {
                #(#bound)*
                #waiter
                // In a block of its own, where no parameter of the same name hides it.
                {
                    #signature #block
                    ::core::result::Result::Ok(#call?)
                }
            })#sealed
        }
    })
}

fn is_tracked(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "tracked")
}

/// Reads the parameters; the context may stand anywhere among them, once.
fn inputs(kind: Kind, signature: &mut Signature) -> Result<Vec<Input>> {
    let mut has_context = false;
    all(signature.inputs.iter_mut().map(|argument| input(kind, argument, &mut has_context)))
}

fn input(kind: Kind, argument: &mut FnArg, has_context: &mut bool) -> Result<Input> {
    match context_of(argument) {
        Some(context) if context == kind.context() => {
            if std::mem::replace(has_context, true) {
                let message = format!("a {} gets its `{context}` once", kind.name());
                return Err(Error::new_spanned(argument, message));
            }
            Ok(Input::Context)
        }
        Some("Tx") => {
            let message = "a stage may not modify data: move the write into a step, and take \
                           `&Stage` here";
            Err(Error::new_spanned(argument, message))
        }
        Some(_) => {
            let message = "a step is a leaf and runs no tasks: take `&mut Tx`, or make it a stage";
            Err(Error::new_spanned(argument, message))
        }
        None => {
            let parameter = Parameter::of_argument(argument)?;
            if let (Source::Argument, Type::Reference(_)) = (&parameter.source, &parameter.ty) {
                let message = "an argument is kept with the task's record: take it by value";
                return Err(Error::new_spanned(argument, message));
            }
            Ok(Input::Parameter(Box::new(parameter)))
        }
    }
}

/// Returns `Tx` or `Stage` for a parameter of the type `&mut Tx` or `&Stage`.
fn context_of(argument: &FnArg) -> Option<&'static str> {
    let FnArg::Typed(typed) = argument else { return None };
    let Type::Reference(reference) = &*typed.ty else { return None };
    let Type::Path(path) = &*reference.elem else { return None };
    let last = path.path.segments.last()?;
    ["Tx", "Stage"].into_iter().find(|name| last.ident == name)
}

fn parse_options(kind: Kind, tokens: TokenStream) -> Result<Options> {
    let mut krate = Krate::new();
    let (mut key, mut version, mut aliases, mut sealed) = (None, 0, Vec::new(), false);
    let mut policy = Policy::default();
    let expected = match kind {
        Kind::Step => {
            "`key = \"…{argument}…\"`, `version = n`, `alias = \"former_name\"`, `retries = n`, `backoff = \"1s\"..\"1m\"`, \
             `jitter = false`, `retry_if = path`, `timeout = \"10m\"`"
        }
        Kind::Stage => {
            "`key = \"…{argument}…\"`, `version = n`, `alias = \"former_name\"`, `sealed`"
        }
    };
    options(tokens, &mut krate, expected, |meta| {
        if policy.parse(kind, meta)? {
            return Ok(true);
        }
        if meta.path.is_ident("key") {
            key = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("version") {
            version = meta.value()?.parse::<LitInt>()?.base10_parse()?;
        } else if meta.path.is_ident("alias") {
            aliases.push(alias(meta.value()?.parse()?)?);
        } else if meta.path.is_ident("sealed") {
            if kind == Kind::Step {
                let message =
                    "`sealed` is for stages: a finished step is not executed again anyway";
                return Err(meta.error(message));
            }
            sealed = true;
        } else {
            return Ok(false);
        }
        Ok(true)
    })?;
    policy.check()?;
    Ok(Options { krate, key, version, aliases, policy, sealed })
}

/// Checks a former name, which is that of a function.
fn alias(name: LitStr) -> Result<LitStr> {
    match name.parse::<Ident>() {
        Ok(_) => Ok(name),
        Err(_) => {
            let message = "an alias is the name that the function had before";
            Err(Error::new_spanned(name, message))
        }
    }
}
