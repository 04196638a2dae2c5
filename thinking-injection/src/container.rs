//! The built graph: hands components out, starts them in order and stops them in reverse.

use std::any::TypeId;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use once_cell::sync::OnceCell;
use thinking_runtime::{ReadSet, Recording, Runtime};
use thiserror::Error;

use crate::builder::{Blueprint, ContainerBuilder, WiringError};
use crate::component::Provided;
use crate::graph::Graph;
use crate::lifecycle::{Instance, Outcome};
use crate::requirement::Requirement;
use crate::resolver::{ResolveError, Resolver};
use crate::{BoxError, Inject};

/// A built, validated graph of components; cheap to clone.
#[derive(Clone)]
pub struct Container {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) graph: Graph,
    pub(crate) runtime: Option<Arc<Runtime>>,
    /// Each provided type of each component that is built: an `Arc` of that type.
    pub(crate) slots: HashMap<(TypeId, usize), OnceCell<Provided>>,
    /// The settings that each component read while it was constructed and started.
    reads: Mutex<HashMap<usize, ReadSet>>,
    /// What was started, in order, until it is stopped.
    started: Mutex<Vec<(usize, Instance)>>,
}

/// What a value that came from a container depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineage {
    /// The full names of the components, in order.
    pub components: Vec<String>,
    /// The settings that they read while they were constructed and started.
    pub reads: ReadSet,
}

/// Why a container could not be built.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ContainerError {
    /// The graph is wrong; nothing was constructed.
    #[error(transparent)]
    Wiring(#[from] WiringError),

    /// A constructor failed; what was started before was stopped again.
    #[error("component `{component}` cannot be constructed{}", needed_by(.chain))]
    Construct {
        /// The component's full name.
        component: String,
        /// Who needed it, nearest first.
        chain: Vec<String>,
        /// What its constructor said.
        source: BoxError,
    },

    /// A start hook failed; what was started before was stopped again.
    #[error("component `{component}` cannot be started{}", needed_by(.chain))]
    Start {
        /// The component's full name.
        component: String,
        /// Who needed it, nearest first.
        chain: Vec<String>,
        /// What its hook said.
        source: BoxError,
    },
}

fn needed_by(chain: &[String]) -> String {
    chain.iter().map(|path| format!(", needed by `{path}`")).collect()
}

impl Container {
    /// Starts to describe a container.
    pub fn builder() -> ContainerBuilder {
        ContainerBuilder::default()
    }

    pub(crate) fn from_inner(inner: Arc<Inner>) -> Self {
        Container { inner }
    }

    pub(crate) fn start(blueprint: Blueprint) -> Result<Container, ContainerError> {
        let Blueprint { graph, runtime } = blueprint;
        let mut slots = HashMap::new();
        for index in &graph.order {
            for provision in &graph.components[*index].provisions {
                slots.insert((provision.key.id(), *index), OnceCell::new());
            }
        }
        let (reads, started) = (Mutex::default(), Mutex::default());
        let container =
            Container { inner: Arc::new(Inner { graph, runtime, slots, reads, started }) };
        let instances = container.construct()?;
        for (index, instance) in instances {
            if let Err(source) = container.start_one(index, instance) {
                let component = container.inner.graph.components[index].path().to_owned();
                container.stop(&Outcome::Failure(source.to_string()));
                let chain = container.inner.chain(index);
                return Err(ContainerError::Start { component, chain, source });
            }
        }
        Ok(container)
    }

    fn construct(&self) -> Result<Vec<(usize, Instance)>, ContainerError> {
        let inner = &self.inner;
        let mut instances = Vec::new();
        for index in &inner.graph.order {
            let component = &inner.graph.components[*index];
            let recording = inner.record();
            let result = guarded(|| component.construct(&Resolver::new(inner)));
            let reads = recording.map(Recording::finish).unwrap_or_default();
            let instance = result.map_err(|source| ContainerError::Construct {
                component: component.path().to_owned(),
                chain: inner.chain(*index),
                source,
            })?;
            lock(&inner.reads).insert(*index, reads);
            for provision in &component.provisions {
                let slot = inner.slots.get(&(provision.key.id(), *index));
                if let (Some(slot), Some(provided)) = (slot, provision.cast(&instance)) {
                    // Each slot is filled here only, once.
                    let _ = slot.set(provided);
                }
            }
            tracing::debug!(component = component.path(), "constructed");
            instances.push((*index, instance));
        }
        Ok(instances)
    }

    fn start_one(&self, index: usize, instance: Instance) -> Result<(), BoxError> {
        let component = &self.inner.graph.components[index];
        if let Some(hooks) = component.hooks {
            let recording = self.inner.record();
            let result = guarded(|| (hooks.start)(&instance));
            let reads = recording.map(Recording::finish).unwrap_or_default();
            lock(&self.inner.reads).entry(index).or_default().extend(reads);
            result?;
            tracing::debug!(component = component.path(), "started");
            lock(&self.inner.started).push((index, instance));
        }
        Ok(())
    }

    /// Stops the components that were started, in reverse order, and tells each how the work
    /// ended. Errors of stopping are logged and returned; a second call does nothing.
    pub fn stop(&self, outcome: &Outcome) -> Vec<BoxError> {
        let started = std::mem::take(&mut *lock(&self.inner.started));
        let mut errors = Vec::new();
        for (index, instance) in started.into_iter().rev() {
            let component = &self.inner.graph.components[index];
            let Some(hooks) = component.hooks else { continue };
            match guarded(|| (hooks.stop)(&instance, outcome)) {
                Ok(()) => tracing::debug!(component = component.path(), "stopped"),
                Err(error) => {
                    tracing::error!(component = component.path(), "cannot be stopped: {error}");
                    errors.push(error);
                }
            }
        }
        errors
    }

    /// Returns the component that provides `T`, which may be a `dyn Trait`.
    ///
    /// # Errors
    ///
    /// None or several provide it, or it is not built in this container.
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>, ResolveError> {
        Resolver::new(&self.inner).one(None)
    }

    /// Returns a value of any type that can be injected.
    ///
    /// # Errors
    ///
    /// The container cannot supply it.
    pub fn inject<T: Inject>(&self, name: Option<&str>) -> Result<T, ResolveError> {
        T::resolve(&Resolver::new(&self.inner), name)
    }

    /// Returns what constructors see of the container, to resolve several values with.
    pub fn resolver(&self) -> Resolver<'_> {
        Resolver::new(&self.inner)
    }

    /// Returns the configuration that the container was built with.
    pub fn runtime(&self) -> Option<&Arc<Runtime>> {
        self.inner.runtime.as_ref()
    }

    /// Returns what the answers to `requirements` depend on: the components, those that they
    /// depend on, and the settings all of them read while they were constructed.
    pub fn lineage(&self, requirements: &[Requirement]) -> Lineage {
        let graph = &self.inner.graph;
        let reads = lock(&self.inner.reads);
        let mut lineage = Lineage::default();
        for index in graph.closure(requirements) {
            lineage.components.push(graph.components[index].path().to_owned());
            lineage.reads.extend(reads.get(&index).cloned().unwrap_or_default());
        }
        lineage.components.sort();
        lineage
    }
}

impl Inner {
    /// Records the settings that are read from now on, if there are any.
    fn record(&self) -> Option<Recording> {
        self.runtime.as_ref().map(|runtime| Recording::start(runtime.facets().source()))
    }

    /// Returns who needed a component: its first user, that one's first user, and so on.
    fn chain(&self, index: usize) -> Vec<String> {
        let mut chain = Vec::new();
        let mut current = index;
        let users = |of: usize| {
            self.graph.order.iter().copied().find(|i| self.graph.dependencies(*i).contains(&of))
        };
        while let Some(user) = users(current) {
            chain.push(self.graph.components[user].path().to_owned());
            current = user;
        }
        chain
    }
}

/// Runs a constructor or hook; a panic is its error.
fn guarded<T>(run: impl FnOnce() -> Result<T, BoxError>) -> Result<T, BoxError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Err(format!("panic: {}", text.unwrap_or_default()).into())
    })
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
