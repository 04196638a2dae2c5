//! Constructs and starts the singletons of a container.

use std::sync::Arc;
use std::time::{Duration, Instant};

use thinking_runtime::Recording;

use super::{ContainerError, FailedComponent, Inner, NeededBy, Times, guarded, lock};
use crate::BoxError;
use crate::crew;
use crate::resolver::Resolver;
use crate::watch::Watch;

impl Inner {
    /// Constructs the singletons; returns those that have to be started, in their order.
    pub(super) fn construct(self: &Arc<Inner>, watch: &Watch) -> Result<Vec<u32>, ContainerError> {
        let order = &self.graph.order;
        let construct = |position: usize| self.construct_one(order[position], watch);
        let constructed = crew::each(&self.graph, order, "constructed", construct);
        constructed.map_err(|(position, source)| ContainerError::Construct {
            failed: self.failed(order[position]),
            source,
        })?;
        let has_hooks = |index: &u32| self.graph.component(*index).hooks.is_some();
        Ok(order.iter().copied().filter(has_hooks).collect())
    }

    fn construct_one(self: &Arc<Inner>, index: u32, watch: &Watch) -> Result<(), BoxError> {
        let component = self.graph.component(index);
        let resolver = Resolver::constructing(self, index, None);
        let recording = self.record();
        let begin = self.now();
        let construct = || guarded(|| component.construct(&resolver));
        let result = watch.during(component, "constructed", construct);
        self.took(begin, index, |times, took| times.construct = Some(took));
        let recorded = recording.map(Recording::finish);
        let made = result?;
        if let Some(recorded) = recorded.filter(|recorded| !recorded.is_empty()) {
            lock(&self.recorded).insert(index, recorded);
        }
        // The component's own type comes first. Each slot is filled here only, once.
        let (own, others) = (self.graph.first_slot(index), &component.provisions[1..]);
        for (provision, slot) in others.iter().zip(&self.slots[own + 1..]) {
            if let Some(provided) = provision.kept(&made) {
                let _ = slot.set(provided);
            }
        }
        let _ = self.slots[own].set(made);
        tracing::debug!(component = component.path(), "constructed");
        Ok(())
    }

    /// Starts those of `hooked`, which were constructed.
    pub(super) fn start_all(&self, hooked: &[u32], watch: &Watch) -> Result<(), ContainerError> {
        if hooked.is_empty() {
            return Ok(());
        }
        let start = |position: usize| self.start_one(hooked[position], watch);
        let started = crew::each(&self.graph, hooked, "started", start);
        self.sort(&mut lock(&self.started));
        started.map_err(|(position, source)| ContainerError::Start {
            failed: self.failed(hooked[position]),
            source,
        })
    }

    fn start_one(&self, index: u32, watch: &Watch) -> Result<(), BoxError> {
        let component = self.graph.component(index);
        if let (Some(hooks), Some(own)) = (component.hooks, self.own(index)) {
            let recording = self.record();
            let begin = self.now();
            let start = || guarded(|| (hooks.start)(own, self));
            let result = watch.during(component, "started", start);
            self.took(begin, index, |times, took| times.start = Some(took));
            let recorded = recording.map(Recording::finish).unwrap_or_default();
            lock(&self.recorded).entry(index).or_default().extend(recorded);
            result?;
            tracing::debug!(component = component.path(), "started");
            lock(&self.started).push(index);
        }
        Ok(())
    }

    /// Puts into the order of the graph what was started at once.
    fn sort(&self, started: &mut [u32]) {
        let mut positions = vec![0; self.graph.components.len()];
        for (position, index) in self.graph.order.iter().enumerate() {
            positions[*index as usize] = position;
        }
        started.sort_by_key(|index| positions[*index as usize]);
    }

    /// Returns the time if anybody wants to know.
    fn now(&self) -> Option<Instant> {
        self.times.as_ref().map(|_| Instant::now())
    }

    fn took(&self, begin: Option<Instant>, index: u32, keep: impl FnOnce(&mut Times, Duration)) {
        if let (Some(begin), Some(times)) = (begin, &self.times) {
            keep(lock(times).entry(index).or_default(), begin.elapsed());
        }
    }

    /// Describes a component that failed, with who needed it: its first user, that one's first user,
    /// and so on, to one who asks from outside.
    fn failed(&self, index: u32) -> FailedComponent {
        let (graph, askers) = (&self.graph, &self.origin.askers);
        let user = |of: u32| graph.order.iter().copied().find(|i| graph.held(*i).contains(&of));
        let mut needed_by = Vec::new();
        let mut current = index;
        while let Some(user) = user(current) {
            let component = graph.component(user);
            needed_by.push(NeededBy {
                parameter: graph.parameter(user, current),
                owner: format!("component `{}`", component.path()),
                place: component.place,
            });
            current = user;
        }
        needed_by.extend(askers.iter().find_map(|asker| {
            let mut asked = asker.requirements.iter();
            let requirement = asked.find(|asked| graph.answers(asked).contains(&current))?;
            let (owner, place) = (asker.label.clone(), asker.place);
            Some(NeededBy { parameter: requirement.parameter, owner, place })
        }));
        let component = graph.component(index);
        FailedComponent { path: component.path().to_owned(), place: component.place, needed_by }
    }
}
