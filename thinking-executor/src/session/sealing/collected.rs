//! What a sealed stage depends on whose body runs, collected from each task in it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use thinking_runtime::Recorded;

use crate::digest::Digest;
use crate::history::Print;
use crate::session::Session;
use crate::session::inputs::digest;
use crate::task::TaskDefinition;

/// What the tasks in a sealed stage depend on whose body runs.
#[derive(Default)]
pub(in crate::session) struct Collected {
    /// By the tasks whose bodies ran, or whose recorded outcome was given.
    pub(super) used: FxHashMap<*const TaskDefinition, (&'static TaskDefinition, BTreeSet<Digest>)>,
    last: Option<(*const TaskDefinition, Digest)>,
    /// What the seals of stages in it say that were skipped.
    pub(super) named: BTreeMap<String, BTreeSet<Digest>>,
    /// What bodies of stages depended on, which no step's commit stored.
    pub(super) prints: FxHashMap<Digest, Print>,
    /// Whether a task failed. If the sealed stage came to its end, that was handled.
    pub(super) failed: bool,
    /// What it depends on could not be found out, for this reason.
    pub(super) obstacle: Option<String>,
}

impl Collected {
    pub(super) fn add(&mut self, task: &'static TaskDefinition, print: Digest) {
        let key = std::ptr::from_ref(task);
        // A loop of steps depends on the same again and again.
        if self.last.replace((key, print)) != Some((key, print)) {
            self.used.entry(key).or_insert((task, BTreeSet::new())).1.insert(print);
        }
    }

    /// Adds what a sealed stage inside of this one depended on.
    pub(super) fn absorb(&mut self, inner: Collected) {
        for (key, (task, prints)) in inner.used {
            self.used.entry(key).or_insert((task, BTreeSet::new())).1.extend(prints);
        }
        for (name, prints) in inner.named {
            self.named.entry(name).or_default().extend(prints);
        }
        self.prints.extend(inner.prints);
        self.failed |= inner.failed;
        self.obstacle = self.obstacle.take().or(inner.obstacle);
    }
}

/// A sealed stage whose body is running, until the value is dropped.
pub(super) struct Open<'a>(&'a RefCell<Vec<Collected>>);

impl<'a> Open<'a> {
    pub(super) fn begin(all: &'a RefCell<Vec<Collected>>) -> Open<'a> {
        all.borrow_mut().push(Collected::default());
        Open(all)
    }

    pub(super) fn finish(self) -> Collected {
        self.0.borrow_mut().last_mut().map(std::mem::take).unwrap_or_default()
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().pop();
    }
}

impl Session {
    /// Notes that the outcome of a task depends on a print, if a sealed stage is around it.
    pub(in crate::session) fn depends_on(&self, task: &'static TaskDefinition, print: Digest) {
        if let Some(collected) = self.collected.borrow_mut().last_mut() {
            collected.add(task, print);
        }
    }

    /// Notes on what the failure of a step depends; `None` if that is not recorded.
    pub(in crate::session) fn depends_on_failure(
        &self,
        task: &'static TaskDefinition,
        print: Option<Digest>,
    ) {
        let mut collected = self.collected.borrow_mut();
        let Some(collected) = collected.last_mut() else { return };
        collected.failed = true;
        match print {
            Some(print) => collected.add(task, print),
            None => collected.obstacle = Some("a failure in it could not be recorded".to_owned()),
        }
    }

    /// Tells whether a sealed stage is around the task that runs.
    pub(crate) fn is_sealing(&self) -> bool {
        !self.collected.borrow().is_empty()
    }

    /// Notes what the body of a stage used, and whether it came to its end.
    pub(crate) fn body_ran(
        &self,
        task: &'static TaskDefinition,
        mut recorded: Recorded,
        succeeded: bool,
    ) {
        let now = self.inputs.borrow_mut().of(task, &self.container);
        recorded.extend(now.constructed.clone());
        let Recorded { settings, helpers } = recorded;
        let print = Print { settings, helpers, ..now.print.clone() };
        let mut collected = self.collected.borrow_mut();
        let Some(collected) = collected.last_mut() else { return };
        collected.failed |= !succeeded;
        match digest(&print) {
            Ok(digest) => {
                collected.add(task, digest);
                collected.prints.insert(digest, print);
            }
            Err(error) => collected.obstacle = Some(error.to_string()),
        }
    }
}
