//! A built component without its type.

use std::any::Any;
use std::sync::Arc;

/// An `Arc<T>` without its type, where `T` is a component's own type or an interface.
#[doc(hidden)]
pub struct Provided(Box<dyn Any + Send + Sync>);

impl Provided {
    /// Hides the type of a component.
    #[inline]
    pub fn new<T: Send + Sync + 'static>(component: T) -> Self {
        Provided::of(Arc::new(component))
    }

    /// Hides the type of a component that is made already, which may be known as an interface only.
    #[inline]
    pub fn of<T: ?Sized + Send + Sync + 'static>(component: Arc<T>) -> Self {
        Provided(Box::new(component))
    }

    pub(crate) fn get<T: ?Sized + 'static>(&self) -> Option<&Arc<T>> {
        self.any().downcast_ref()
    }

    /// Returns the `Arc<T>`.
    pub(crate) fn any(&self) -> &dyn Any {
        &*self.0
    }
}
