//! The wiring as text.

use super::{Graph, Standing};
use crate::requirement::Want;
use crate::scope::Scope;

impl Graph {
    /// Describes the wiring, a line per component and one per field: what answers it.
    pub(crate) fn describe(&self) -> String {
        let mut text = String::new();
        for index in 0..self.components.len() as u32 {
            let component = self.component(index);
            let mut marks = Vec::new();
            marks.extend(component.name.as_ref().map(|name| format!("named `{name}`")));
            marks.extend(component.primary.then(|| "primary".to_owned()));
            if component.scope != Scope::Singleton {
                marks.push(component.scope.to_string());
            }
            marks.extend(self.absence(index));
            let marks = match marks.is_empty() {
                true => String::new(),
                false => format!(" ({})", marks.join(", ")),
            };
            text.push_str(&format!("{}{marks}  {}\n", component.path, component.place));
            for interface in component.interfaces() {
                text.push_str(&format!("  provides {interface}\n"));
            }
            for requirement in &component.requirements {
                let answers = self.paths(&self.answers(requirement));
                let answer = match requirement.want {
                    Want::Facet(key) => format!("facet {key}"),
                    Want::Nothing => "the container".to_owned(),
                    _ if answers.is_empty() => "nothing".to_owned(),
                    Want::Later(..) => format!("later {}", answers.join(", ")),
                    Want::Fresh(_) => format!("new {}", answers.join(", ")),
                    Want::Components(..) => answers.join(", "),
                };
                text.push_str(&format!("  {} ← {answer}\n", requirement.parameter));
            }
        }
        text
    }

    /// Says why a component is not used: ``not active: needs the profile `gpu` ``.
    pub(super) fn absence(&self, index: u32) -> Option<String> {
        match &self.standings[index as usize] {
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
                Some(format!("a fallback, gives way to `{}`", other.unwrap_or_default()))
            }
            Standing::Active if self.fallbacks[index as usize] => Some("fallback".to_owned()),
            Standing::Active => None,
        }
    }
}
