//! The built graph: hands components out, starts them in order and stops them in reverse.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

#[cfg(feature = "tokio")]
use once_cell::sync::OnceCell;
use thinking_runtime::{Helpers, ReadSet, Recorded, Recording, Runtime, helpers, helpers_of};

#[cfg(feature = "tokio")]
use crate::async_runtime::AsyncRuntime;
use crate::builder::{Blueprint, ContainerBuilder, Origin};
use crate::frame::{self, Frame, OpenScope};
use crate::graph::Graph;
use crate::lifecycle::Outcome;
use crate::provided::Provided;
use crate::requirement::Requirement;
use crate::resolver::{ResolveError, Resolver};
use crate::scope::Scope;
use crate::watch::Watch;
use crate::wiring::Wiring;
use crate::{BoxError, Inject};

mod building;
mod error;

pub use error::{ContainerError, FailedComponent, NeededBy};

/// A built, validated graph of components; cheap to clone.
///
/// One that is injected into a component does not keep the components alive, so that dropping the
/// others releases everything; its methods then say [`ResolveError::Gone`].
#[derive(Clone)]
pub struct Container {
    hold: Hold,
    runtime: Option<Arc<Runtime>>,
}

#[derive(Clone)]
enum Hold {
    Strong(Arc<Inner>, Option<Arc<Frame>>),
    Weak(Weak<Inner>, Option<Weak<Frame>>),
}

pub(crate) struct Inner {
    pub(crate) graph: Graph,
    pub(crate) runtime: Option<Arc<Runtime>>,
    pub(crate) origin: Origin,
    /// Each provided type of each component: an `Arc` of that type, once it is built.
    pub(crate) slots: Vec<OnceLock<Provided>>,
    /// What each component read and called while it was constructed and started.
    recorded: Mutex<BTreeMap<u32, Recorded>>,
    /// What was started, in order, until it is stopped.
    started: Mutex<Vec<u32>>,
    /// How long each component took, if that is measured.
    times: Option<Mutex<BTreeMap<u32, Times>>>,
    /// Made when the first asks for it.
    #[cfg(feature = "tokio")]
    pub(crate) tokio: OnceCell<AsyncRuntime>,
}

/// How long it took to construct and to start a component.
#[derive(Default, Clone, Copy)]
struct Times {
    construct: Option<Duration>,
    start: Option<Duration>,
}

/// What a value that came from a container depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineage {
    /// The full names of the components, in order.
    pub components: Vec<String>,
    /// The settings that they read while they were constructed and started.
    pub reads: ReadSet,
    /// The tracked helpers that they called meanwhile, and the tracked `impl` blocks of their
    /// types.
    pub helpers: Helpers,
}

impl Container {
    /// Starts to describe a container.
    pub fn builder() -> ContainerBuilder {
        ContainerBuilder::default()
    }

    pub(crate) fn strong(inner: Arc<Inner>, frame: Option<Arc<Frame>>) -> Self {
        let runtime = inner.runtime.clone();
        Container { hold: Hold::Strong(inner, frame), runtime }
    }

    pub(crate) fn weak(inner: &Arc<Inner>, frame: Option<&Arc<Frame>>) -> Self {
        let hold = Hold::Weak(Arc::downgrade(inner), frame.map(Arc::downgrade));
        Container { hold, runtime: inner.runtime.clone() }
    }

    /// A handle to nothing.
    pub(crate) fn gone() -> Self {
        Container { hold: Hold::Weak(Weak::new(), None), runtime: None }
    }

    pub(crate) fn start(blueprint: Blueprint) -> Result<Container, ContainerError> {
        let Blueprint { graph, runtime, origin, timed } = blueprint;
        let mut slots = Vec::new();
        slots.resize_with(graph.slots(), OnceLock::new);
        let (recorded, started) = (Mutex::default(), Mutex::default());
        let times = timed.then(Mutex::default);
        let inner = Arc::new(Inner {
            graph,
            runtime,
            origin,
            slots,
            recorded,
            started,
            times,
            #[cfg(feature = "tokio")]
            tokio: OnceCell::new(),
        });
        let watch = Watch::new(inner.origin.limit);
        let hooked = inner.construct(&watch)?;
        let container = Container::strong(inner.clone(), None);
        if let Err(error) = inner.start_all(&hooked, &watch) {
            let reason = std::error::Error::source(&error).map(ToString::to_string);
            container.stop(&Outcome::Failure(reason.unwrap_or_default()));
            return Err(error);
        }
        Ok(container)
    }

    /// Stops the components that were started, in reverse order, and tells each how the work
    /// ended. Errors of stopping are logged and returned; a second call does nothing.
    pub fn stop(&self, outcome: &Outcome) -> Vec<BoxError> {
        let Some(inner) = self.inner() else { return Vec::new() };
        let started = std::mem::take(&mut *lock(&inner.started));
        let started = started.iter().filter_map(|index| Some((*index, inner.own(*index)?)));
        frame::stop(&inner, started, outcome)
    }

    /// Returns the component that provides `T`, which may be a `dyn Trait`. For a singleton that
    /// costs a look-up by the type's hash and the clone of an `Arc`.
    ///
    /// # Errors
    ///
    /// None or several provide it, or it is not built in this container.
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>, ResolveError> {
        if let Hold::Strong(inner, _) = &self.hold
            && let Some(ready) = inner.ready(const { TypeId::of::<T>() })
            && let Some(ready) = ready.get::<T>()
        {
            return Ok(ready.clone());
        }
        self.resolve_one()
    }

    /// Returns a value of any type that can be injected.
    ///
    /// # Errors
    ///
    /// The container cannot supply it.
    pub fn inject<T: Inject>(&self, name: Option<&str>) -> Result<T, ResolveError> {
        T::resolve(&self.resolver(), name)
    }

    /// Returns what constructors see of the container, to resolve several values with.
    pub fn resolver(&self) -> Resolver<'_> {
        match &self.hold {
            Hold::Strong(inner, frame) => Resolver::new(inner, frame.clone()),
            Hold::Weak(inner, frame) => {
                Resolver::own(inner.upgrade(), frame.as_ref().and_then(Weak::upgrade))
            }
        }
    }

    /// As [`resolver`](Self::resolver), but of the stage or step that is running on this thread.
    pub(crate) fn here(&self) -> Resolver<'static> {
        let inner = self.inner();
        let running = inner.as_ref().and_then(Frame::running);
        Resolver::own(inner, running.or_else(|| self.frame()))
    }

    /// Opens a scope for the time of a stage or a step: components of that scope are made when
    /// they are first asked for, through [`OpenScope::container`], and once.
    ///
    /// ```
    /// extern crate thinking_injection as thinking;
    /// use std::sync::Arc;
    /// use thinking::{Container, Scope, component};
    ///
    /// #[component(scope = step)]
    /// struct Scratch {
    ///     #[inject(default)]
    ///     lines: std::sync::Mutex<Vec<String>>,
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let container = Container::builder().registered().build()?;
    /// let (one, two) = (container.open(Scope::Step), container.open(Scope::Step));
    /// let first: Arc<Scratch> = one.container().get()?;
    /// assert!(Arc::ptr_eq(&first, &one.container().get()?));
    /// assert!(!Arc::ptr_eq(&first, &two.container().get()?));
    /// assert!(container.get::<Scratch>().is_err());
    /// # Ok(()) }
    /// ```
    ///
    /// If the container has been dropped, so is what the scope gives.
    pub fn open(&self, scope: Scope) -> OpenScope {
        OpenScope::new(self, self.inner(), self.frame(), scope)
    }

    /// Returns the configuration that the container was built with.
    pub fn runtime(&self) -> Option<&Arc<Runtime>> {
        self.runtime.as_ref()
    }

    /// Returns what the answers to `requirements` depend on: the components, those that they
    /// depend on, the settings all of them read and the tracked helpers they called while they were
    /// constructed and started, and the tracked `impl` blocks of their types.
    /// What components of a stage or step read and called, [`OpenScope::recorded`] returns.
    pub fn lineage(&self, requirements: &[Requirement]) -> Lineage {
        let mut lineage = Lineage::default();
        let Some(inner) = self.inner() else { return lineage };
        let recorded = lock(&inner.recorded);
        for index in inner.graph.closure(requirements) {
            let component = inner.graph.component(index);
            lineage.components.push(component.path().to_owned());
            let recorded = recorded.get(&index).cloned().unwrap_or_default();
            lineage.reads.extend(recorded.settings);
            lineage.helpers.extend(recorded.helpers);
            lineage
                .helpers
                .extend(component.own().map(|own| helpers_of(own.id())).unwrap_or_default());
        }
        lineage.components.sort();
        lineage
    }

    /// Describes who needs what and who answers; with how long each component took if the
    /// container was built from a [`Blueprint::timed`](crate::Blueprint::timed).
    ///
    /// A container that was dropped gives an empty description.
    pub fn wiring(&self) -> Wiring {
        let Some(inner) = self.inner() else { return Wiring::default() };
        let mut wiring = inner.graph.describe(&inner.origin.askers);
        if let Some(times) = &inner.times {
            let times = lock(times);
            for (index, component) in wiring.components.iter_mut().enumerate() {
                let times = times.get(&(index as u32)).copied().unwrap_or_default();
                (component.construct, component.start) = (times.construct, times.start);
            }
        }
        wiring
    }

    /// Starts to describe another container with the same components, configuration and
    /// decisions, in which some may be replaced. The two share no instances.
    ///
    /// A container that was dropped gives an empty description.
    pub fn derive(&self) -> ContainerBuilder {
        match self.inner() {
            Some(inner) => ContainerBuilder::like(&inner),
            None => ContainerBuilder::default(),
        }
    }

    pub(crate) fn inner(&self) -> Option<Arc<Inner>> {
        match &self.hold {
            Hold::Strong(inner, _) => Some(inner.clone()),
            Hold::Weak(inner, _) => inner.upgrade(),
        }
    }

    /// Apart from [`get`](Self::get), which is so short that callers inline it.
    #[cold]
    fn resolve_one<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>, ResolveError> {
        self.resolver().one(None)
    }

    fn frame(&self) -> Option<Arc<Frame>> {
        match &self.hold {
            Hold::Strong(_, frame) => frame.clone(),
            Hold::Weak(_, frame) => frame.as_ref().and_then(Weak::upgrade),
        }
    }
}

impl Inner {
    /// Returns the one that answers for a type if it is a singleton that is built.
    pub(crate) fn ready(&self, id: TypeId) -> Option<&Provided> {
        self.in_slot(self.graph.slot(id)?)
    }

    pub(crate) fn in_slot(&self, slot: usize) -> Option<&Provided> {
        self.slots.get(slot)?.get()
    }

    /// Returns a singleton as its own type if it is built.
    fn own(&self, index: u32) -> Option<&Provided> {
        self.in_slot(self.graph.first_slot(index))
    }

    /// Records what is read and called from now on, if there is anything.
    pub(crate) fn record(&self) -> Option<Recording> {
        let source = self.runtime.as_ref().map(|runtime| runtime.facets().source());
        (source.is_some() || !helpers().is_empty()).then(|| Recording::start(source))
    }

    /// Returns the runtime of what is `async`; makes it at the first call.
    #[cfg(feature = "tokio")]
    pub(crate) fn tokio(&self) -> Result<&AsyncRuntime, ResolveError> {
        let made = self.tokio.get_or_try_init(AsyncRuntime::new);
        made.map_err(|source| ResolveError::NoTokio { source: Arc::new(source) })
    }
}

/// Runs a constructor or hook; a panic is its error.
pub(crate) fn guarded<T>(run: impl FnOnce() -> Result<T, BoxError>) -> Result<T, BoxError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Err(format!("panic: {}", text.unwrap_or_default()).into())
    })
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
