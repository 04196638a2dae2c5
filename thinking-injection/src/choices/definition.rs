//! What `#[choices]` registers: a function of the program that decides about its components.

use std::any::TypeId;
use std::sync::Arc;

use thinking_modules::registry;
use thinking_runtime::{Diagnostic, Runtime};

use super::Choices;
use crate::BoxError;

/// A function that decides, once the facets are loaded.
pub struct ChoicesDefinition {
    /// The names of the facets that it reads.
    pub facets: &'static [fn() -> Option<&'static str>],
    /// Decides; fails only if one of the facets is not there.
    pub decide: fn(&Arc<Runtime>) -> Result<Choices, BoxError>,
}

/// What the program decides.
#[derive(Default)]
pub(crate) struct Decided {
    pub(crate) choices: Choices,
    /// The facets whose mistakes keep a function from deciding.
    pub(crate) undecided: Vec<TypeId>,
    /// What is not reported elsewhere.
    pub(crate) mistakes: Vec<Diagnostic>,
}

/// Asks all functions of the program, in the order of their modules and names.
pub(crate) fn decide(runtime: &Arc<Runtime>) -> Decided {
    let mut decided = Decided::default();
    for (definition, choices) in registry::items::<ChoicesDefinition>() {
        match (choices.decide)(runtime) {
            Ok(choices) => decided.choices.extend(choices),
            Err(error) => {
                let facets = runtime.facets();
                let read = choices.facets.iter().filter_map(|facet| facets.type_of(facet()?));
                let mistaken = read.filter(|facet| !facets.mistakes_of(*facet).is_empty());
                let before = decided.undecided.len();
                decided.undecided.extend(mistaken);
                if decided.undecided.len() == before {
                    let label = format!("needed by the choices `{}`", definition.path());
                    let mistake = Diagnostic::error(error.to_string());
                    decided.mistakes.push(mistake.at(definition.place, label));
                }
            }
        }
    }
    decided
}
