//! Why a type is answered as it is.

use std::fmt::Write as _;

use thiserror::Error;

use super::{Need, WiredType, Wiring};

/// Nothing provides or asks for a type of this name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("nothing provides or asks for a type `{name}`{}", hint(.nearest))]
pub struct UnknownType {
    /// The name that was asked for.
    pub name: String,
    /// The name that is most like it.
    pub nearest: Option<String>,
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or(String::new(), |nearest| format!("; perhaps `{nearest}`?"))
}

impl Wiring {
    /// Explains who answers for a type, who else could, and who asks.
    ///
    /// `name` is a type's name, or the end of one: `Optimizer` finds `dyn app::Optimizer`. Where
    /// several fit, each is explained. The name of a component stands for its type.
    ///
    /// # Errors
    ///
    /// [`UnknownType`] if none fits.
    pub fn why(&self, name: &str) -> Result<String, UnknownType> {
        let mut fitting: Vec<_> = self.types.iter().filter(|ty| fits(&ty.name, name)).collect();
        if fitting.is_empty() {
            let meant = self.components.iter().filter(|component| fits(&component.path, name));
            let own: Vec<_> = meant.filter_map(|component| component.provides.first()).collect();
            fitting.extend(self.types.iter().filter(|ty| own.contains(&&ty.name)));
        }
        if fitting.is_empty() {
            let types = self.types.iter().map(|ty| ty.name.as_str());
            let names = types.chain(self.components.iter().map(|c| c.path.as_str()));
            return Err(UnknownType { name: name.to_owned(), nearest: nearest(name, names) });
        }
        let texts: Vec<_> = fitting.into_iter().map(|ty| self.explain(ty)).collect();
        Ok(texts.join("\n"))
    }

    fn explain(&self, ty: &WiredType) -> String {
        // Writing to a string does not fail.
        let mut text = format!("{}\n", ty.name);
        let present = |path: &&String| {
            self.component(path).is_some_and(|component| component.absence.is_none())
        };
        let count = ty.candidates.iter().filter(present).count();
        let _ = match (&ty.chosen, count) {
            (Some(chosen), _) => {
                writeln!(text, "  answered by {chosen}, because {}", because(ty))
            }
            (None, 0) => {
                writeln!(text, "  answered by nothing: no component that takes part provides it")
            }
            (None, _) => {
                writeln!(text, "  answered by nothing: {count} could, and none is preferred")
            }
        };
        text += "candidates:\n";
        if ty.candidates.is_empty() {
            text += "  none\n";
        }
        for path in &ty.candidates {
            let Some(component) = self.component(path) else { continue };
            let verdict = if ty.chosen.as_ref() == Some(path) { "chosen" } else { "not chosen" };
            let mut marks = component.marks();
            marks.insert(0, verdict.to_owned());
            let _ = writeln!(text, "  {path} ({})  {}", marks.join(", "), component.place);
        }
        text += "asked for by:\n";
        let outer = self.askers.iter().map(|a| (&a.label, &a.place, &a.needs));
        let inner = self.components.iter().map(|c| (&c.path, &c.place, &c.needs));
        let mut is_asked = false;
        for (who, place, needs) in outer.chain(inner) {
            for need in needs.iter().filter(|need| need.ty.as_ref() == Some(&ty.name)) {
                is_asked = true;
                let (parameter, gets) = (&need.parameter, gets(need));
                let _ = writeln!(text, "  `{parameter}` of {who} gets {gets}  {place}");
            }
        }
        if !is_asked {
            text += "  nobody\n";
        }
        text
    }
}

/// Says who is given to who asks, where that is not plain.
fn gets(need: &Need) -> String {
    let answers = match need.answers.is_empty() {
        true => "nothing".to_owned(),
        false => need.answers.join(", "),
    };
    let plain = need.wants == "one" && !need.later && need.name.is_none();
    if plain { answers } else { format!("{answers} ({})", need.wanted()) }
}

fn because(ty: &WiredType) -> &'static str {
    match ty.because.as_deref() {
        Some("forced") => "the program or test forces it",
        Some("primary") => "it is primary",
        Some("not-fallback") => "all others are fallbacks",
        Some("default") => "the program made it the default",
        _ => "it is the only one",
    }
}

/// Tells whether a type is meant by a name, which may leave out `dyn` and leading modules.
fn fits(ty: &str, name: &str) -> bool {
    let bare = |text: &str| text.strip_prefix("dyn ").unwrap_or(text).to_owned();
    let (ty, name) = (bare(ty), bare(name.trim()));
    let Some(before) = ty.strip_suffix(&*name) else {
        return false;
    };
    !name.is_empty() && (before.is_empty() || before.ends_with("::"))
}

/// Returns the name whose last part is most like that of `wanted`.
fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let last = |name: &'a str| name.rsplit("::").next().unwrap_or_default();
    let names: Vec<_> = names.map(|name| (last(name), name)).collect();
    let wanted = wanted.rsplit("::").next().unwrap_or_default();
    let meant = thinking_runtime::nearest(wanted, names.iter().map(|(last, _)| *last))?;
    names.iter().find(|(last, _)| *last == meant).map(|(_, name)| (*name).to_owned())
}
