//! Ends that are no failures, which a task gives to its session as errors.

use std::error::Error;
use std::iter;

use thiserror::Error;

/// Where an experiment goes from here. A task returns it as its error.
///
/// ```
/// use thinking_executor::{Flow, Tx, step};
/// use thinking_injection::BoxError;
///
/// #[step(crate = thinking_executor)]
/// fn fetch(page: u32, quota: u32) -> Result<String, BoxError> {
///     if page > quota {
///         return Err(Flow::to_be_continued("the quota of today is used up").into());
///     }
///     Ok(format!("page {page}"))
/// }
/// # let _ = fetch(1, 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Flow {
    /// Ends the session in order, to be continued by a later one: with exit code 75, and nothing of
    /// the step that returned it is kept. It is found anywhere in the chain of an error's causes.
    #[error("to be continued")]
    ToBeContinued(#[source] Reason),
}

impl Flow {
    /// Ends the session, to be continued by a later one; the reason is for people.
    pub fn to_be_continued(reason: impl Into<Reason>) -> Flow {
        Flow::ToBeContinued(reason.into())
    }

    /// Finds in the chain of an error why it is to be continued, if it is.
    pub fn reason_in<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Reason> {
        Reason::within(error)
    }
}

/// Why an experiment is to be continued later.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Reason(String);

impl<T: Into<String>> From<T> for Reason {
    fn from(reason: T) -> Reason {
        Reason(reason.into())
    }
}

impl Reason {
    /// Finds the reason in the chain of an error. An error type that hides the type of what it
    /// wraps still passes its source on, which is the reason itself.
    pub(crate) fn within<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Reason> {
        let mut chain = iter::successors(Some(error), |error| (**error).source());
        chain.find_map(|error| match error.downcast_ref::<Flow>() {
            Some(Flow::ToBeContinued(reason)) => Some(reason),
            None => error.downcast_ref(),
        })
    }
}

#[cfg(test)]
mod tests {
    //! The reason is found through what other error types make of it.

    use thinking_injection::BoxError;

    use super::*;

    #[derive(Debug, Error)]
    enum Wrapped {
        #[error(transparent)]
        Transparent(BoxError),
        #[error("wrapped")]
        Source(#[source] BoxError),
    }

    fn found(error: impl Into<BoxError>) -> Option<String> {
        Reason::within(&*error.into()).map(ToString::to_string)
    }

    #[test]
    fn it_is_found_in_the_chain_of_any_error_type() {
        let flow = || Flow::to_be_continued("later");
        let expected = Some("later".to_owned());
        assert_eq!(found(flow()), expected);
        assert_eq!(found(Wrapped::Transparent(flow().into())), expected);
        assert_eq!(found(Wrapped::Source(flow().into())), expected);
        assert_eq!(found(anyhow::Error::from(flow())), expected);
        assert_eq!(found(anyhow::Error::from(flow()).context("page 3").context("all")), expected);
        assert_eq!(found(Wrapped::Source("to be continued".into())), None);
    }
}
