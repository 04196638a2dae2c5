//! The wiring in the language of Graphviz.

use std::fmt::Write as _;

use super::{Need, Wiring};

impl Wiring {
    /// Writes the wiring as a directed graph for `dot`: an arrow leads from who needs something to
    /// who answers, and a dashed one does so on first use only. What does not take part is dashed.
    pub fn dot(&self) -> String {
        let mut text = "digraph wiring {\n    rankdir=LR;\n    node [shape=box];\n".to_owned();
        // Writing to a string does not fail.
        for asker in &self.askers {
            let label = quoted(&asker.label);
            let _ = writeln!(text, "    {label} [shape=ellipse];");
        }
        for component in &self.components {
            let mut lines = vec![component.path.clone()];
            lines.extend(component.interfaces().iter().map(|name| format!("«{name}»")));
            lines.extend(component.marks());
            lines.extend(component.times());
            let style = if component.absence.is_some() { ", style=dashed" } else { "" };
            let (path, label) = (quoted(&component.path), quoted(&lines.join("\n")));
            let _ = writeln!(text, "    {path} [label={label}{style}];");
        }
        let outer = self.askers.iter().map(|asker| (&asker.label, &asker.needs));
        let inner = self.components.iter().map(|component| (&component.path, &component.needs));
        for (from, needs) in outer.chain(inner) {
            needs.iter().for_each(|need| self.edges(&mut text, from, need));
        }
        text + "}\n"
    }

    fn edges(&self, text: &mut String, from: &str, need: &Need) {
        for answer in need.answers.iter().filter(|answer| self.component(answer).is_some()) {
            let style = if need.later { ", style=dashed" } else { "" };
            let (from, to, label) = (quoted(from), quoted(answer), quoted(&need.parameter));
            let _ = writeln!(text, "    {from} -> {to} [label={label}{style}];");
        }
    }
}

/// Quotes a text. Graphviz reads escapes, and entities of HTML, in labels.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            '\n' => quoted += "\\n",
            '\r' => {}
            '&' => quoted += "&amp;",
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
