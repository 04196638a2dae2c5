//! What a constructor sees of the container while it is built, and a task while it runs.

use std::any::Any;
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, OnceLock};

use thinking_modules::Place;
use thinking_runtime::{Config, Facet};
use thiserror::Error;

use crate::container::{Container, Inner, guarded};
use crate::frame::Frame;
use crate::graph::{Choice, Member};
use crate::provided::Provided;
use crate::requirement::TypeKey;
use crate::scope::Scope;
use crate::{BoxError, Inject};

/// Gives out what is built already, and makes what is made on demand.
pub struct Resolver<'a> {
    inner: Option<Held<'a>>,
    frame: Option<Arc<Frame>>,
    /// What the component needs that is being made, which must not keep its container alive.
    constructing: Option<Needed<'a>>,
}

/// What answers the requirements of one component.
#[derive(Clone, Copy)]
struct Needed<'a> {
    /// The slot of each, as far as one component answers.
    answers: &'a [u32],
    slots: &'a [OnceLock<Provided>],
}

enum Held<'a> {
    Borrowed(&'a Arc<Inner>),
    Own(Arc<Inner>),
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(inner: &'a Arc<Inner>, frame: Option<Arc<Frame>>) -> Self {
        Resolver { inner: Some(Held::Borrowed(inner)), frame, constructing: None }
    }

    /// Resolves what a component needs that is being made.
    pub(crate) fn constructing(
        inner: &'a Arc<Inner>,
        component: u32,
        frame: Option<Arc<Frame>>,
    ) -> Self {
        let needed = Needed { answers: inner.graph.required(component), slots: &inner.slots };
        Resolver { inner: Some(Held::Borrowed(inner)), frame, constructing: Some(needed) }
    }

    /// Resolves nothing if the container is gone.
    pub(crate) fn own(inner: Option<Arc<Inner>>, frame: Option<Arc<Frame>>) -> Self {
        Resolver { inner: inner.map(Held::Own), frame, constructing: None }
    }

    /// Takes a value of a type that can be injected.
    ///
    /// # Errors
    ///
    /// The container cannot supply it.
    pub fn resolve<T: Inject>(&self, name: Option<&str>) -> Result<T, ResolveError> {
        T::resolve(self, name)
    }

    /// Waits on this thread for `future`, inside the container's runtime of tokio, which is made if
    /// it is the first that needs it. For constructors in code; `#[component]` does it for an
    /// `async fn`.
    ///
    /// Also a thread that belongs to a runtime may call it: that thread is blocked meanwhile.
    ///
    /// # Errors
    ///
    /// [`ResolveError::NoTokio`]; the future was not begun.
    ///
    /// ```
    /// extern crate thinking_injection as thinking;
    /// use thinking::{Component, Container};
    /// use tokio::sync::oneshot;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let answer = Component::builder("app::answer", thinking_modules::here!(), |resolver| {
    ///     let (sender, receiver) = oneshot::channel();
    ///     let answer: u32 = resolver.block_on(async {
    ///         tokio::spawn(async { sender.send(42) });
    ///         receiver.await
    ///     })??;
    ///     Ok(answer)
    /// });
    /// let container = Container::builder().component(answer.build()).build()?;
    /// assert_eq!(*container.get::<u32>()?, 42);
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "tokio")]
    pub fn block_on<F: Future>(&self, future: F) -> Result<F::Output, ResolveError> {
        Ok(self.inner()?.tokio()?.block_on(future))
    }

    pub(crate) fn one<T: ?Sized + Send + Sync + 'static>(
        &self,
        name: Option<&str>,
    ) -> Result<Arc<T>, ResolveError> {
        let mut out = None;
        let found = self.find(const { TypeKey::of::<T>() }, name, &mut out)?;
        let found = found.and_then(|ready| ready.downcast_ref::<Arc<T>>()).cloned();
        found.or(out).ok_or_else(|| not_built(const { TypeKey::of::<T>() }))
    }

    /// As [`one`](Self::one), with the error of a constructor. Apart from what is ready, which every
    /// constructor looks for first, so that these stay short.
    #[cold]
    pub(crate) fn one_boxed<T: ?Sized + Send + Sync + 'static>(
        &self,
        name: Option<&str>,
    ) -> Result<Arc<T>, BoxError> {
        // Without `?`, whose parts would be compiled once per type, too.
        match self.one(name) {
            Ok(made) => Ok(made),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns what answers a requirement of the component that is being made, an `Arc`, if that is
    /// one singleton that is built. Nothing is looked up: who answers was found out before.
    pub(crate) fn required(&self, position: usize) -> Option<&dyn Any> {
        let Needed { answers, slots } = self.constructing?;
        let slot = *answers.get(position)?;
        Some(slots.get(slot as usize)?.get()?.any())
    }

    pub(crate) fn optional<T: ?Sized + Send + Sync + 'static>(
        &self,
        name: Option<&str>,
    ) -> Result<Option<Arc<T>>, ResolveError> {
        match self.inner()?.graph.choose(TypeKey::of::<T>(), name) {
            Choice::None => Ok(None),
            _ => self.one(name).map(Some),
        }
    }

    pub(crate) fn all<T: ?Sized + Send + Sync + 'static>(
        &self,
        name: Option<&str>,
    ) -> Result<Vec<Arc<T>>, ResolveError> {
        let inner = self.inner()?;
        let members = inner.graph.all(TypeKey::of::<T>()).iter();
        let named = |member: &&Member| {
            name.is_none() || inner.graph.component(member.component).name.as_deref() == name
        };
        members
            .filter(named)
            .map(|member| {
                if let Some(kept) = inner.in_slot(member.slot as usize)
                    && let Some(kept) = kept.get::<T>()
                {
                    return Ok(kept.clone());
                }
                let mut out = None;
                self.give(inner, *member, &mut out)?;
                out.ok_or_else(|| not_built(TypeKey::of::<T>()))
            })
            .collect()
    }

    pub(crate) fn by_name<T: ?Sized + Send + Sync + 'static>(
        &self,
    ) -> Result<BTreeMap<String, Arc<T>>, ResolveError> {
        let inner = self.inner()?;
        let members = inner.graph.all(TypeKey::of::<T>()).iter();
        let names = members.filter_map(|m| inner.graph.component(m.component).name.as_deref());
        let mut named = BTreeMap::new();
        for name in names {
            if !named.contains_key(name) {
                named.insert(name.to_owned(), self.one(Some(name))?);
            }
        }
        Ok(named)
    }

    pub(crate) fn config<F: Facet>(&self) -> Result<Config<F>, ResolveError> {
        let config = self.inner()?.runtime.as_ref().and_then(|r| r.facets().config::<F>().ok());
        config.ok_or(ResolveError::NoFacet { name: F::NAME })
    }

    #[cfg(feature = "tokio")]
    pub(crate) fn tokio(&self) -> Result<tokio::runtime::Handle, ResolveError> {
        Ok(self.inner()?.tokio()?.handle().clone())
    }

    pub(crate) fn container(&self) -> Result<Container, ResolveError> {
        let inner = self.inner()?;
        Ok(match self.constructing {
            Some(_) => self.weak(),
            None => Container::strong(inner.clone(), self.frame.clone()),
        })
    }

    /// Returns a handle that does not keep the container alive: one inside of it would do so for
    /// ever.
    pub(crate) fn weak(&self) -> Container {
        match self.inner() {
            Ok(inner) => Container::weak(inner, self.frame.as_ref()),
            Err(_) => Container::gone(),
        }
    }

    /// Returns the scope of the one that answers.
    pub(crate) fn scope_of(&self, key: TypeKey, name: Option<&str>) -> Option<Scope> {
        let inner = self.inner().ok()?;
        match inner.graph.choose(key, name) {
            Choice::One(member) => Some(inner.graph.component(member.component).scope),
            _ => None,
        }
    }

    fn inner(&self) -> Result<&Arc<Inner>, ResolveError> {
        match &self.inner {
            Some(Held::Borrowed(inner)) => Ok(inner),
            Some(Held::Own(inner)) => Ok(inner),
            None => Err(ResolveError::Gone),
        }
    }

    /// Returns the one that answers, an `Arc`, if it is a singleton that is built; otherwise fills
    /// `out`, an `Option` of that.
    fn find(
        &self,
        key: TypeKey,
        name: Option<&str>,
        out: &mut dyn Any,
    ) -> Result<Option<&dyn Any>, ResolveError> {
        let inner = self.inner()?;
        match inner.graph.choose(key, name) {
            Choice::One(member) => match inner.in_slot(member.slot as usize) {
                Some(ready) => Ok(Some(ready.any())),
                None => self.give(inner, member, out).map(|()| None),
            },
            Choice::None => Err(ResolveError::Missing { wanted: wanted(key, name) }),
            Choice::Ambiguous(candidates) => Err(ResolveError::Ambiguous {
                wanted: wanted(key, name),
                candidates: inner.graph.paths(&candidates),
            }),
        }
    }

    /// Fills `out` with a component as what it provides; makes it if its scope says so.
    fn give(
        &self,
        inner: &Arc<Inner>,
        member: Member,
        out: &mut dyn Any,
    ) -> Result<(), ResolveError> {
        let component = inner.graph.component(member.component);
        let position = member.slot as usize - inner.graph.first_slot(member.component);
        match component.scope {
            // It is not built, or would have been found before.
            Scope::Singleton => Ok(()),
            Scope::Transient => {
                let resolver = Resolver::constructing(inner, member.component, self.frame.clone());
                let made = guarded(|| component.construct_for(position, &resolver, out));
                made.map_err(|source| ResolveError::Failed {
                    component: component.path().to_owned(),
                    place: component.place,
                    source: source.into(),
                })
            }
            scope => {
                let frame = Frame::nearest(self.frame.as_ref(), inner, scope);
                let frame = frame.ok_or_else(|| ResolveError::NoScope {
                    component: component.path().to_owned(),
                    scope,
                })?;
                component.share(position, &*frame.instance(inner, member.component)?, out);
                Ok(())
            }
        }
    }
}

fn not_built(key: TypeKey) -> ResolveError {
    ResolveError::NotBuilt { wanted: key.to_string() }
}

fn wanted(key: TypeKey, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{key} named `{name}`"),
        None => key.to_string(),
    }
}

/// Why a container could not supply a value.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// Nothing active provides the type.
    #[error("no component provides `{wanted}`")]
    Missing {
        /// The type, with the name if one was asked for.
        wanted: String,
    },
    /// Several provide the type, and none is primary.
    #[error("several components provide `{wanted}`: {}; mark one as primary", candidates.join(", "))]
    Ambiguous {
        /// The type, with the name if one was asked for.
        wanted: String,
        /// The full names of the candidates.
        candidates: Vec<String>,
    },
    /// The container holds only what its askers need, and this is not part of it; or it is
    /// asked for while it is built.
    #[error("`{wanted}` is not built in this container")]
    NotBuilt {
        /// The type.
        wanted: String,
    },
    /// The component lives in a stage or step, and none is running here.
    #[error("`{component}` lives in a {scope}, and no {scope} is running here")]
    NoScope {
        /// The component's full name.
        component: String,
        /// Its scope.
        scope: Scope,
    },
    /// The component is made when it is asked for, and its constructor or start hook failed.
    #[error("component `{component}` ({place}) cannot be made")]
    Failed {
        /// The component's full name.
        component: String,
        /// Where it is declared.
        place: Place,
        /// What its constructor or hook said.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The facet is not loaded.
    #[error("facet `{name}` is not loaded in this container")]
    NoFacet {
        /// The facet's name.
        name: &'static str,
    },
    /// The system gives no threads for tokio.
    #[cfg(feature = "tokio")]
    #[error("the runtime of tokio cannot be started")]
    NoTokio {
        /// What the system said.
        source: Arc<std::io::Error>,
    },
    /// The container has been dropped.
    #[error("the container has been dropped")]
    Gone,
}
