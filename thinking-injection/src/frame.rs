//! What lives in one stage or step: made when it is first asked for there, stopped at its end.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use once_cell::sync::OnceCell;
use thinking_runtime::{Recorded, Recording};

use crate::BoxError;
use crate::container::{Container, Inner, guarded, lock};
use crate::lifecycle::Outcome;
use crate::provided::Provided;
use crate::requirement::Requirement;
use crate::resolver::{ResolveError, Resolver};
use crate::scope::Scope;
use crate::watch::Watch;

thread_local! {
    /// The scopes that are running on this thread, innermost last, each with its container's
    /// address.
    static RUNNING: RefCell<Vec<(*const Inner, Arc<Frame>)>> = const { RefCell::new(Vec::new()) };
}

/// A stage or a step that is running, with the components that live in it; made by
/// [`Container::open`].
///
/// Dropping it releases its components; [`close`](OpenScope::close) stops them before.
pub struct OpenScope {
    container: Container,
    frame: Option<Arc<Frame>>,
}

impl OpenScope {
    pub(crate) fn new(
        container: &Container,
        inner: Option<Arc<Inner>>,
        parent: Option<Arc<Frame>>,
        scope: Scope,
    ) -> Self {
        // Where nothing lives shorter than the container there is nothing to keep.
        match inner.filter(|inner| inner.graph.has_scoped) {
            Some(inner) => {
                let frame = Arc::new(Frame::new(scope, parent));
                let container = Container::strong(inner, Some(frame.clone()));
                OpenScope { container, frame: Some(frame) }
            }
            None => OpenScope { container: container.clone(), frame: None },
        }
    }

    /// Sets what holds while a component that lives here is made, started or stopped: `enter` is
    /// called before, on the same thread, and what it returns is dropped after. Who asks for a
    /// component first, and from where, then makes no difference to it.
    pub fn entering<G: 'static>(self, enter: impl Fn() -> G + Send + Sync + 'static) -> Self {
        if let Some(frame) = &self.frame {
            // The first one stays.
            let _ = frame.enter.set(Box::new(move || Box::new(enter())));
        }
        self
    }

    /// Returns the container as it is seen from here.
    pub fn container(&self) -> &Container {
        &self.container
    }

    /// Calls `run` while the scope is the innermost one on this thread, so that a
    /// [`Lazy`](crate::Lazy) finds what lives in it.
    pub fn run<T>(&self, run: impl FnOnce() -> T) -> T {
        struct Leave;
        impl Drop for Leave {
            fn drop(&mut self) {
                RUNNING.with_borrow_mut(Vec::pop);
            }
        }
        let (Some(frame), Some(inner)) = (&self.frame, self.container.inner()) else {
            return run();
        };
        RUNNING.with_borrow_mut(|running| running.push((Arc::as_ptr(&inner), frame.clone())));
        let _leave = Leave;
        run()
    }

    /// Returns the settings that the components which live here, and in the scopes around it,
    /// read while they were made, and the tracked helpers that they called, as far as
    /// `requirements` depend on them.
    pub fn recorded(&self, requirements: &[Requirement]) -> Recorded {
        let mut recorded = Recorded::default();
        if let (Some(frame), Some(inner)) = (&self.frame, self.container.inner()) {
            let reached = inner.graph.closure(requirements);
            for frame in frame.outward() {
                let made = lock(&frame.recorded);
                for (_, of_one) in made.iter().filter(|(index, _)| reached.contains(index)) {
                    recorded.extend(of_one.clone());
                }
            }
        }
        recorded
    }

    /// Stops the components that live here, in reverse order. Errors of stopping are logged and
    /// returned.
    pub fn close(self, outcome: &Outcome) -> Vec<BoxError> {
        match (&self.frame, self.container.inner()) {
            (Some(frame), Some(inner)) => {
                let started = std::mem::take(&mut *lock(&frame.started));
                let started = started.iter().map(|(index, made)| (*index, &**made));
                let _entered = frame.entered();
                stop(&inner, started, outcome)
            }
            _ => Vec::new(),
        }
    }
}

/// The components of one stage or step.
pub(crate) struct Frame {
    scope: Scope,
    parent: Option<Arc<Frame>>,
    cells: Mutex<BTreeMap<u32, Arc<OnceCell<Arc<Provided>>>>>,
    /// What is being made, and by which thread.
    making: Mutex<Vec<(ThreadId, u32)>>,
    /// What each component read and called while it was made.
    recorded: Mutex<BTreeMap<u32, Recorded>>,
    started: Mutex<Vec<(u32, Arc<Provided>)>>,
    enter: OnceCell<Enter>,
}

/// Returns what is to live while components are made, started or stopped.
type Enter = Box<dyn Fn() -> Box<dyn Any> + Send + Sync>;

impl Frame {
    fn new(scope: Scope, parent: Option<Arc<Frame>>) -> Self {
        Frame {
            scope,
            parent,
            cells: Mutex::default(),
            making: Mutex::default(),
            recorded: Mutex::default(),
            started: Mutex::default(),
            enter: OnceCell::new(),
        }
    }

    fn entered(&self) -> Option<Box<dyn Any>> {
        self.enter.get().map(|enter| enter())
    }

    /// Returns the innermost frame of `scope`: from `start` outward, or else of what is running
    /// on this thread.
    pub(crate) fn nearest(
        start: Option<&Arc<Frame>>,
        inner: &Arc<Inner>,
        scope: Scope,
    ) -> Option<Arc<Frame>> {
        let of = |frame: &Arc<Frame>| frame.outward().find(|frame| frame.scope == scope).cloned();
        start.and_then(of).or_else(|| of(&Frame::running(inner)?))
    }

    /// Returns the innermost frame of a container that is running on this thread.
    pub(crate) fn running(inner: &Arc<Inner>) -> Option<Arc<Frame>> {
        RUNNING.with_borrow(|running| {
            let ours = |(of, _): &&(*const Inner, Arc<Frame>)| *of == Arc::as_ptr(inner);
            running.iter().rev().find(ours).map(|(_, frame)| frame.clone())
        })
    }

    fn outward(self: &Arc<Frame>) -> impl Iterator<Item = &Arc<Frame>> {
        std::iter::successors(Some(self), |frame| frame.parent.as_ref())
    }

    /// Returns the component that lives here; makes and starts it at the first call. Threads that
    /// ask meanwhile wait for it.
    pub(crate) fn instance(
        self: &Arc<Frame>,
        inner: &Arc<Inner>,
        index: u32,
    ) -> Result<Arc<Provided>, ResolveError> {
        let cell = lock(&self.cells).entry(index).or_default().clone();
        if let Some(instance) = cell.get() {
            return Ok(instance.clone());
        }
        let component = inner.graph.component(index);
        let me = (thread::current().id(), index);
        if lock(&self.making).contains(&me) {
            // Its own constructor asks for it, through a `Lazy` or the container.
            return Err(ResolveError::NotBuilt { wanted: component.path().to_owned() });
        }
        let made = cell.get_or_try_init(|| {
            lock(&self.making).push(me);
            let recording = inner.record();
            let resolver = Resolver::constructing(inner, index, Some(self.clone()));
            let _entered = self.entered();
            let made = guarded(|| {
                let made = component.construct(&resolver)?;
                component.hooks.map_or(Ok(()), |hooks| (hooks.start)(&made, inner))?;
                Ok(Arc::new(made))
            });
            let recorded = recording.map(Recording::finish).unwrap_or_default();
            lock(&self.making).retain(|making| *making != me);
            let instance = made.map_err(|source| ResolveError::Failed {
                component: component.path().to_owned(),
                place: component.place,
                source: source.into(),
            })?;
            lock(&self.recorded).insert(index, recorded);
            if component.hooks.is_some() {
                lock(&self.started).push((index, instance.clone()));
            }
            tracing::debug!(component = component.path(), "made");
            Ok(instance)
        });
        made.cloned()
    }
}

/// Stops components in reverse order; errors are logged and returned.
pub(crate) fn stop<'a>(
    inner: &Inner,
    started: impl DoubleEndedIterator<Item = (u32, &'a Provided)>,
    outcome: &Outcome,
) -> Vec<BoxError> {
    let watch = Watch::new(inner.origin.limit);
    let mut errors = Vec::new();
    for (index, made) in started.rev() {
        let component = inner.graph.component(index);
        let Some(hooks) = component.hooks else { continue };
        let stop = || guarded(|| (hooks.stop)(made, inner, outcome));
        match watch.during(component, "stopped", stop) {
            Ok(()) => tracing::debug!(component = component.path(), "stopped"),
            Err(error) => {
                tracing::error!(component = component.path(), "cannot be stopped: {error}");
                errors.push(error);
            }
        }
    }
    errors
}
