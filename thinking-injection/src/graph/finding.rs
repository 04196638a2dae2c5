//! One thing that is wrong with a graph, and its message.

use std::fmt;
use std::mem::discriminant;

use thinking_modules::Place;
use thinking_runtime::Diagnostic;

use super::Graph;
use crate::component::Condition;
use crate::requirement::{Requirement, TypeKey, Want};

/// One thing that is wrong with a graph.
pub(crate) enum Finding {
    /// Something wanted that cannot be supplied, with all who want it.
    Requirement { wanted: Wanted, askers: Vec<AskedBy>, problem: Problem },
    /// Components that need one another, in order.
    Cycle(Vec<usize>),
}

/// What is asked for, whoever asks, and however many are wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Wanted {
    key: TypeKey,
    name: Option<&'static str>,
}

/// A field or parameter that asks.
pub(crate) struct AskedBy {
    pub(super) parameter: &'static str,
    /// Whose it is: ``component `app::Till` ``.
    pub(super) owner: String,
    pub(super) place: Place,
}

/// Why something wanted cannot be supplied.
pub(crate) enum Problem {
    /// Nothing active provides it; these would, but are not active or have another name.
    Missing(Vec<usize>),
    /// These all provide it.
    Ambiguous(Vec<usize>),
    /// The facet is not part of the program.
    UnknownFacet,
}

impl Finding {
    /// Adds one requirement that cannot be answered: to the finding about what it wants, as that
    /// has the same candidates and the same remedies.
    pub(super) fn collect(
        findings: &mut Vec<Finding>,
        requirement: &Requirement,
        asker: AskedBy,
        problem: Problem,
    ) {
        let (Want::Components(key, _) | Want::Facet(key)) = requirement.want else {
            return;
        };
        let new = Wanted { key, name: requirement.name };
        let same = findings.iter_mut().find_map(|finding| match finding {
            // A type may be asked for as a component and as a facet.
            Finding::Requirement { wanted, askers, problem: known }
                if *wanted == new && discriminant(known) == discriminant(&problem) =>
            {
                Some(askers)
            }
            _ => None,
        });
        match same {
            Some(askers) => askers.push(asker),
            None => {
                findings.push(Finding::Requirement { wanted: new, askers: vec![asker], problem });
            }
        }
    }

    /// Writes the message: who asked, who could answer, what to do.
    pub(crate) fn diagnostic(&self, graph: &Graph) -> Diagnostic {
        match self {
            Finding::Requirement { wanted, askers, problem } => {
                unanswered(*wanted, askers, problem, graph)
            }
            Finding::Cycle(members) => cycle(members, graph),
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Some(name) => write!(f, "`{}` named `{name}`", self.key),
            None => write!(f, "`{}`", self.key),
        }
    }
}

fn unanswered(wanted: Wanted, askers: &[AskedBy], problem: &Problem, graph: &Graph) -> Diagnostic {
    let asked = |message: String| {
        askers.iter().fold(Diagnostic::error(message), |diagnostic, asker| {
            let label = format!("asked for by `{}` of {}", asker.parameter, asker.owner);
            diagnostic.at(asker.place, label)
        })
    };
    match problem {
        Problem::Missing(others) => {
            let mut diagnostic = asked(format!("no component provides {wanted}"));
            let mut remedy = None;
            for index in others {
                let component = &graph.components[*index];
                let path = &component.path;
                let has_another_name =
                    wanted.name.is_some_and(|name| component.name.as_deref() != Some(name));
                let reason = match &component.name {
                    Some(name) if has_another_name => format!("`{path}` has the name `{name}`"),
                    None if has_another_name => format!("`{path}` has no name"),
                    _ => format!("`{path}` is not active: it needs {}", graph.unmet(*index)),
                };
                diagnostic = diagnostic.at(component.place, reason);
                let profiles: Vec<_> = graph.unmet[*index].iter().map(Condition::profile).collect();
                if remedy.is_none() && !has_another_name {
                    let profiles = profiles.join(",");
                    remedy = Some(format!("activate it with `--profile {profiles}`"));
                }
            }
            let key = wanted.key.to_string();
            let attribute = match (key.starts_with("dyn "), wanted.name) {
                (true, Some(name)) => {
                    format!("`#[component(provides = {key}, named = \"{name}\")]`")
                }
                (true, None) => format!("`#[component(provides = {key})]`"),
                (false, Some(name)) => format!("`#[component(named = \"{name}\")]`"),
                (false, None) => "`#[component]`".to_owned(),
            };
            diagnostic
                .help_if(remedy)
                .help(format!("put {attribute} on a type or function that provides it"))
                .note(
                    "if one does, in another crate: a crate that nothing names is not linked, and \
                     its components are lost; add `use that_crate as _;` to this program; \
                     `thinking::assert_linked!()` in a test finds such crates",
                )
        }
        Problem::Ambiguous(candidates) => {
            let count = candidates.len();
            let mut diagnostic = asked(format!("{count} components provide {wanted}"));
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
            asked(format!("the facet of {wanted} is not loaded in this container"))
                .help("build the container with a runtime: `Container::builder().runtime(…)`")
        }
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
