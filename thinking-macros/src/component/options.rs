//! The options of `#[component]`.

use proc_macro2::TokenStream;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseBuffer;
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Error, Expr, Ident, LitStr, Path, Result, Token, Type, parenthesized};

use super::condition::Condition;
use crate::shared::{Krate, options};

const EXPECTED: &str = "`provides = dyn Trait`, `primary`, `fallback`, `named = \"…\"`, \
                        `order = n`, `scope = …`, `limit = …`, `parallel`, \
                        `when(…)`, `instances(…)`";

const SCOPES: [(&str, &str); 4] =
    [("singleton", "Singleton"), ("stage", "Stage"), ("step", "Step"), ("transient", "Transient")];

#[derive(Default)]
pub(super) struct Options {
    pub(super) provides: Vec<Type>,
    pub(super) primary: bool,
    pub(super) fallback: bool,
    pub(super) named: Option<LitStr>,
    pub(super) order: Option<Expr>,
    pub(super) limit: Option<Expr>,
    pub(super) parallel: Option<Path>,
    /// The variant of `Scope`, with the span of the user's word.
    pub(super) scope: Option<Ident>,
    pub(super) conditions: Vec<Condition>,
    /// Generic types or functions with their arguments.
    pub(super) instances: Vec<Path>,
}

impl Options {
    pub(super) fn parse(tokens: TokenStream, krate: &mut Krate) -> Result<Options> {
        let mut parsed = Options::default();
        options(tokens, krate, EXPECTED, |meta| parsed.option(meta))?;
        if let (Some(parallel), Some(scope)) = (&parsed.parallel, &parsed.scope)
            && scope != SCOPES[0].1
        {
            let message = "`parallel` is for singletons: others are made when they are asked for, \
                           by who asks";
            return Err(Error::new_spanned(parallel, message));
        }
        Ok(parsed)
    }

    fn option(&mut self, meta: &ParseNestedMeta<'_>) -> Result<bool> {
        if meta.path.is_ident("provides") {
            self.provides.push(meta.value()?.parse()?);
        } else if meta.path.is_ident("primary") {
            self.primary = true;
        } else if meta.path.is_ident("fallback") {
            self.fallback = true;
        } else if meta.path.is_ident("named") {
            self.named = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("order") {
            self.order = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("limit") {
            self.limit = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("scope") {
            self.scope = Some(scope(meta.value()?.parse()?)?);
        } else if meta.path.is_ident("parallel") {
            self.parallel = Some(meta.path.clone());
        } else if meta.path.is_ident("when") {
            let inner = parentheses(meta, "when(profile = \"…\")")?;
            let conditions = Punctuated::<Condition, Token![,]>::parse_terminated(&inner)?;
            if conditions.is_empty() {
                return Err(meta.error("expected `when(profile = \"…\")`"));
            }
            self.conditions.extend(conditions);
        } else if meta.path.is_ident("instances") {
            let inner = parentheses(meta, "instances(Name<u32>, …)")?;
            self.instances.extend(Punctuated::<Path, Token![,]>::parse_terminated(&inner)?);
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

fn parentheses<'a>(meta: &ParseNestedMeta<'a>, expected: &str) -> Result<ParseBuffer<'a>> {
    if !meta.input.peek(Paren) {
        return Err(meta.error(format!("expected `{expected}`")));
    }
    let inner;
    parenthesized!(inner in meta.input);
    Ok(inner)
}

fn scope(word: Ident) -> Result<Ident> {
    match SCOPES.iter().find(|(name, _)| word == name) {
        Some((_, variant)) => Ok(Ident::new(variant, word.span())),
        None => {
            let message = "expected `singleton`, `stage`, `step` or `transient`";
            Err(Error::new(word.span(), message))
        }
    }
}
