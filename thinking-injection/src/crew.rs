//! Constructs or starts components one after the other, or those that allow it at once.

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::{self, Scope};

use thinking_runtime::Recorders;
use tracing::{Dispatch, Span, dispatcher};

use crate::BoxError;
use crate::container::lock;
use crate::graph::Graph;
use crate::schedule::{Schedule, needs};

/// Calls `work` for each of `members`, which come in the order of the graph, once it was called for
/// those that it depends on: for parallel components on threads of their own, for all others in
/// their order on this one. `work` gets the position among `members`.
///
/// # Errors
///
/// The first failure, in their order, with its position: that which would have come without any
/// other thread. Further ones are logged, as "cannot be `done`".
pub(crate) fn each(
    graph: &Graph,
    members: &[u32],
    done: &'static str,
    work: impl Fn(usize) -> Result<(), BoxError> + Sync,
) -> Result<(), (usize, BoxError)> {
    let is_parallel = |index: &u32| graph.component(*index).parallel;
    if !members.iter().any(is_parallel) {
        return (0..members.len()).try_for_each(|at| work(at).map_err(|error| (at, error)));
    }
    let parallel = members.iter().map(is_parallel).collect();
    let schedule = Schedule::new(&needs(graph, members), parallel);
    let crew = Crew {
        graph,
        members,
        done,
        work,
        progress: Mutex::new(Progress { schedule, failure: None }),
        changed: Condvar::new(),
        log: dispatcher::get_default(Clone::clone),
        span: Span::current(),
        recorders: Recorders::here(),
    };
    thread::scope(|scope| crew.lead(scope));
    let progress = crew.progress.into_inner().unwrap_or_else(PoisonError::into_inner);
    progress.failure.map_or(Ok(()), Err)
}

struct Crew<'a, W> {
    graph: &'a Graph,
    members: &'a [u32],
    done: &'static str,
    work: W,
    progress: Mutex<Progress>,
    /// Something was done, or has failed.
    changed: Condvar,
    // What the thread that builds has, the others get: who logs, inside of what, and who wants to
    // know what is read.
    log: Dispatch,
    span: Span,
    recorders: Recorders,
}

struct Progress {
    schedule: Schedule,
    /// The first so far, with its position.
    failure: Option<(usize, BoxError)>,
}

impl<W: Fn(usize) -> Result<(), BoxError> + Sync> Crew<'_, W> {
    /// Does on this thread what is not parallel, until everything is done.
    fn lead<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) {
        self.send_out(scope);
        let mut progress = lock(&self.progress);
        loop {
            if let Some(position) = progress.schedule.begin_serial() {
                drop(progress);
                self.finish(position, (self.work)(position));
                self.send_out(scope);
                progress = lock(&self.progress);
            } else if progress.schedule.is_idle() {
                return;
            } else {
                progress = self.changed.wait(progress).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Begins all that may begin on threads of their own.
    fn send_out<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) {
        while let Some(position) = self.next_parallel() {
            let work = move || {
                let work = || self.recorders.receive(|| (self.work)(position));
                let work = || self.span.in_scope(|| self.finish(position, work()));
                dispatcher::with_default(&self.log, work);
                self.send_out(scope);
            };
            let name = self.graph.component(self.members[position]).path().to_owned();
            if let Err(error) = thread::Builder::new().name(name).spawn_scoped(scope, work) {
                self.finish(position, Err(format!("there is no thread for it: {error}").into()));
            }
        }
    }

    fn next_parallel(&self) -> Option<usize> {
        lock(&self.progress).schedule.begin_parallel()
    }

    fn finish(&self, position: usize, result: Result<(), BoxError>) {
        let mut progress = lock(&self.progress);
        let later = match result {
            Ok(()) => {
                progress.schedule.done(position);
                None
            }
            Err(error) if progress.schedule.failed(position) => {
                progress.failure.replace((position, error))
            }
            Err(error) => Some((position, error)),
        };
        drop(progress);
        self.changed.notify_all();
        if let Some((position, error)) = later {
            let component = self.graph.component(self.members[position]).path();
            tracing::error!(component, "cannot be {}: {error}", self.done);
        }
    }
}
