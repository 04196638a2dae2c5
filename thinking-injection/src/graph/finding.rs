//! One thing that is wrong with a graph, and its message.

use std::fmt;
use std::mem::discriminant;

use thinking_modules::Place;
use thinking_runtime::{Diagnostic, nearest};

use super::Graph;
use crate::choices::Choosing;
use crate::component::Component;
use crate::requirement::{Requirement, TypeKey, Want};
use crate::scope::Scope;

/// One thing that is wrong with a graph.
pub(crate) enum Finding {
    /// Something wanted that cannot be supplied, with all who want it.
    Requirement { wanted: Wanted, askers: Vec<AskedBy>, problem: Problem },
    /// Components that need one another, in order.
    Cycle(Vec<u32>),
    /// Components with one full name.
    Duplicate(Vec<u32>),
    /// What is held lives shorter than who holds it: the last of `chain` does.
    WrongScope { asker: AskedBy, longest: Scope, chain: Vec<u32> },
    /// A transient component whose hooks nobody would call.
    HooksOfTransient(u32),
    /// A condition that can never hold.
    UnusedCondition { component: u32, condition: String, unused: Unused },
    /// A decision of the program that cannot be followed.
    Pick { choosing: Choosing, forced: bool, problem: WrongPick, candidates: Vec<u32> },
    /// A decision about components of which there are none.
    NothingPicked { pick: String, place: Place, decision: &'static str },
}

/// What is asked for, whoever asks, and however many are wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Wanted {
    pub(super) key: TypeKey,
    pub(super) name: Option<&'static str>,
}

/// A field or parameter that asks.
pub(crate) struct AskedBy {
    pub(super) parameter: &'static str,
    /// Whose it is: ``component `app::Till` ``.
    pub(super) owner: String,
    pub(super) place: Place,
}

/// Why something wanted cannot be supplied.
#[derive(PartialEq)]
pub(crate) enum Problem {
    /// Nothing active provides it.
    Missing,
    /// These all provide it.
    Ambiguous(Vec<u32>),
    /// The facet is not part of the program.
    UnknownFacet,
    /// These are asked for by name and have none.
    Unnamed(Vec<u32>),
    /// All are asked for by their names, and by one name.
    NamedMap,
    /// These have the same name.
    SameName { name: String, candidates: Vec<u32> },
    /// New ones are asked for, and there is one only.
    NotTransient(u32),
}

/// What a condition names that cannot be.
pub(crate) enum Unused {
    /// The program has other facets.
    Facet { facet: &'static str, known: Vec<String> },
    /// The facet has other keys there.
    Key { facet: &'static str, key: String, known: Vec<String> },
    /// The value may not be shown.
    Secret { facet: &'static str, key: &'static str },
}

/// Why a decision cannot be followed.
pub(crate) enum WrongPick {
    /// Nothing that is picked provides the type.
    NoProvider,
    /// What is picked is not active.
    NotActive,
    /// Several are picked.
    Several,
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
        let key = match requirement.want {
            Want::Facet(key) => key,
            want => match want.components() {
                Some((key, _)) => key,
                None => return,
            },
        };
        let new = Wanted { key, name: requirement.name };
        let is_same = |known: &Problem| match known {
            Problem::SameName { .. } => *known == problem,
            // A type may be asked for as a component and as a facet.
            _ => discriminant(known) == discriminant(&problem),
        };
        let same = findings.iter_mut().find_map(|finding| match finding {
            Finding::Requirement { wanted, askers, problem: known }
                if *wanted == new && is_same(known) =>
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

    /// Tells whether a decision of the program could settle it.
    pub(crate) fn is_ambiguity(&self) -> bool {
        matches!(self, Finding::Requirement { problem: Problem::Ambiguous(_), .. })
    }

    /// Writes the message: who asked, who could answer, what to do.
    pub(crate) fn diagnostic(&self, graph: &Graph) -> Diagnostic {
        match self {
            Finding::Requirement { wanted, askers, problem } => {
                unanswered(*wanted, askers, problem, graph)
            }
            Finding::Cycle(members) => cycle(members, graph),
            Finding::Duplicate(components) => {
                let path = graph.component(components[0]).path();
                let message = format!("{} components are called `{path}`", components.len());
                let message = Diagnostic::error(message);
                let places = components.iter().map(|index| graph.component(*index).place);
                places.fold(message, |diagnostic, place| diagnostic.at(place, "one of them")).help(
                    "a full name tells a component apart in messages and in the records of runs: \
                     give each its own, or replace the one by the other with `replace`",
                )
            }
            Finding::WrongScope { asker, longest, chain } => {
                wrong_scope(asker, *longest, chain, graph)
            }
            Finding::HooksOfTransient(index) => {
                let component = graph.component(*index);
                let path = component.path();
                Diagnostic::error(format!("nobody starts and stops the transient `{path}`"))
                    .at(component.place, "implements `Lifecycle`")
                    .help("give it another scope, or do in its constructor and `Drop` what its hooks do")
            }
            Finding::UnusedCondition { component, condition, unused } => {
                unused_condition(graph.component(*component), condition, unused)
            }
            Finding::Pick { choosing, forced, problem, candidates } => {
                wrong_pick(choosing, *forced, problem, candidates, graph)
            }
            Finding::NothingPicked { pick, place, decision } => {
                Diagnostic::error(format!("no component is `{pick}`"))
                    .at(*place, format!("made {decision} here"))
            }
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
        Problem::Missing => missing(wanted, asked, graph),
        Problem::Ambiguous(candidates) => {
            let diagnostic = asked(format!("{} components provide {wanted}", candidates.len()));
            ambiguous(wanted.key, candidates, diagnostic, graph)
        }
        Problem::SameName { name, candidates } => {
            let count = candidates.len();
            let message = format!("{count} components provide `{}` named `{name}`", wanted.key);
            ambiguous(wanted.key, candidates, asked(message), graph)
        }
        Problem::Unnamed(candidates) => {
            let diagnostic =
                asked(format!("a component that provides `{}` by name has none", wanted.key));
            candidates
                .iter()
                .fold(diagnostic, |diagnostic, index| {
                    let component = graph.component(*index);
                    diagnostic.at(component.place, format!("`{}` has no name", component.path))
                })
                .help("give it one with `named = \"…\"`, or ask for all with `Vec<Arc<…>>`")
        }
        Problem::NamedMap => {
            asked(format!("a map has all components by their names, and not only {wanted}"))
                .help("leave the name out, or ask for an `Arc` by that name")
        }
        Problem::NotTransient(index) => {
            let component = graph.component(*index);
            let (path, scope) = (&component.path, component.scope);
            asked(format!("a factory makes a new {wanted} at each call, but its scope is another"))
                .at(component.place, format!("the scope of `{path}` is `{scope}`"))
                .help("say `scope = transient` there, or ask for an `Arc` or a `Lazy`")
        }
        Problem::UnknownFacet => {
            asked(format!("the facet of {wanted} is not loaded in this container"))
                .help("build the container with a runtime: `Container::builder().runtime(…)`")
        }
    }
}

fn missing(wanted: Wanted, asked: impl FnOnce(String) -> Diagnostic, graph: &Graph) -> Diagnostic {
    let mut diagnostic = asked(format!("no component provides {wanted}"));
    let mut remedy = None;
    for (index, reason) in graph.others(wanted.key, wanted.name) {
        let component = graph.component(index);
        diagnostic = diagnostic.at(component.place, reason);
        if remedy.is_none() && (wanted.name.is_none() || component.name.as_deref() == wanted.name) {
            remedy = graph.remedy(index).map(|flags| format!("activate it with `{flags}`"));
        }
    }
    let key = wanted.key.to_string();
    let attribute = match (key.starts_with("dyn "), wanted.name) {
        (true, Some(name)) => format!("`#[component(provides = {key}, named = \"{name}\")]`"),
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

fn ambiguous(
    key: TypeKey,
    candidates: &[u32],
    mut diagnostic: Diagnostic,
    graph: &Graph,
) -> Diagnostic {
    for index in candidates {
        let component = graph.component(*index);
        let mark = match (component.primary, graph.fallbacks[*index as usize]) {
            (true, _) => ", primary",
            (_, true) => ", a fallback",
            _ => "",
        };
        diagnostic =
            diagnostic.at(component.place, format!("candidate `{}`{mark}", component.path));
    }
    for (index, reason) in graph.others(key, None) {
        if !graph.is_active(index) {
            diagnostic = diagnostic.at(graph.component(index).place, reason);
        }
    }
    match candidates.iter().filter(|index| graph.component(**index).primary).count() {
        0 => diagnostic
            .help("mark one as `primary`, ask for one by name, or for all with `Vec<Arc<…>>`"),
        _ => diagnostic.help("leave `primary` on one of them only"),
    }
    .help("or let them take part in turn: `when(profile = \"…\")`")
}

fn cycle(members: &[u32], graph: &Graph) -> Diagnostic {
    let first = graph.component(members[0]);
    let chain = members.iter().chain(&members[..1]);
    let chain: Vec<_> = chain.map(|index| format!("`{}`", graph.component(*index).path)).collect();
    let mut diagnostic =
        Diagnostic::error(format!("components need one another: {}", chain.join(" → ")));
    for (position, index) in members.iter().enumerate() {
        let next = members[(position + 1) % members.len()];
        let component = graph.component(*index);
        let parameter = graph.parameter(*index, next);
        let label = format!(
            "`{}` needs `{}` for `{parameter}`",
            component.path,
            graph.component(next).path
        );
        diagnostic = diagnostic.at(component.place, label);
    }
    diagnostic.help(format!(
        "take one of them out of the circle: let `{}` get what it needs when it uses it, as a \
         `Lazy<…>`, or move the shared part into a component of its own",
        first.path
    ))
}

fn wrong_scope(asker: &AskedBy, longest: Scope, chain: &[u32], graph: &Graph) -> Diagnostic {
    let last = graph.component(chain[chain.len() - 1]);
    let (path, scope) = (&last.path, last.scope);
    let lives = match longest {
        Scope::Stage => "as long as a stage",
        Scope::Step => "as long as a step",
        Scope::Singleton | Scope::Transient => "as long as the container",
    };
    let mut diagnostic = Diagnostic::error(format!(
        "`{path}` lives in a {scope} only, and something keeps it longer"
    ))
    .at(asker.place, format!("`{}` of {}, {lives}", asker.parameter, asker.owner));
    for pair in chain.windows(2) {
        let (holder, held) = (graph.component(pair[0]), graph.component(pair[1]));
        let label = format!("the transient `{}` holds `{}`", holder.path, held.path);
        diagnostic = diagnostic.at(holder.place, label);
    }
    diagnostic
        .at(last.place, format!("`{path}`, one per {scope}"))
        .help("take it where it is used, as a `Lazy<…>`, or give both the same scope")
}

fn unused_condition(component: &Component, condition: &str, unused: &Unused) -> Diagnostic {
    let said = |message: String| {
        let label = format!("the condition {condition} of `{}`", component.path);
        Diagnostic::error(message).at(component.place, label)
    };
    let among = |diagnostic: Diagnostic, found: &str, known: &[String]| {
        let near = nearest(found, known.iter().map(String::as_str));
        diagnostic
            .note(format!("known: {}", known.join(", ")))
            .help_if(near.map(|near| format!("did you mean `{near}`?")))
    };
    match unused {
        Unused::Facet { facet, known } => {
            among(said(format!("a condition names the unknown facet `{facet}`")), facet, known)
        }
        Unused::Key { facet, key, known } => {
            let unknown =
                said(format!("a condition names the unknown key `{key}` of facet `{facet}`"));
            match (known.is_empty(), key.rsplit_once('.')) {
                (true, Some((above, _))) => {
                    unknown.note(format!("`{facet}.{above}` is no table with keys"))
                }
                _ => among(unknown, key, known),
            }
        }
        Unused::Secret { facet, key } => {
            said(format!("a condition names the secret key `{facet}.{key}`"))
                .help("let it depend on a key that may be shown")
        }
    }
}

fn wrong_pick(
    choosing: &Choosing,
    forced: bool,
    problem: &WrongPick,
    candidates: &[u32],
    graph: &Graph,
) -> Diagnostic {
    let Choosing { key, pick, place } = choosing;
    let what = if forced { "forced" } else { "the default" };
    let message = match problem {
        WrongPick::NoProvider => format!("`{pick}` is {what} for `{key}`, but does not provide it"),
        WrongPick::NotActive => format!("`{pick}` is {what} for `{key}`, but is not active"),
        WrongPick::Several => {
            format!("`{pick}` is {what} for `{key}`, but {} components are that", candidates.len())
        }
    };
    let mut diagnostic = Diagnostic::error(message).at(*place, "said here");
    let reasons = graph.others(*key, None);
    for index in candidates {
        let component = graph.component(*index);
        let reason = reasons.iter().find(|(other, _)| other == index && !graph.is_active(*other));
        let label = reason.map_or_else(|| format!("`{}`", component.path), |(_, r)| r.clone());
        diagnostic = diagnostic.at(component.place, label);
    }
    match problem {
        WrongPick::NoProvider => {
            let providers = graph.others(*key, None);
            let providers = providers.iter().map(|(index, _)| graph.component(*index).path());
            let providers: Vec<_> = providers.collect();
            match providers.is_empty() {
                true => diagnostic.note("nothing provides it"),
                false => diagnostic.note(format!("these provide it: {}", providers.join(", "))),
            }
        }
        WrongPick::NotActive => {
            let flags = candidates.iter().find_map(|index| graph.remedy(*index));
            diagnostic.help_if(flags.map(|flags| format!("activate it with `{flags}`")))
        }
        WrongPick::Several => {
            diagnostic.help("pick one by its full name: `Pick::from(\"module::Name\")`")
        }
    }
}
