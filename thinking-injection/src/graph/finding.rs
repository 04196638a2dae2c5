//! One thing that is wrong with a graph, and its message.

use thinking_modules::Place;
use thinking_runtime::{Diagnostic, Profiles};

use super::Graph;
use crate::requirement::{Requirement, Want};

/// One thing that is wrong with a graph.
pub(crate) enum Finding {
    /// A requirement that cannot be answered.
    Requirement { asker: String, place: Place, requirement: Requirement, problem: Problem },
    /// Components that need one another, in order.
    Cycle(Vec<usize>),
}

/// Why a requirement cannot be answered.
pub(crate) enum Problem {
    /// Nothing active provides it; these would, but are not active.
    Missing(Vec<usize>),
    /// These all provide it.
    Ambiguous(Vec<usize>),
    /// The facet is not part of the program.
    UnknownFacet,
}

impl Finding {
    pub(super) fn requirement(
        asker: String,
        place: Place,
        requirement: &Requirement,
        problem: Problem,
    ) -> Self {
        Finding::Requirement { asker, place, requirement: requirement.clone(), problem }
    }

    /// Writes the message: who asked, who could answer, what to do.
    pub(crate) fn diagnostic(&self, graph: &Graph, profiles: &Profiles) -> Diagnostic {
        match self {
            Finding::Requirement { asker, place, requirement, problem } => {
                unanswered(asker, *place, requirement, problem, graph, profiles)
            }
            Finding::Cycle(members) => cycle(members, graph),
        }
    }
}

fn unanswered(
    asker: &str,
    place: Place,
    requirement: &Requirement,
    problem: &Problem,
    graph: &Graph,
    profiles: &Profiles,
) -> Diagnostic {
    let wanted = wanted(requirement);
    let label = format!("asked for by `{}` of {asker}", requirement.parameter);
    match problem {
        Problem::Missing(inactive) => {
            let mut diagnostic =
                Diagnostic::error(format!("no component provides {wanted}")).at(place, label);
            let mut remedy = None;
            for index in inactive {
                let component = &graph.components[*index];
                let path = &component.path;
                let unmet = component.unmet(profiles);
                let reason = match (unmet.first(), &component.name) {
                    (Some(condition), _) => format!("`{path}` is not active: it needs {condition}"),
                    (None, Some(name)) => format!("`{path}` has the name `{name}`"),
                    (None, None) => format!("`{path}` has no name"),
                };
                diagnostic = diagnostic.at(component.place, reason);
                let profile = component.profiles().find(|name| !profiles.is_active(name));
                remedy = remedy.or(profile.map(|p| format!("activate it with `--profile {p}`")));
            }
            let attribute = match wanted.strip_prefix("`dyn ") {
                Some(_) => format!("`#[component(provides = {})]`", wanted.trim_matches('`')),
                None => "`#[component]`".to_owned(),
            };
            diagnostic
                .help_if(remedy)
                .help(format!("put {attribute} on a type or function that provides it"))
                .note(
                    "if one does, in another crate: a crate that nothing names is not linked, and \
                     its components are lost; add `use that_crate as _;` to this program",
                )
        }
        Problem::Ambiguous(candidates) => {
            let count = candidates.len();
            let mut diagnostic =
                Diagnostic::error(format!("{count} components provide {wanted}")).at(place, label);
            for index in candidates {
                let component = &graph.components[*index];
                let primary = if component.primary { ", primary" } else { "" };
                let note = format!("candidate `{}`{primary}", component.path);
                diagnostic = diagnostic.at(component.place, note);
            }
            let primaries = candidates.iter().filter(|i| graph.components[**i].primary).count();
            diagnostic.help(match primaries {
                0 => "mark one as `primary`, ask for one by name, or for all with `Vec<Arc<…>>`",
                _ => "leave `primary` on one of them only",
            })
        }
        Problem::UnknownFacet => {
            Diagnostic::error(format!("the facet of {wanted} is not loaded in this container"))
                .at(place, label)
                .help("build the container with a runtime: `Container::builder().runtime(…)`")
        }
    }
}

fn wanted(requirement: &Requirement) -> String {
    match (requirement.want, requirement.name) {
        (Want::Components(key, _), Some(name)) => format!("`{key}` named `{name}`"),
        (Want::Components(key, _) | Want::Facet(key), _) => format!("`{key}`"),
        (Want::Nothing, _) => "nothing".to_owned(),
    }
}

fn cycle(members: &[usize], graph: &Graph) -> Diagnostic {
    let first = &graph.components[members[0]];
    let chain = members.iter().chain(&members[..1]);
    let chain: Vec<_> = chain.map(|index| format!("`{}`", graph.components[*index].path)).collect();
    let mut diagnostic =
        Diagnostic::error(format!("components need one another: {}", chain.join(" → ")));
    for (position, index) in members.iter().enumerate() {
        let next = members[(position + 1) % members.len()];
        let component = &graph.components[*index];
        let link = component.requirements.iter().find(|r| graph.answers(r).contains(&next));
        let parameter = link.map(|requirement| requirement.parameter).unwrap_or_default();
        let label = format!(
            "`{}` needs `{}` for `{parameter}`",
            component.path, graph.components[next].path
        );
        diagnostic = diagnostic.at(component.place, label);
    }
    diagnostic.help(format!(
        "take one of them out of the circle: let `{}` get what it needs as an argument, or move the shared part into a component of its own",
        first.path
    ))
}
