//! Puts a container together: which components, for whom, with which configuration.

use std::any::TypeId;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use thinking_modules::{here, registry};
use thinking_runtime::{Diagnostic, Profiles, Runtime};
use thiserror::Error;

use crate::choices::{Choices, Decided, Pick, caller, decide};
use crate::component::Component;
use crate::container::{Container, ContainerError, Inner};
use crate::contributor::{Contribution, Contributor};
use crate::graph::{Extent, Finding, Graph, Surroundings};
use crate::overrides::{self, Override};
use crate::registered;
use crate::requirement::{Asker, TypeKey};
use crate::wiring::Wiring;

/// Describes a [`Container`]; made by [`Container::builder`].
#[derive(Default)]
pub struct ContainerBuilder {
    /// The components before any change of this container's.
    components: Arc<Vec<Arc<Component>>>,
    registered: bool,
    overrides: Vec<Override>,
    runtime: Option<Arc<Runtime>>,
    origin: Origin,
}

/// What a container was built with beside its components, for others that are like it.
#[derive(Default, Clone)]
pub(crate) struct Origin {
    pub(crate) askers: Vec<Asker>,
    profiles: Profiles,
    extent: Extent,
    choices: Choices,
    excused: HashSet<TypeId>,
    /// The facets whose mistakes keep the program from deciding about its components.
    undecided: Vec<TypeId>,
    /// When the log names a constructor or hook.
    pub(crate) limit: Option<Duration>,
}

/// A checked graph that is ready to be built.
pub struct Blueprint {
    pub(crate) graph: Graph,
    pub(crate) runtime: Option<Arc<Runtime>>,
    pub(crate) origin: Origin,
    pub(crate) timed: bool,
}

impl Blueprint {
    /// Constructs the components in order of dependency, and starts them.
    ///
    /// # Errors
    ///
    /// [`ContainerError::Construct`], [`ContainerError::Start`]: what was started was stopped
    /// again, in reverse order.
    pub fn build(self) -> Result<Container, ContainerError> {
        Container::start(self)
    }

    /// Describes who needs what and who answers.
    pub fn wiring(&self) -> Wiring {
        self.graph.describe(&self.origin.askers)
    }

    /// Lets the container measure how long its components take to be constructed and started, for
    /// [`Container::wiring`].
    pub fn timed(mut self) -> Self {
        self.timed = true;
        self
    }
}

/// Everything that is wrong with a graph; nothing was built.
#[derive(Debug, Clone, Error)]
pub struct WiringError {
    /// One message per finding.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for WiringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> = self.diagnostics.iter().map(ToString::to_string).collect();
        f.write_str(&texts.join("\n\n"))
    }
}

impl ContainerBuilder {
    pub(crate) fn like(inner: &Inner) -> Self {
        ContainerBuilder {
            components: inner.graph.components.clone(),
            runtime: inner.runtime.clone(),
            origin: inner.origin.clone(),
            ..ContainerBuilder::default()
        }
    }

    /// Adds every component that the program registered.
    pub fn registered(mut self) -> Self {
        let registered = registered::components();
        if self.components.is_empty() {
            self.components = registered.clone();
        } else if !self.registered {
            Arc::make_mut(&mut self.components).extend_from_slice(registered);
        }
        self.registered = true;
        self
    }

    /// Adds one component to this container only.
    pub fn component(mut self, component: Component) -> Self {
        self.overrides.push(Override::Add(component));
        self
    }

    /// Puts `component` in the place of those that are picked, in this container only: they are
    /// not part of it. It takes over the name and `order` of the one it replaces, unless it has
    /// its own, and is primary if that was.
    ///
    /// Registered and contributed components can be picked, and those added before.
    ///
    /// ```
    /// extern crate thinking_injection as thinking;
    /// use std::sync::Arc;
    /// use thinking::{Component, Container, Pick, component, interface};
    ///
    /// #[interface]
    /// trait Clock: Send + Sync {
    ///     fn now(&self) -> u64;
    /// }
    ///
    /// #[component(provides = dyn Clock)]
    /// fn real() -> u64 {
    ///     std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
    /// }
    ///
    /// impl Clock for u64 {
    ///     fn now(&self) -> u64 {
    ///         *self
    ///     }
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let frozen = Component::existing("test::frozen", thinking_modules::here!(), Arc::new(7_u64));
    /// let container = Container::builder()
    ///     .registered()
    ///     .replace(Pick::of::<dyn Clock>(), frozen.provides(|clock| clock as Arc<dyn Clock>).build())
    ///     .build()?;
    /// assert_eq!(container.get::<dyn Clock>()?.now(), 7);
    /// # Ok(()) }
    /// ```
    #[track_caller]
    pub fn replace(mut self, pick: impl Into<Pick>, component: Component) -> Self {
        self.overrides.push(Override::Replace(pick.into(), component, caller()));
        self
    }

    /// Leaves out those that are picked, in this container only.
    ///
    /// Registered and contributed components can be picked, and those added before.
    #[track_caller]
    pub fn remove(mut self, pick: impl Into<Pick>) -> Self {
        self.overrides.push(Override::Remove(pick.into(), caller()));
        self
    }

    /// Decides about several components at once; counts after the decisions made so far.
    pub fn choices(mut self, choices: Choices) -> Self {
        self.origin.choices.extend(choices);
        self
    }

    /// Makes the picked component answer for one `I`, whatever else says.
    #[track_caller]
    pub fn force<I: ?Sized + 'static>(self, pick: impl Into<Pick>) -> Self {
        self.choices(Choices::new().force::<I>(pick))
    }

    /// Makes the picked component answer for one `I` where nothing else decides.
    #[track_caller]
    pub fn default_to<I: ?Sized + 'static>(self, pick: impl Into<Pick>) -> Self {
        self.choices(Choices::new().default_to::<I>(pick))
    }

    /// Lets the picked components take part only where nothing else provides a type.
    #[track_caller]
    pub fn fallback(self, pick: impl Into<Pick>) -> Self {
        self.choices(Choices::new().fallback(pick))
    }

    /// Adds something that will ask for components, so that its requirements are checked, too.
    pub fn asker(mut self, asker: Asker) -> Self {
        self.origin.askers.push(asker);
        self
    }

    /// Sets the configuration that components read, and the active profiles. The runtime itself
    /// becomes a component, `Arc<Runtime>`.
    pub fn runtime(mut self, runtime: Arc<Runtime>) -> Self {
        self.origin.profiles = runtime.profiles().clone();
        let component = Component::existing("thinking_runtime::Runtime", here!(), runtime.clone());
        Arc::make_mut(&mut self.components).push(Arc::new(component.build()));
        self.runtime = Some(runtime);
        self
    }

    /// Sets the active profiles of a container without a runtime.
    pub fn profiles(mut self, profiles: Profiles) -> Self {
        self.origin.profiles = profiles;
        self
    }

    /// Sets which components are built; all active ones if unset.
    pub fn extent(mut self, extent: Extent) -> Self {
        self.origin.extent = extent;
        self
    }

    /// Lets the log name each constructor and hook that takes longer: as a warning when half of this
    /// time is gone, as an error when all of it is. Nothing is ended. A component may have a limit
    /// of its own; without either, nothing is watched, and no thread is needed for it.
    pub fn hook_limit(mut self, limit: Duration) -> Self {
        self.origin.limit = Some(limit);
        self
    }

    /// Returns the names of profiles that conditions mention.
    pub fn known_profiles(&self) -> Vec<String> {
        let added = self.overrides.iter().filter_map(|change| match change {
            Override::Add(component) | Override::Replace(_, component, _) => Some(component),
            Override::Remove(..) => None,
        });
        let all = self.components.iter().map(|component| &**component).chain(added);
        all.flat_map(Component::profiles).map(str::to_owned).collect()
    }

    /// Tells whether any component provides `T` so far, active or not; without those of
    /// contributors, which are asked once the container is checked. Costs a look at each component.
    pub fn offers<T: ?Sized + 'static>(&self) -> bool {
        let key = TypeKey::of::<T>();
        let added = self.overrides.iter().filter_map(|change| match change {
            Override::Add(component) | Override::Replace(_, component, _) => Some(component),
            Override::Remove(..) => None,
        });
        let mut all = self.components.iter().map(|component| &**component).chain(added);
        all.any(|component| component.provision(key).is_some())
    }

    /// Checks the whole graph, constructs its components in order of dependency, and starts them.
    ///
    /// # Errors
    ///
    /// - [`ContainerError::Wiring`]: nothing was constructed.
    /// - [`ContainerError::Construct`], [`ContainerError::Start`]: what was started was stopped
    ///   again, in reverse order.
    pub fn build(self) -> Result<Container, ContainerError> {
        self.validate()?.build()
    }

    /// Checks the whole graph without constructing anything.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once.
    pub fn validate(self) -> Result<Blueprint, WiringError> {
        match self.check() {
            (blueprint, diagnostics) if diagnostics.is_empty() => Ok(blueprint),
            (_, diagnostics) => Err(WiringError { diagnostics }),
        }
    }

    /// Describes who needs what and who answers, also where something is wrong, with everything
    /// that is. Nothing is constructed.
    pub fn inspect(self) -> (Wiring, Vec<Diagnostic>) {
        let (blueprint, diagnostics) = self.check();
        (blueprint.wiring(), diagnostics)
    }

    /// Arranges the graph, which must not be built if anything is wrong with it.
    fn check(mut self) -> (Blueprint, Vec<Diagnostic>) {
        let mut diagnostics = self.contribute();
        if !self.overrides.is_empty() {
            let components = Arc::make_mut(&mut self.components);
            diagnostics.extend(overrides::apply(components, self.overrides, |component| {
                if self.registered {
                    registered::provide_interfaces(component);
                }
            }));
        }
        if self.registered {
            diagnostics.extend(registered::orphans(&self.components));
        }
        let facets = self.runtime.as_ref().map(|runtime| runtime.facets());
        let origin = &self.origin;
        let around = Surroundings {
            profiles: &origin.profiles,
            askers: &origin.askers,
            extent: origin.extent,
            choices: &origin.choices,
            excused: &origin.excused,
            has_facet: &|facet| facets.is_some_and(|facets| facets.is_registered(facet)),
            setting: &|facet, key| facets.map(|facets| facets.setting(facet, key)),
        };
        let (graph, findings) = Graph::arrange(self.components, &around);
        // Where everything is built, whoever loaded the runtime reports the mistakes of all facets.
        if let (Extent::Needed, Some(facets)) = (origin.extent, facets) {
            let mut needed = graph.facets(&origin.askers);
            if asks_for_components(&origin.askers) {
                needed.extend(&origin.undecided);
                needed.sort_unstable();
                needed.dedup();
            }
            diagnostics.extend(needed.iter().flat_map(|id| facets.mistakes_of(*id)).cloned());
        }
        // What the program would have chosen is not known then.
        let ambiguous = |finding: &&Finding| !origin.undecided.is_empty() && finding.is_ambiguity();
        let findings = findings.iter().filter(|finding| !ambiguous(finding));
        diagnostics.extend(findings.map(|finding| finding.diagnostic(&graph)));
        let (runtime, origin) = (self.runtime, self.origin);
        (Blueprint { graph, runtime, origin, timed: false }, diagnostics)
    }

    /// Asks the registered contributors, once the runtime is known; returns their mistakes.
    fn contribute(&mut self) -> Vec<Diagnostic> {
        let mut mistakes = Vec::new();
        let Some(runtime) = self.runtime.as_ref().filter(|_| self.registered) else {
            return mistakes;
        };
        let mut choices = Choices::new();
        for (_, contributor) in registry::items::<Contributor>() {
            let contribution: Contribution = (contributor.contribute)(runtime);
            for mut component in contribution.components {
                registered::provide_interfaces(&mut component);
                Arc::make_mut(&mut self.components).push(Arc::new(component));
            }
            choices.extend(contribution.choices);
            mistakes.extend(contribution.mistakes);
            if contribution.incomplete {
                let types = (contributor.provides)();
                self.origin.excused.extend(types.iter().map(|key| key.id()));
            }
        }
        let Decided { choices: decided, undecided, mistakes: others } = decide(runtime);
        choices.extend(decided);
        mistakes.extend(others);
        self.origin.undecided = undecided;
        // Those of the builder count after those of the program.
        choices.extend(std::mem::take(&mut self.origin.choices));
        self.origin.choices = choices;
        mistakes
    }
}

fn asks_for_components(askers: &[Asker]) -> bool {
    let mut requirements = askers.iter().flat_map(|asker| &asker.requirements);
    requirements.any(|requirement| requirement.want.components().is_some())
}
