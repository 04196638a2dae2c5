//! What each parameter of a test or fixture is: a value of a row, that of `setup`, a fixture, or
//! injected.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Error, FnArg, Ident, Pat, PatType, Path, Result, Signature, Type};

use crate::parameter::{Parameter, Source};
use crate::shared::combine;

/// The variables that generated code hands around.
pub(crate) struct Variables {
    pub(crate) cx: TokenStream,
    pub(crate) fixtures: TokenStream,
    pub(crate) setup: TokenStream,
}

impl Variables {
    pub(crate) fn new() -> Variables {
        Variables { cx: quote!(__cx), fixtures: quote!(__fixtures), setup: quote!(__setup) }
    }
}

/// Whether a parameter called `setup` has a value.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum SetupIs {
    /// There is `setup = …`.
    Given,
    /// There could be one.
    Missing,
    /// The name means nothing here.
    Ordinary,
}

/// How the body gets the value of `setup`.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Passing {
    Taken,
    Borrowed,
}

/// All parameters, those of rows excepted.
#[derive(Default)]
pub(crate) struct Bindings {
    /// The expressions of the values, in order.
    pub(crate) values: Vec<TokenStream>,
    /// What the container supplies.
    pub(crate) requirements: Vec<TokenStream>,
    /// The types of the fixtures.
    pub(crate) fixtures: Vec<Path>,
    /// Whether one is the value of `setup`.
    pub(crate) setup: Option<Passing>,
}

impl Bindings {
    /// Reads the parameters after the first `of_rows`; the framework's attributes are removed from
    /// all of them, also where something is wrong.
    pub(crate) fn read(
        signature: &mut Signature,
        of_rows: usize,
        setup_is: SetupIs,
        private: &TokenStream,
    ) -> Result<Bindings> {
        let (mut bindings, mut errors) = (Bindings::default(), None);
        let variables = Variables::new();
        for (position, argument) in signature.inputs.iter_mut().enumerate() {
            let read = match position < of_rows {
                true => check_row(argument),
                false => bindings.add(argument, setup_is, private, &variables),
            };
            if let Err(error) = read {
                combine(&mut errors, error);
            }
        }
        errors.map_or(Ok(bindings), Err)
    }

    /// Names for the types of the fixtures, so that one that does not exist is reported once.
    pub(crate) fn aliases(&self) -> TokenStream {
        let aliases = self.fixtures.iter().enumerate().map(|(position, fixture)| {
            let alias = alias(position, fixture.span());
            quote!(type #alias = #fixture;)
        });
        aliases.collect()
    }

    /// The types of the fixtures as the constant list of their definitions.
    pub(crate) fn definitions(&self, private: &TokenStream) -> TokenStream {
        let fixtures = self.fixtures.iter().map(
            |fixture| quote_spanned!(fixture.span()=> <#fixture as #private::Fixture>::DEFINITION),
        );
        quote!(&[#(#fixtures),*])
    }

    fn add(
        &mut self,
        argument: &mut FnArg,
        setup_is: SetupIs,
        private: &TokenStream,
        variables: &Variables,
    ) -> Result<()> {
        let from = take_from(argument)?;
        let (cx, fixtures, setup) = (&variables.cx, &variables.fixtures, &variables.setup);
        if let FnArg::Typed(PatType { attrs, pat, ty, .. }) = &*argument
            && !attrs.iter().any(|attribute| attribute.path().is_ident("inject"))
        {
            let span = ty.span();
            let name = name(pat);
            if setup_is != SetupIs::Ordinary && from.is_none() && name.is_some_and(is_setup) {
                if setup_is == SetupIs::Missing {
                    let message = "`setup` is the value of `setup = …`, which is missing: say which \
                                   function makes it, `#[thinking::test(setup = function)]`, or \
                                   rename the parameter";
                    return Err(Error::new_spanned(pat, message));
                }
                let (passing, value) = match &**ty {
                    Type::Reference(ty) if ty.mutability.is_some() => {
                        (Passing::Borrowed, quote_spanned!(span=> #private::kept(#setup)?))
                    }
                    Type::Reference(_) => {
                        (Passing::Borrowed, quote_spanned!(span=> &*#private::kept(#setup)?))
                    }
                    _ => (Passing::Taken, quote_spanned!(span=> #private::taken(#setup)?)),
                };
                self.setup = Some(passing);
                self.values.push(value);
                return Ok(());
            }
            if let Type::Reference(reference) = &**ty {
                if let Some(mutability) = &reference.mutability {
                    let message = "a fixture is shared by those who use it: take it as `&T`";
                    return Err(Error::new_spanned(mutability, message));
                }
                let fixture = match (from, name) {
                    (Some(path), _) => path,
                    (None, Some(name)) => Path::from(name.clone()),
                    (None, None) => {
                        let message = "a fixture needs a plain name, or `#[from(path)]` before it";
                        return Err(Error::new_spanned(pat, message));
                    }
                };
                let alias = alias(self.fixtures.len(), fixture.span());
                self.values.push(quote_spanned!(span=> &*#fixtures.get::<#alias>(#cx)?));
                self.fixtures.push(fixture);
                return Ok(());
            }
        }
        if let Some(path) = from {
            let message =
                "`#[from(path)]` names the fixture of a parameter of a reference type, `&T`";
            return Err(Error::new_spanned(path, message));
        }
        let mut parameter = Parameter::of_argument(argument)?;
        // Whatever its type: the trait `Inject` says better what is wrong with it.
        if let Source::Argument = parameter.source {
            parameter.source = Source::Injected(None);
        }
        self.requirements.extend(parameter.requirement(private));
        self.values.push(parameter.value(private, cx));
        Ok(())
    }
}

/// Refuses what a parameter cannot be that gets its value from a row.
fn check_row(argument: &mut FnArg) -> Result<()> {
    let attribute = match argument {
        FnArg::Typed(typed) => {
            let ours = |attribute: &mut Attribute| {
                ["from", "inject"].iter().any(|name| attribute.path().is_ident(name))
            };
            typed.attrs.extract_if(.., ours).next()
        }
        FnArg::Receiver(receiver) => {
            let message = "a method cannot be used here: write a free function";
            return Err(Error::new_spanned(receiver, message));
        }
    };
    match attribute {
        None => Ok(()),
        Some(attribute) => {
            let message = "a `#[row(…)]` gives this parameter its value: rows fill the first \
                           parameters, those after them are injected";
            Err(Error::new_spanned(attribute, message))
        }
    }
}

/// Removes `#[from(path)]` and returns the path.
fn take_from(argument: &mut FnArg) -> Result<Option<Path>> {
    let FnArg::Typed(typed) = argument else { return Ok(None) };
    let is_from = |attribute: &mut Attribute| attribute.path().is_ident("from");
    match typed.attrs.extract_if(.., is_from).last() {
        None => Ok(None),
        Some(attribute) => attribute.parse_args().map(Some).map_err(|_| {
            Error::new_spanned(&attribute, "expected the path of a fixture, `#[from(path)]`")
        }),
    }
}

fn alias(position: usize, span: Span) -> Ident {
    format_ident!("__Fixture{position}", span = span)
}

fn name(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(pattern) => Some(&pattern.ident),
        _ => None,
    }
}

fn is_setup(name: &Ident) -> bool {
    *name == format_ident!("setup")
}
