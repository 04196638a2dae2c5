//! The options of `#[step]` that say how it is executed: retries and a time limit.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::meta::ParseNestedMeta;
use syn::{Error, Expr, ExprLit, ExprPath, ExprRange, Lit, LitBool, LitInt, Result};

use crate::task::Kind;

const OPTIONS: [&str; 5] = ["retries", "backoff", "jitter", "retry_if", "timeout"];

/// How a step is executed, as its attribute says.
#[derive(Default)]
pub(crate) struct Policy {
    retries: Option<LitInt>,
    backoff: Option<(Duration, Duration)>,
    jitter: Option<LitBool>,
    retry_if: Option<ExprPath>,
    timeout: Option<Duration>,
    /// The first option that says something of retries only.
    of_retries: Option<(TokenStream, &'static str)>,
}

impl Policy {
    /// Reads an option; false if it is none of these.
    pub(crate) fn parse(&mut self, kind: Kind, meta: &ParseNestedMeta<'_>) -> Result<bool> {
        let Some(option) = OPTIONS.into_iter().find(|option| meta.path.is_ident(option)) else {
            return Ok(false);
        };
        if kind == Kind::Stage {
            let message = format!("`{option}` is for steps: a stage only runs its tasks");
            return Err(meta.error(message));
        }
        let value = meta.value()?;
        match option {
            "retries" => {
                let retries: LitInt = value.parse()?;
                retries.base10_parse::<u32>()?;
                self.retries = Some(retries);
            }
            "backoff" => self.backoff = Some(pauses(&value.parse()?)?),
            "jitter" => self.jitter = Some(value.parse()?),
            "retry_if" => self.retry_if = Some(value.parse()?),
            _ => self.timeout = Some(duration(&value.parse()?)?),
        }
        if !matches!(option, "retries" | "timeout") {
            self.of_retries.get_or_insert((meta.path.to_token_stream(), option));
        }
        Ok(true)
    }

    /// Refuses what would have no effect.
    pub(crate) fn check(&self) -> Result<()> {
        match (&self.retries, &self.of_retries) {
            (None, Some((tokens, option))) => {
                let message = format!("`{option}` needs `retries = n` beside it");
                Err(Error::new_spanned(tokens, message))
            }
            _ => Ok(()),
        }
    }

    /// Writes it as a constant expression.
    pub(crate) fn expand(&self, private: &TokenStream) -> TokenStream {
        let time = |time: Duration| {
            let (seconds, nanos) = (time.as_secs(), time.subsec_nanos());
            quote!(#private::Duration::new(#seconds, #nanos))
        };
        let retries = self.retries.iter().map(|retries| quote!(.retries(#retries)));
        let backoff = self.backoff.iter().map(|(first, longest)| {
            let (first, longest) = (time(*first), time(*longest));
            quote!(.backoff(#first, #longest))
        });
        let jitter = self.jitter.iter().map(|jitter| quote!(.jitter(#jitter)));
        let retry_if = self.retry_if.iter().map(|path| quote!(.retry_if(#path)));
        let timeout = self.timeout.iter().map(|limit| {
            let limit = time(*limit);
            quote!(.timeout(#limit))
        });
        quote!(#private::Policy::new() #(#retries)* #(#backoff)* #(#jitter)* #(#retry_if)* #(#timeout)*)
    }
}

/// Reads `"2s"`, for every pause, or `"1s".."1m"`, for the first and the longest.
fn pauses(value: &Expr) -> Result<(Duration, Duration)> {
    match value {
        Expr::Range(ExprRange { start: Some(first), end: Some(longest), .. }) => {
            let (first, longest) = (duration(first)?, duration(longest)?);
            match first <= longest {
                true => Ok((first, longest)),
                false => {
                    Err(Error::new_spanned(value, "the longest pause is shorter than the first"))
                }
            }
        }
        Expr::Range(_) => {
            let message = "expected the first pause and the longest, `\"1s\"..\"1m\"`, or one for \
                           all, `\"2s\"`";
            Err(Error::new_spanned(value, message))
        }
        _ => duration(value).map(|pause| (pause, pause)),
    }
}

/// Reads a time as people write it; more than nothing.
pub(crate) fn duration(value: &Expr) -> Result<Duration> {
    const EXPECTED: &str = "a duration is written as `\"90s\"` or `\"1h 30m\"`";
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = value else {
        return Err(Error::new_spanned(value, EXPECTED));
    };
    let time = humantime::parse_duration(&text.value())
        .map_err(|error| Error::new_spanned(text, format!("{error}: {EXPECTED}")))?;
    match time.is_zero() {
        true => Err(Error::new_spanned(text, "a duration here is more than nothing")),
        false => Ok(time),
    }
}
