//! Which components take part: what their conditions say, and who gives way.

use std::sync::Arc;

use super::Surroundings;
use crate::choices::Choices;
use crate::component::Component;
use crate::condition::{self, Condition, Facts, Unmet, Verdict};
use crate::requirement::TypeKey;

/// Whether a component takes part.
pub(super) enum Standing {
    Active,
    Inactive(Unmet),
    /// A facet that a condition looks at has mistakes.
    Unknown,
}

/// Returns which components give way to others, by themselves or by the program's choice.
pub(super) fn fallbacks(components: &[Arc<Component>], choices: &Choices) -> Vec<bool> {
    let picked =
        |component: &Component| choices.fallbacks.iter().any(|(pick, _)| pick.matches(component));
    components.iter().map(|component| component.fallback || picked(component)).collect()
}

/// Looks at all conditions; those that ask for an absence come last. Returns nothing if there are
/// none, so that all components are active.
pub(super) fn standings(
    components: &[Arc<Component>],
    fallbacks: &[bool],
    around: &Surroundings<'_>,
) -> Vec<Standing> {
    if components.iter().all(|component| component.conditions.is_empty()) {
        return Vec::new();
    }
    let mut standings: Vec<_> = components.iter().map(|_| Standing::Active).collect();
    let absence =
        |component: &Component| component.conditions.iter().any(Condition::asks_for_absence);
    for last in [false, true] {
        let provider = |key: TypeKey| {
            let mut providers = components.iter().zip(&standings).zip(fallbacks);
            let found = providers.find(|((component, standing), fallback)| {
                matches!(standing, Standing::Active)
                    && !**fallback
                    && !absence(component)
                    && component.provision(key).is_some()
            });
            found.map(|((component, _), _)| component.path().to_owned())
        };
        let (profiles, setting) = (around.profiles, around.setting);
        let facts = Facts { profiles, setting, provider: &provider };
        let found: Vec<_> = components
            .iter()
            .enumerate()
            .filter(|(_, c)| !c.conditions.is_empty() && absence(c) == last)
            .map(|(index, component)| (index, condition::all(&component.conditions, &facts)))
            .collect();
        for (index, verdict) in found {
            standings[index] = match verdict {
                Verdict::Holds => Standing::Active,
                Verdict::Fails(unmet) => Standing::Inactive(unmet),
                Verdict::Unknown => Standing::Unknown,
            };
        }
    }
    standings
}
