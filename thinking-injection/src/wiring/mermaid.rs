//! The wiring in the language of Mermaid, which Markdown pages show as a drawing.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::{Need, Wiring};

impl Wiring {
    /// Writes the wiring as a Mermaid flowchart: an arrow leads from who needs something to who
    /// answers, and a dotted one does so on first use only. What does not take part is dashed.
    pub fn mermaid(&self) -> String {
        let mut text = "flowchart LR\n".to_owned();
        // Names could be words of the language, so nodes have numbers. Writing to a string does
        // not fail.
        for (number, asker) in self.askers.iter().enumerate() {
            let _ = writeln!(text, "    a{number}([{}])", quoted(&asker.label));
        }
        let mut numbers = HashMap::new();
        let mut absent = Vec::new();
        for (number, component) in self.components.iter().enumerate() {
            let mut lines = vec![component.path.clone()];
            lines.extend(component.interfaces().iter().map(|name| format!("«{name}»")));
            lines.extend(component.marks());
            lines.extend(component.times());
            let _ = writeln!(text, "    c{number}[{}]", quoted(&lines.join("\n")));
            numbers.insert(&*component.path, number);
            if component.absence.is_some() {
                absent.push(format!("c{number}"));
            }
        }
        let mut edges = |from: String, needs: &[Need]| {
            for need in needs {
                let arrow = if need.later { "-.->" } else { "-->" };
                let label = quoted(&need.parameter);
                for to in need.answers.iter().filter_map(|answer| numbers.get(&**answer)) {
                    let _ = writeln!(text, "    {from} {arrow}|{label}| c{to}");
                }
            }
        };
        for (number, asker) in self.askers.iter().enumerate() {
            edges(format!("a{number}"), &asker.needs);
        }
        for (number, component) in self.components.iter().enumerate() {
            edges(format!("c{number}"), &component.needs);
        }
        if !absent.is_empty() {
            let _ = writeln!(text, "    classDef absent stroke-dasharray: 5 5");
            let _ = writeln!(text, "    class {} absent", absent.join(","));
        }
        text
    }
}

/// Quotes a text. Mermaid takes what is between quotes for HTML, and a backtick there for the
/// begin of Markdown; its entities begin with `#`.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' => quoted += "#quot;",
            '#' => quoted += "#35;",
            '&' => quoted += "#amp;",
            '<' => quoted += "#lt;",
            '>' => quoted += "#gt;",
            '`' => quoted += "#96;",
            '\n' => quoted += "<br/>",
            '\r' => {}
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
