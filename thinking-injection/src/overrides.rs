//! What one container changes about the components of a program: adds, replaces, removes.

use std::sync::Arc;

use thinking_modules::Place;
use thinking_runtime::{Diagnostic, nearest};

use crate::choices::Pick;
use crate::component::Component;

/// One change, in the order in which they were asked for.
pub(crate) enum Override {
    Add(Component),
    Remove(Pick, Place),
    Replace(Pick, Component, Place),
}

/// Applies `overrides` one after the other; each sees what those before it left. `complete` is told
/// of every component that comes in. Returns the mistakes.
pub(crate) fn apply(
    components: &mut Vec<Arc<Component>>,
    overrides: Vec<Override>,
    complete: impl Fn(&mut Component),
) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    for change in overrides {
        match change {
            Override::Add(mut component) => {
                complete(&mut component);
                components.push(Arc::new(component));
            }
            Override::Remove(pick, place) => {
                if take(components, &pick).is_empty() {
                    mistakes.push(nothing(&pick, place, "removed", components));
                }
            }
            Override::Replace(pick, mut component, place) => {
                let replaced = take(components, &pick);
                if replaced.is_empty() {
                    mistakes.push(nothing(&pick, place, "replaced", components));
                }
                succeed(&mut component, &replaced);
                complete(&mut component);
                components.push(Arc::new(component));
            }
        }
    }
    mistakes
}

/// Lets a replacement stand where those it replaces stood, as far as it does not say otherwise.
fn succeed(component: &mut Component, replaced: &[Arc<Component>]) {
    if let [one] = replaced {
        component.name = component.name.take().or_else(|| one.name.clone());
        if component.order == 0 {
            component.order = one.order;
        }
    }
    let all = |is: fn(&Component) -> bool| replaced.iter().any(|component| is(component));
    component.primary |= all(|component| component.primary);
}

fn take(components: &mut Vec<Arc<Component>>, pick: &Pick) -> Vec<Arc<Component>> {
    components.extract_if(.., |component| pick.matches(component)).collect()
}

fn nothing(pick: &Pick, place: Place, what: &str, components: &[Arc<Component>]) -> Diagnostic {
    let name = pick.to_string();
    let paths = components.iter().map(|component| component.path());
    Diagnostic::error(format!("no component is `{name}`, which is to be {what}"))
        .at(place, "said here")
        .help_if(nearest(&name, paths).map(|near| format!("did you mean `{near}`?")))
}
