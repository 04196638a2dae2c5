//! A component that is taken when it is used, not when its user is built.

use std::fmt;

use once_cell::sync::OnceCell;

use crate::Inject;
use crate::container::Container;
use crate::requirement::Want;
use crate::resolver::{ResolveError, Resolver};
use crate::scope::Scope;

/// Something injected that is taken from the container when it is first used.
///
/// It lets components need one another: the order of building ignores it, while the check of the
/// graph does not. It also lets a component use one that lives shorter: in a step it gives that
/// step's. It does not keep the container alive.
///
/// ```
/// extern crate thinking_injection as thinking;
/// use std::sync::Arc;
/// use thinking::{Container, Lazy, ResolveError, component};
///
/// #[component]
/// struct Parser {
///     evaluator: Lazy<Arc<Evaluator>>,
/// }
///
/// #[component]
/// struct Evaluator {
///     parser: Arc<Parser>,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let container = Container::builder().registered().build()?;
/// let evaluator: Arc<Evaluator> = container.get()?;
/// assert!(Arc::ptr_eq(&evaluator, &evaluator.parser.evaluator.get()?));
/// # Ok(()) }
/// ```
pub struct Lazy<T> {
    container: Container,
    name: Option<String>,
    /// A transient one is made once, at the first use; all others are the container's.
    made: OnceCell<T>,
    keeps: bool,
}

impl<T: Inject + Clone> Lazy<T> {
    /// Returns the value; as cheap as a look-up.
    ///
    /// # Errors
    ///
    /// - [`ResolveError::NotBuilt`]: it is used in a constructor, and what it stands for has not
    ///   been built.
    /// - [`ResolveError::NoScope`]: it stands for something that lives in a stage or a step, and
    ///   none is running on this thread.
    /// - [`ResolveError::Failed`]: it is made now, and that fails. The next call tries again.
    /// - [`ResolveError::Gone`]: the container has been dropped.
    pub fn get(&self) -> Result<T, ResolveError> {
        let resolve = || self.container.here().resolve::<T>(self.name.as_deref());
        match self.keeps {
            true => self.made.get_or_try_init(resolve).cloned(),
            false => resolve(),
        }
    }
}

impl<T> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lazy").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<T: Inject> Inject for Lazy<T> {
    const WANT: Want = match T::WANT {
        Want::Components(key, arity) => Want::Later(key, arity),
        other => other,
    };

    fn resolve(resolver: &Resolver<'_>, name: Option<&str>) -> Result<Self, ResolveError> {
        let keeps = match T::WANT {
            Want::Components(key, _) => resolver.scope_of(key, name) == Some(Scope::Transient),
            _ => false,
        };
        let (container, name) = (resolver.weak(), name.map(str::to_owned));
        Ok(Lazy { container, name, made: OnceCell::new(), keeps })
    }
}
