//! The graph as values that can be shown.

use std::any::TypeId;
use std::collections::BTreeMap;

use super::{Choice, Graph, Standing};
use crate::requirement::{Arity, Asker, Requirement, TypeKey, Want};
use crate::wiring::{Need, WiredAsker, WiredComponent, WiredType, Wiring};

/// The framework's own crates, whose components are not the program's.
const OWN: [&str; 7] = [
    "thinking",
    "thinking_modules",
    "thinking_runtime",
    "thinking_injection",
    "thinking_dbs",
    "thinking_executor",
    "thinking_tests",
];

impl Graph {
    /// Describes who needs what and who answers, also of a graph that does not fit together.
    pub(crate) fn describe(&self, askers: &[Asker]) -> Wiring {
        let components = (0..self.components.len() as u32).map(|index| self.wired(index));
        let outer = askers.iter().map(|asker| WiredAsker {
            label: asker.label.clone(),
            place: asker.place.to_string(),
            needs: asker.requirements.iter().map(|need| self.need(need)).collect(),
        });
        let (components, outer) = (components.collect(), outer.collect());
        let provided = self.components.iter().flat_map(|component| &component.provisions);
        let mut keys: BTreeMap<(&str, TypeId), TypeKey> =
            provided.map(|provision| sortable(provision.key)).collect();
        let inner = self.components.iter().flat_map(|component| &component.requirements);
        let asked = askers.iter().flat_map(|asker| &asker.requirements).chain(inner);
        keys.extend(asked.filter_map(|need| Some(sortable(need.want.components()?.0))));
        let types = keys.into_values().map(|key| self.candidates(key)).collect();
        Wiring { components, askers: outer, types }
    }

    fn wired(&self, index: u32) -> WiredComponent {
        let component = self.component(index);
        WiredComponent {
            path: component.path().to_owned(),
            place: component.place.to_string(),
            name: component.name.as_deref().map(str::to_owned),
            primary: component.primary,
            fallback: self.fallbacks[index as usize],
            scope: component.scope.to_string(),
            absence: self.absence(index),
            internal: is_internal(component.path()),
            provides: component.provisions.iter().map(|p| p.key.to_string()).collect(),
            needs: component.requirements.iter().map(|need| self.need(need)).collect(),
            construct: None,
            start: None,
        }
    }

    fn need(&self, requirement: &Requirement) -> Need {
        let wants = match requirement.want {
            Want::Components(_, arity) | Want::Later(_, arity) => match arity {
                Arity::One => "one",
                Arity::Optional => "optional",
                Arity::All => "all",
                Arity::ByName => "by-name",
            },
            Want::Fresh(_) => "factory",
            Want::Facet(_) => "facet",
            Want::Tokio => "tokio",
            Want::Nothing => "container",
        };
        let key = match requirement.want {
            Want::Facet(key) => Some(key),
            want => want.components().map(|(key, _)| key),
        };
        Need {
            parameter: requirement.parameter.to_owned(),
            wants: wants.to_owned(),
            later: matches!(requirement.want, Want::Later(..)),
            ty: key.map(|key| key.to_string()),
            name: requirement.name.map(str::to_owned),
            answers: self.paths(&self.answers(requirement)),
        }
    }

    fn candidates(&self, key: TypeKey) -> WiredType {
        let mut candidates: Vec<_> = self.all(key).iter().map(|member| member.component).collect();
        let providers = (0..self.components.len() as u32)
            .filter(|index| self.component(*index).provision(key).is_some());
        let others: Vec<_> = providers.filter(|index| !candidates.contains(index)).collect();
        let chosen = match self.choose(key, None) {
            Choice::One(member) => Some(member.component),
            Choice::None | Choice::Ambiguous(_) => None,
        };
        let because = chosen.map(|chosen| self.because(key, chosen, &others));
        candidates.extend(others);
        WiredType {
            name: key.to_string(),
            candidates: self.paths(&candidates),
            chosen: chosen.map(|index| self.component(index).path().to_owned()),
            because: because.map(str::to_owned),
        }
    }

    /// Says why one is chosen, with `others` that provide the type and do not take part.
    fn because(&self, key: TypeKey, chosen: u32, others: &[u32]) -> &'static str {
        if self.forced(key).is_some() {
            return "forced";
        }
        match self.all(key).len() {
            0 | 1 if others.iter().any(|index| self.is_active(*index)) => "not-fallback",
            0 | 1 => "only",
            _ if self.component(chosen).primary => "primary",
            _ => "default",
        }
    }

    /// Says why a component is not used: ``not active: needs the profile `gpu` ``.
    fn absence(&self, index: u32) -> Option<String> {
        match self.standing(index) {
            Standing::Inactive(unmet) => Some(format!("not active: needs {}", unmet.needs)),
            Standing::Unknown => {
                Some("not active: a facet that it depends on has mistakes".to_owned())
            }
            Standing::Active if self.gives_way(index) => {
                let component = self.component(index);
                let others = component.provisions.iter().rev();
                let mut others = others.flat_map(|provision| self.all(provision.key));
                let other = others.find(|member| member.component != index);
                let other = other.map(|member| self.component(member.component).path());
                Some(format!("gives way to `{}`", other.unwrap_or_default()))
            }
            Standing::Active => None,
        }
    }
}

/// Tells whether a component belongs to the framework, not to the program.
pub(crate) fn is_internal(path: &str) -> bool {
    OWN.contains(&path.split("::").next().unwrap_or_default())
}

/// Types are sorted by name; two may have the same.
fn sortable(key: TypeKey) -> ((&'static str, TypeId), TypeKey) {
    ((key.name(), key.id()), key)
}
