//! The options of `#[test]`, those of a group, and how a case takes what it does not say itself.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::token::Paren;
use syn::{Error, Expr, LitBool, LitInt, LitStr, Path, Result, Token, Type, parenthesized};

use crate::policy::duration;
use crate::setting::Setting;
use crate::shared::{Krate, options};

/// How a group hands its options to the attributes below it: `__group(…)`, which may stand in itself.
pub(super) const GROUP: &str = "__group";

const EXPECTED: &str = "`tags(\"…\")`, `timeout = \"30s\"`, `retries = n`, `exclusive = \"…\"`, \
                        `setup = f`, `teardown = f`, `with = f`, `with(dyn Trait = value)`, \
                        `profile = \"…\"`, `set(name.key = value)`, `share`";

/// What the attribute says. Those of a group are taken where a case says nothing; what is a list adds
/// up, except for resources.
#[derive(Default)]
pub(super) struct Options {
    tags: Vec<LitStr>,
    timeout: Option<Duration>,
    retries: Option<LitInt>,
    exclusive: Option<Vec<LitStr>>,
    pub(super) setup: Option<Expr>,
    pub(super) teardown: Option<Expr>,
    with: Vec<With>,
    profiles: Vec<LitStr>,
    assignments: Vec<String>,
    share: Option<(Span, bool)>,
    /// The first option that a shared container cannot follow.
    own: Option<(Span, &'static str)>,
}

/// What a case replaces.
enum With {
    /// By what a function returns, or as it says.
    Function(Path),
    /// By a value.
    Value(Box<(Type, Expr)>),
}

impl Options {
    /// Reads what stands in the attribute's parentheses.
    pub(super) fn parse(tokens: TokenStream, krate: &mut Krate) -> Result<Options> {
        let (mut parsed, mut group) = (Options::default(), TokenStream::new());
        options(tokens, krate, EXPECTED, |meta| {
            if meta.path.is_ident(GROUP) {
                let inner;
                parenthesized!(inner in meta.input);
                group = inner.parse()?;
                return Ok(true);
            }
            parsed.option(meta)
        })?;
        if !group.is_empty() {
            let mut of_group = krate.clone();
            parsed.fill(Options::parse(group, &mut of_group)?);
            krate.set_if_unset(of_group);
        }
        match (&parsed.share, &parsed.own) {
            (Some((_, true)), Some((span, option))) => {
                let message = format!(
                    "`{option}` changes the container, and one that is shared is the same for all: \
                     leave `share` out, or write `share = false` if the group says it"
                );
                Err(Error::new(*span, message))
            }
            _ => Ok(parsed),
        }
    }

    /// The case's policy, as a constant expression.
    pub(super) fn policy(&self, should_panic: bool, private: &TokenStream) -> TokenStream {
        let tags = (!self.tags.is_empty()).then(|| {
            let tags = &self.tags;
            quote!(tags: &[#(#tags),*],)
        });
        let timeout = self.timeout.map(|limit| {
            let (seconds, nanos) = (limit.as_secs(), limit.subsec_nanos());
            let limit = quote!(#private::Duration::new(#seconds, #nanos));
            quote!(timeout: ::core::option::Option::Some(#limit),)
        });
        let retries = self.retries.as_ref();
        let retries = retries.map(|n| quote!(retries: ::core::option::Option::Some(#n),));
        let exclusive = self.exclusive.as_ref().map(|names| quote!(exclusive: &[#(#names),*],));
        let should_panic = should_panic.then(|| quote!(should_panic: true,));
        let said = quote!(#tags #timeout #retries #exclusive #should_panic);
        match said.is_empty() {
            true => quote!(#private::CasePolicy::NONE),
            false => quote!(#private::CasePolicy { #said ..#private::CasePolicy::NONE }),
        }
    }

    /// The fields of the plan that say something of the container.
    pub(super) fn container(&self, private: &TokenStream) -> TokenStream {
        let (profiles, assignments) = (&self.profiles, &self.assignments);
        let changes = (!profiles.is_empty() || !assignments.is_empty()).then(|| {
            quote! {
                changes: #private::Changes {
                    profiles: &[#(#profiles),*], assignments: &[#(#assignments),*],
                },
            }
        });
        let builder = quote!(__builder);
        let replacements = self.with.iter().map(|with| with.expand(private, &builder));
        let replace = (!self.with.is_empty()).then(|| {
            quote! {
                replace: ::core::option::Option::Some(|#builder| {
                    #[allow(unused_imports)]
                    use #private::Unshared as _;
                    #(let #builder = #replacements;)*
                    #builder
                }),
            }
        });
        let share = matches!(self.share, Some((_, true))).then(|| quote!(share: true,));
        quote!(#changes #replace #share)
    }

    fn option(&mut self, meta: &ParseNestedMeta<'_>) -> Result<bool> {
        let Some(name) = meta.path.get_ident().map(ToString::to_string) else { return Ok(false) };
        let given = match &*name {
            "tags" => {
                self.tags.extend(names(meta, "tags(\"…\")", "a tag")?);
                false
            }
            "timeout" => self.timeout.replace(duration(&meta.value()?.parse()?)?).is_some(),
            "retries" => {
                let retries: LitInt = expected(meta, "`retries = n`")?;
                retries.base10_parse::<u32>().map_err(|error| {
                    let message = format!("{error}: expected `retries = n`, 0 or more");
                    Error::new_spanned(&retries, message)
                })?;
                self.retries.replace(retries).is_some()
            }
            "exclusive" => {
                let names = names(meta, "exclusive = \"…\"", "a resource")?;
                self.exclusive.replace(names).is_some()
            }
            "setup" => self.setup.replace(expected(meta, "`setup = function`")?).is_some(),
            "teardown" => self.teardown.replace(expected(meta, "`teardown = function`")?).is_some(),
            "with" => {
                self.own.get_or_insert((meta.path.span(), "with"));
                self.with.extend(With::parse(meta)?);
                false
            }
            "profile" => {
                self.own.get_or_insert((meta.path.span(), "profile"));
                self.profiles.push(expected(meta, "`profile = \"…\"`")?);
                false
            }
            "set" => {
                self.own.get_or_insert((meta.path.span(), "set"));
                self.assignments.extend(settings(meta)?);
                false
            }
            "share" => {
                let is_said = meta.input.peek(Token![=]);
                let share = if is_said { meta.value()?.parse::<LitBool>()?.value } else { true };
                self.share.replace((meta.path.span(), share)).is_some()
            }
            _ => return Ok(false),
        };
        match given {
            true => Err(meta.error(format!("`{name}` is given twice"))),
            false => Ok(true),
        }
    }

    /// Takes from the group what is not said here.
    fn fill(&mut self, group: Options) {
        let own = std::mem::replace(self, group);
        self.tags.extend(own.tags);
        self.timeout = own.timeout.or(self.timeout);
        self.retries = own.retries.or(self.retries.take());
        self.exclusive = own.exclusive.or(self.exclusive.take());
        self.setup = own.setup.or(self.setup.take());
        self.teardown = own.teardown.or(self.teardown.take());
        // What comes later counts.
        self.with.extend(own.with);
        self.profiles.extend(own.profiles);
        self.assignments.extend(own.assignments);
        self.share = own.share.or(self.share);
        self.own = own.own.or(self.own);
    }
}

impl With {
    /// Reads `with = path` or `with(Type = value, …)`.
    fn parse(meta: &ParseNestedMeta<'_>) -> Result<Vec<With>> {
        if !meta.input.peek(Paren) {
            return Ok(vec![With::Function(expected(
                meta,
                "`with = function` or `with(dyn Trait = value)`",
            )?)]);
        }
        let inner;
        parenthesized!(inner in meta.input);
        let values = Punctuated::<With, Token![,]>::parse_terminated(&inner)?;
        Ok(values.into_iter().collect())
    }

    fn expand(&self, private: &TokenStream, builder: &TokenStream) -> TokenStream {
        match self {
            With::Function(function) => {
                let path = path_of(function.to_token_stream());
                quote_spanned! {function.span()=>
                    #private::replace(#builder, #path, #private::here!(), #function)
                }
            }
            With::Value(stand_in) => {
                let (ty, value) = &**stand_in;
                let path = path_of(ty.to_token_stream());
                let value = quote_spanned!(value.span()=> #private::Given(#value).shared());
                quote_spanned! {ty.span()=>
                    #private::stand_in::<#ty>(#builder, #path, #private::here!(), #value)
                }
            }
        }
    }
}

impl Parse for With {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        const EXPECTED: &str = "expected `dyn Trait = value` or `Type = value`";
        let ty: Type = input.parse().map_err(|error| Error::new(error.span(), EXPECTED))?;
        input.parse::<Token![=]>().map_err(|error| Error::new(error.span(), EXPECTED))?;
        Ok(With::Value(Box::new((ty, input.parse()?))))
    }
}

/// The full name of what stands in, for messages.
fn path_of(what: TokenStream) -> TokenStream {
    let name = format!("::with({})", what.to_string().replace(" :: ", "::"));
    quote!(::core::concat!(::core::module_path!(), #name))
}

/// Reads the value behind `=`.
fn expected<T: Parse>(meta: &ParseNestedMeta<'_>, form: &str) -> Result<T> {
    let wrong = |error: Error| Error::new(error.span(), format!("expected {form}"));
    if !meta.input.peek(Token![=]) {
        return Err(meta.error(format!("expected {form}")));
    }
    meta.value()?.parse().map_err(wrong)
}

/// Reads `option("a", "b")` or `option = "a"`.
fn names(meta: &ParseNestedMeta<'_>, form: &str, what: &str) -> Result<Vec<LitStr>> {
    let names: Vec<LitStr> = if meta.input.peek(Paren) {
        let inner;
        parenthesized!(inner in meta.input);
        let wrong = |error: Error| Error::new(error.span(), format!("expected `{form}`"));
        Punctuated::<LitStr, Token![,]>::parse_terminated(&inner)
            .map_err(wrong)?
            .into_iter()
            .collect()
    } else {
        vec![expected(meta, &format!("`{form}`"))?]
    };
    if names.is_empty() {
        return Err(meta.error(format!("expected `{form}`")));
    }
    // They stand in filters and in names of the backend's.
    let valid = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_valid = |name: &&LitStr| {
        let name = name.value();
        !name.is_empty() && name.chars().all(valid)
    };
    match names.iter().find(|name| !is_valid(name)) {
        None => Ok(names),
        Some(name) => {
            let message = format!("{what} consists of letters, digits, `-`, `_` and `.`");
            Err(Error::new_spanned(name, message))
        }
    }
}

/// Reads `set(name.key = value, …)`.
fn settings(meta: &ParseNestedMeta<'_>) -> Result<Vec<String>> {
    if !meta.input.peek(Paren) {
        return Err(meta.error("expected `set(name.key = value)`"));
    }
    let inner;
    parenthesized!(inner in meta.input);
    let settings = Punctuated::<Setting, Token![,]>::parse_terminated(&inner)?;
    Ok(settings.iter().map(Setting::assignment).collect())
}
