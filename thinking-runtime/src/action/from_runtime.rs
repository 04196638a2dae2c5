//! What an action may take as a parameter.

use std::sync::Arc;

use crate::action::BoxError;
use crate::{Config, Facet, Runtime};

/// A parameter of a bootstrap action, or of what decides about components: [`Config`] of a facet, or `Arc<Runtime>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not there before components are",
    label = "actions and choices take `Config<Facet>` and `Arc<Runtime>`",
    note = "components do not exist yet when actions are performed and choices are made"
)]
pub trait FromRuntime: Sized {
    #[doc(hidden)]
    fn facet() -> Option<&'static str>;

    #[doc(hidden)]
    fn from_runtime(runtime: &Arc<Runtime>) -> Result<Self, BoxError>;
}

impl<F: Facet> FromRuntime for Config<F> {
    fn facet() -> Option<&'static str> {
        Some(F::NAME)
    }

    fn from_runtime(runtime: &Arc<Runtime>) -> Result<Self, BoxError> {
        Ok(runtime.facets().config()?)
    }
}

impl FromRuntime for Arc<Runtime> {
    fn facet() -> Option<&'static str> {
        None
    }

    fn from_runtime(runtime: &Arc<Runtime>) -> Result<Self, BoxError> {
        Ok(runtime.clone())
    }
}
