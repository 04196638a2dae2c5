//! `#[test]`: an ordinary test whose parameters are injected.

use std::env;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Ident, ItemFn, Meta, Result, ReturnType, Safety, Signature, parse2};

use crate::shared::{Krate, free_function, waited, with_errors};

pub(crate) mod binding;
pub(crate) mod group;
mod options;
mod row;
mod values;

use binding::{Bindings, Passing, SetupIs, Variables};
use options::Options;
use row::Row;

pub(crate) fn expand(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut function: ItemFn = match parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => return with_errors(error, item),
    };
    match transform(tokens, &mut function) {
        Ok(test) => test,
        Err(error) => with_errors(error, quote!()),
    }
}

fn transform(tokens: TokenStream, function: &mut ItemFn) -> Result<TokenStream> {
    let mut krate = Krate::new();
    let options = Options::parse(tokens, &mut krate)?;
    let instead = "write one test per type, each of which calls a generic function";
    free_function(&function.sig, "a test", instead)?;
    let rows = row::take(function)?;
    let of_rows = rows.first().map_or(0, |row| row.values.len());
    let choices = values::take(&mut function.sig, of_rows)?;
    let rows = values::combine_with(rows, &choices);
    let of_rows = rows.first().map_or(0, |row| row.values.len());
    let setup_is = if options.setup.is_some() { SetupIs::Given } else { SetupIs::Missing };
    let private = krate.private();
    let bindings = Bindings::read(&mut function.sig, of_rows, setup_is, &private)?;
    let test = Test { function, options, bindings, private };
    Ok(match rows.is_empty() {
        true => test.single(),
        false => test.of_rows(&rows),
    })
}

/// A test whose parts are known.
struct Test<'a> {
    function: &'a ItemFn,
    options: Options,
    bindings: Bindings,
    private: TokenStream,
}

impl Test<'_> {
    /// The test of a function without rows.
    ///
    /// The inner function has the test's own name: tools that name things after the enclosing
    /// function, as insta does with snapshots, see what the user wrote.
    fn single(&self) -> TokenStream {
        let ItemFn { attrs, vis, sig, block, .. } = self.function;
        let ident = &sig.ident;
        let module = quote!(::core::module_path!());
        let name = format!("::{ident}");
        let case = self.case(&module, &name, ident.span());
        let run = self.run(&[]);
        quote! {
            #(#attrs)* #[::core::prelude::v1::test]
            #vis fn #ident() { #case #sig #block #run }
        }
    }

    /// The function, and beside it a module of its name with a test per row. What runs them stands
    /// outside of the module, so that the values mean what they mean where they are written.
    fn of_rows(&self, rows: &[Row]) -> TokenStream {
        let ItemFn { attrs, vis, sig, block, .. } = self.function;
        let ident = &sig.ident;
        let is = |attribute: &Attribute, names: &[&str]| {
            names.iter().any(|name| attribute.path().is_ident(name))
        };
        let cfgs: Vec<_> = attrs.iter().filter(|attribute| is(attribute, &["cfg"])).collect();
        let of_harness: Vec<_> =
            attrs.iter().filter(|attribute| is_of_harness(attribute)).collect();
        let lints: Vec<_> = attrs.iter().filter(|attribute| is(attribute, &["allow"])).collect();
        let of_function = attrs.iter().filter(|attribute| !is_of_harness(attribute));
        let plain = ident.unraw();
        let module = format!("::{ident}");
        let module = quote!(::core::concat!(::core::module_path!(), #module));
        let (mut runs, mut tests) = (TokenStream::new(), TokenStream::new());
        for (position, row) in rows.iter().enumerate() {
            let registered = (position == 0).then(|| self.registered());
            let test = &row.ident;
            let run = format_ident!("__{plain}_{test}");
            let case = self.case(&module, &format!("::{ident}::{test}"), test.span());
            let body = self.run(&row.values);
            runs.extend(quote! {
                #(#cfgs)* #(#lints)* #[cfg(test)] fn #run() { #case #registered #body }
            });
            tests.extend(quote! {
                #(#of_harness)* #[::core::prelude::v1::test] fn #test() { super::#run() }
            });
        }
        quote! {
            #(#of_function)* #[cfg(test)] #vis #sig #block
            #runs
            #(#cfgs)* #[cfg(test)] mod #ident { #tests }
        }
    }

    /// What the binary knows of a case, and of its fixtures, at link time.
    fn case(&self, module: &TokenStream, name: &str, span: Span) -> TokenStream {
        let private = &self.private;
        let should_panic =
            self.function.attrs.iter().any(|attribute| attribute.path().is_ident("should_panic"));
        let policy = self.options.policy(should_panic, private);
        let place = quote_spanned! {span=>
            file: ::core::file!(), line: ::core::line!(), column: ::core::column!()
        };
        let fixtures = (!self.bindings.fixtures.is_empty()).then(|| {
            let aliases = self.bindings.aliases();
            let definitions = self.bindings.definitions(private);
            quote! {
                #aliases
                #[#private::linkme::distributed_slice(#private::FIXTURE_USES)]
                #[linkme(crate = #private::linkme)]
                static __USE: #private::FixtureUse = #private::FixtureUse {
                    case: ::core::option::Option::Some(&__CASE), fixtures: #definitions,
                };
            }
        });
        // What `linkme::distributed_slice` expands to, without its check of the type, which is known
        // here and of which the compiler makes two functions more for each case.
        quote! {
            #private::CASES! {
                #![linkme_macro = #private::CASES]
                static __CASE: #private::Case = #private::Case {
                    name: ::core::concat!(::core::module_path!(), #name), module: #module, #place,
                    policy: #policy,
                };
            }
            #fixtures
        }
    }

    /// A function with rows is defined itself; what its rows make is not written by anybody.
    fn registered(&self) -> TokenStream {
        let private = &self.private;
        let name = self.function.sig.ident.to_string();
        quote! {
            #private::register!(#private::Definition {
                module: ::core::module_path!(), name: #name, kind: #private::Kind::Test,
                place: #private::here!(), item: &__CASE,
            });
        }
    }

    /// The call that runs a case; `values` are those of its row.
    fn run(&self, values: &[Expr]) -> TokenStream {
        let private = &self.private;
        let built = built(private);
        let container = self.options.container(private);
        if self.is_function() && container.is_empty() {
            let ident = &self.function.sig.ident;
            return quote!(#private::run_function(&__CASE, &#built, #ident));
        }
        let Variables { cx, fixtures, setup } = Variables::new();
        let requirements = &self.bindings.requirements;
        let requirements = (!requirements.is_empty())
            .then(|| quote!(requirements: const { &[#(#requirements),*] },));
        let uses = (!self.bindings.fixtures.is_empty()).then(|| quote!(fixtures: __USE.fixtures,));
        let plan = quote! {
            &#private::Plan {
                #requirements #uses #container
                ..#private::Plan::new(&__CASE, &#built)
            }
        };
        let result = self.result(values, &cx);
        if self.options.setup.is_none() && self.options.teardown.is_none() {
            return quote! {
                #private::run_case(#plan, &mut #private::Plain(|#cx, #fixtures| #result))
            };
        }
        let (before, requirements, set_up) = self.set_up(&cx);
        // What is in between: the value, or an option of it and what is left for the teardown.
        let is_apart =
            self.bindings.setup == Some(Passing::Taken) && self.options.teardown.is_some();
        let (set_up, result, left) = match is_apart {
            true => (
                quote! {
                    #[allow(unused_imports)]
                    use #private::WithoutClone as _;
                    let __value = #set_up?;
                    let __left = #private::Left(&__value).left();
                    ::core::result::Result::Ok((::core::option::Option::Some(__value), __left))
                },
                quote! {
                    let #setup = &mut #private::kept(#setup)?.0;
                    #result
                },
                quote!(#private::taken(#setup)?.1),
            ),
            false => (set_up, result, quote!(#private::taken(#setup)?)),
        };
        let teardown = match &self.options.teardown {
            Some(teardown) => {
                quote_spanned!(teardown.span()=> #private::tear_down(#left, #teardown, __outcome))
            }
            None => quote!(::core::result::Result::Ok(())),
        };
        quote! {
            #before
            #private::run_case(#plan, &mut #private::Bound::new(
                #requirements,
                move |#cx| { #set_up },
                |#cx, #fixtures, #setup| { #result },
                |_, #setup, __outcome| #teardown,
            ))
        }
    }

    /// Tells whether the case is a plain `fn()` and nothing around it.
    fn is_function(&self) -> bool {
        let Signature { asyncness, safety, abi, inputs, output, .. } = &self.function.sig;
        self.options.setup.is_none()
            && self.options.teardown.is_none()
            && inputs.is_empty()
            && matches!(output, ReturnType::Default)
            && asyncness.is_none()
            && !matches!(safety, Safety::Unsafe(_))
            && abi.is_none()
    }

    /// What comes before the call, what `setup` asks of the container, and its value.
    fn set_up(&self, cx: &TokenStream) -> (TokenStream, TokenStream, TokenStream) {
        let private = &self.private;
        let Some(setup) = &self.options.setup else {
            let nothing = quote!(::core::result::Result::Ok(()));
            return (TokenStream::new(), quote!(::std::vec::Vec::new()), nothing);
        };
        let span = setup.span();
        let set_up = quote_spanned!(span=> #private::set_up(__set_up, #cx)?.value());
        (
            quote!(let __set_up = #setup;),
            quote_spanned!(span=> #private::requirements_of(&__set_up)),
            quote! {{
                #[allow(unused_imports)]
                use #private::WithoutError as _;
                #set_up
            }},
        )
    }

    /// The call of the function, as a result.
    fn result(&self, row: &[Expr], cx: &TokenStream) -> TokenStream {
        let private = &self.private;
        let sig = &self.function.sig;
        let ident: &Ident = &sig.ident;
        let values = row.iter().map(ToTokens::to_token_stream);
        let values = values.chain(self.bindings.values.iter().cloned());
        // A result that a test cannot return is reported at its type.
        let output = match &sig.output {
            ReturnType::Type(_, ty) => ty.span(),
            ReturnType::Default => ident.span(),
        };
        let call = quote_spanned!(output=> #ident(#(#values),*));
        let call = waited(sig, quote!(#private::block_on_test), cx, call);
        let result = quote_spanned!(output=> #private::CaseResult::into_result(__result));
        quote! {{
            let __result = #call;
            #result.map_err(#private::StageError::Returned)
        }}
    }
}

/// What cargo tells the crate about itself. It is read here rather than with `env!` where the case
/// stands, as a macro of the compiler for each value of each case is slow; cargo builds a crate again
/// when any of them changes.
fn built(private: &TokenStream) -> TokenStream {
    let value = |name: &str| match env::var(name) {
        Ok(text) => quote!(#text),
        // The compiler says what is wrong with it.
        Err(_) => quote!(::core::env!(#name)),
    };
    let binary = match env::var("CARGO_BIN_NAME") {
        Ok(name) => quote!(::core::option::Option::Some(#name)),
        Err(_) => quote!(::core::option::Option::None),
    };
    let has_directory_for_tests = env::var_os("CARGO_TARGET_TMPDIR").is_some();
    let [package, version, description, manifest_dir] =
        ["CARGO_PKG_NAME", "CARGO_PKG_VERSION", "CARGO_PKG_DESCRIPTION", "CARGO_MANIFEST_DIR"]
            .map(value);
    quote! {
        #private::Built {
            binary: #binary, has_directory_for_tests: #has_directory_for_tests, is_harness: true,
            package: #package, version: #version, description: #description,
            manifest_dir: #manifest_dir,
        }
    }
}

/// Tells whether an attribute is for the tests of a function's rows, also where it has a condition.
fn is_of_harness(attribute: &Attribute) -> bool {
    const NAMES: [&str; 2] = ["should_panic", "ignore"];
    let path = attribute.path();
    match &attribute.meta {
        Meta::List(list) if path.is_ident("cfg_attr") => list
            .tokens
            .clone()
            .into_iter()
            .any(|token| NAMES.iter().any(|name| token.to_string() == *name)),
        _ => NAMES.iter().any(|name| path.is_ident(name)),
    }
}
