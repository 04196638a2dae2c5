//! The components that the program registered, described once per process.

use std::sync::{Arc, OnceLock};

use thinking_modules::{Place, registry};
use thinking_runtime::Diagnostic;

use crate::component::{Component, ComponentDefinition, Provision};
use crate::graph::by_name;
use crate::requirement::TypeKey;

/// What the registry holds for `#[component]` on an `impl Trait for Type` block: every component
/// of that type provides the trait, too.
pub struct InterfaceDefinition(pub fn() -> Interface);

/// That a type provides a trait.
pub struct Interface {
    of: TypeKey,
    provision: Provision,
    place: Place,
}

impl Interface {
    /// Says that every component of type `T` provides `I`.
    pub fn new<T: Send + Sync + 'static, I: ?Sized + Send + Sync + 'static>(
        place: Place,
        upcast: fn(Arc<T>) -> Arc<I>,
    ) -> Self {
        Interface { of: TypeKey::of::<T>(), provision: Provision::new(upcast), place }
    }
}

/// Returns the registered components, sorted by their full names. All containers share the list
/// that change nothing about it.
pub(crate) fn components() -> &'static Arc<Vec<Arc<Component>>> {
    static COMPONENTS: OnceLock<Arc<Vec<Arc<Component>>>> = OnceLock::new();
    COMPONENTS.get_or_init(|| {
        let described = registry::items::<ComponentDefinition>().map(|(_, define)| {
            let mut component = (define.0)();
            provide_interfaces(&mut component);
            component
        });
        let mut components: Vec<_> = described.collect();
        components.sort_by(by_name);
        let mut rank = 0;
        for at in 0..components.len() {
            rank += u32::from(at > 0 && components[at].path != components[at - 1].path);
            components[at].rank = Some(rank);
        }
        Arc::new(components.into_iter().map(Arc::new).collect())
    })
}

/// Lets a component provide what `impl` blocks say about its type.
pub(crate) fn provide_interfaces(component: &mut Component) {
    let own = component.own();
    for interface in interfaces().iter().filter(|interface| Some(interface.of) == own) {
        component.provide(interface.provision.clone());
    }
}

/// Reports the `impl` blocks whose type is none of `components`.
pub(crate) fn orphans(components: &[Arc<Component>]) -> Vec<Diagnostic> {
    let orphaned = |interface: &&Interface| {
        !components.iter().any(|component| component.own() == Some(interface.of))
    };
    let orphans = interfaces().iter().filter(orphaned);
    orphans
        .map(|interface| {
            let (of, key) = (interface.of, interface.provision.key);
            Diagnostic::error(format!("`{of}` provides `{key}`, but nothing makes one"))
                .at(interface.place, "said here")
                .help("put `#[component]` on the type, or on a function that returns it")
        })
        .collect()
}

fn interfaces() -> &'static [Interface] {
    static INTERFACES: OnceLock<Vec<Interface>> = OnceLock::new();
    INTERFACES.get_or_init(|| {
        registry::items::<InterfaceDefinition>().map(|(_, define)| (define.0)()).collect()
    })
}
