//! Makes new components on demand.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::Inject;
use crate::container::Container;
use crate::requirement::{TypeKey, Want};
use crate::resolver::{ResolveError, Resolver};

/// Makes a new component at each call; its scope must be [`Scope::Transient`](crate::Scope::Transient).
///
/// ```
/// extern crate thinking_injection as thinking;
/// use std::sync::Arc;
/// use thinking::{Container, Factory, component};
///
/// #[component(scope = transient)]
/// struct Connection;
///
/// #[component]
/// struct Pool {
///     connections: Factory<Arc<Connection>>,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let container = Container::builder().registered().build()?;
/// let pool: Arc<Pool> = container.get()?;
/// let connections = [pool.connections.create()?, pool.connections.create()?];
/// # Ok(()) }
/// ```
pub struct Factory<T> {
    container: Container,
    name: Option<String>,
    of: PhantomData<fn() -> T>,
}

impl<T: Inject> Factory<T> {
    /// Makes a new one.
    ///
    /// # Errors
    ///
    /// - [`ResolveError::Failed`]: its constructor fails.
    /// - [`ResolveError::NotBuilt`]: it is used in a constructor, and what the new one needs has
    ///   not been built.
    /// - [`ResolveError::Gone`]: the container has been dropped.
    pub fn create(&self) -> Result<T, ResolveError> {
        self.container.here().resolve(self.name.as_deref())
    }
}

impl<T> fmt::Debug for Factory<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Factory").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<T: ?Sized + Send + Sync + 'static> Inject for Factory<Arc<T>> {
    const WANT: Want = Want::Fresh(TypeKey::of::<T>());

    fn resolve(resolver: &Resolver<'_>, name: Option<&str>) -> Result<Self, ResolveError> {
        let name = name.map(str::to_owned);
        Ok(Factory { container: resolver.weak(), name, of: PhantomData })
    }
}
