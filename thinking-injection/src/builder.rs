//! Puts a container together: which components, for whom, with which configuration.

use std::any::TypeId;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use thinking_modules::{here, registry};
use thinking_runtime::{Diagnostic, Profiles, Runtime};
use thiserror::Error;

use crate::component::{Component, ComponentDefinition};
use crate::container::{Container, ContainerError};
use crate::contributor::Contributor;
use crate::graph::{Graph, Scope, Surroundings};
use crate::requirement::Asker;

/// Describes a [`Container`]; made by [`Container::builder`].
#[derive(Default)]
pub struct ContainerBuilder {
    components: Vec<Component>,
    contributed: bool,
    askers: Vec<Asker>,
    runtime: Option<Arc<Runtime>>,
    profiles: Profiles,
    scope: Scope,
    excused: HashSet<TypeId>,
    mistakes: Vec<Diagnostic>,
}

/// A checked graph that is ready to be built.
pub struct Blueprint {
    pub(crate) graph: Graph,
    pub(crate) runtime: Option<Arc<Runtime>>,
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

    /// Describes the wiring, a line per component and one per field: what answers it.
    pub fn describe(&self) -> String {
        self.graph.describe()
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
    /// Adds every component that the program registered.
    pub fn registered(mut self) -> Self {
        let described = registry::items::<ComponentDefinition>().map(|(_, define)| (define.0)());
        self.components.extend(described);
        self.contributed = true;
        self
    }

    /// Adds one component to this container only.
    pub fn component(mut self, component: Component) -> Self {
        self.components.push(component);
        self
    }

    /// Adds something that will ask for components, so that its requirements are checked, too.
    pub fn asker(mut self, asker: Asker) -> Self {
        self.askers.push(asker);
        self
    }

    /// Sets the configuration that components read, and the active profiles. The runtime itself
    /// becomes a component, `Arc<Runtime>`.
    pub fn runtime(mut self, runtime: Arc<Runtime>) -> Self {
        self.profiles = runtime.profiles().clone();
        let component = Component::existing("thinking_runtime::Runtime", here!(), runtime.clone());
        self.components.push(component.build());
        self.runtime = Some(runtime);
        self
    }

    /// Sets the active profiles of a container without a runtime.
    pub fn profiles(mut self, profiles: Profiles) -> Self {
        self.profiles = profiles;
        self
    }

    /// Sets which components are built; all active ones if unset.
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Returns the names of profiles that conditions mention.
    pub fn known_profiles(&self) -> Vec<String> {
        let names = self.components.iter().flat_map(Component::profiles);
        names.map(str::to_owned).collect()
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
    pub fn validate(mut self) -> Result<Blueprint, WiringError> {
        self.contribute();
        let runtime = self.runtime.clone();
        let facets = runtime.as_ref().map(|runtime| runtime.facets());
        let around = Surroundings {
            profiles: &self.profiles,
            askers: &self.askers,
            scope: self.scope,
            excused: &self.excused,
            has_facet: &|facet| facets.is_some_and(|facets| facets.is_registered(facet)),
        };
        let (graph, findings) = Graph::arrange(self.components, &around);
        let mut diagnostics = self.mistakes;
        // Where everything is built, whoever loaded the runtime reports the mistakes of all facets.
        if let (Scope::Needed, Some(facets)) = (self.scope, facets) {
            let needed = graph.facets(&self.askers);
            diagnostics.extend(needed.iter().flat_map(|id| facets.mistakes_of(*id)).cloned());
        }
        diagnostics.extend(findings.iter().map(|finding| finding.diagnostic(&graph)));
        match diagnostics.is_empty() {
            true => Ok(Blueprint { graph, runtime: self.runtime }),
            false => Err(WiringError { diagnostics }),
        }
    }

    /// Asks the registered contributors, once the runtime is known.
    fn contribute(&mut self) {
        let Some(runtime) = self.runtime.as_ref().filter(|_| self.contributed) else {
            return;
        };
        for (_, contributor) in registry::items::<Contributor>() {
            let contribution = (contributor.contribute)(runtime);
            self.components.extend(contribution.components);
            self.mistakes.extend(contribution.mistakes);
            if contribution.incomplete {
                self.excused.extend((contributor.provides)().iter().map(|key| key.id()));
            }
        }
    }
}
