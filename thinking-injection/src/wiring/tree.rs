//! The wiring as a tree: who asks, and below each need who answers it.

use std::collections::HashSet;

use termtree::Tree;

use super::{Need, WiredComponent, Wiring};

/// What lies deeper is drawn further below, from the left again.
const MAX_DEPTH: usize = 24;

impl Wiring {
    /// Draws the wiring from those who ask from outside down to what needs nothing.
    ///
    /// A component's own needs are drawn where it comes first; later it is marked with `(above)`, and
    /// at a great depth with `(below)`. After those that are asked for from outside come the components that nobody uses, and those
    /// that do not take part.
    pub fn tree(&self) -> String {
        let mut drawn = HashSet::new();
        let mut text = String::new();
        for asker in self.askers.iter().filter(|asker| !asker.needs.is_empty()) {
            let mut tree = Tree::new(format!("{}  {}", asker.label, asker.place));
            asker.needs.iter().for_each(|need| self.draw_need(&mut tree, need, 1, &mut drawn));
            text += &tree.to_string();
        }
        let (present, absent): (Vec<_>, Vec<_>) =
            self.components.iter().partition(|component| component.absence.is_none());
        let (used, unused): (Vec<_>, Vec<_>) =
            present.into_iter().partition(|component| self.is_used(&component.path));
        for component in unused {
            text += &self.drawing(component, 0, &mut drawn).to_string();
        }
        // What lies deep, and what is used only in a circle or by what is not shown.
        for component in used {
            if !drawn.contains(&*component.path) {
                text += &self.drawing(component, 0, &mut drawn).to_string();
            }
        }
        for component in absent {
            text += &self.drawing(component, 0, &mut drawn).to_string();
        }
        text
    }

    fn drawing<'a>(
        &'a self,
        component: &'a WiredComponent,
        depth: usize,
        drawn: &mut HashSet<&'a str>,
    ) -> Tree<String> {
        let mut line = vec![component.path.clone()];
        let mut marks = component.marks();
        let is_deep = depth > MAX_DEPTH && !drawn.contains(&*component.path);
        let is_new = !is_deep && drawn.insert(&component.path);
        if !is_new {
            marks.push(if is_deep { "below" } else { "above" }.to_owned());
        }
        if !marks.is_empty() {
            line[0] += &format!(" ({})", marks.join(", "));
        }
        if is_new {
            line.push(component.place.clone());
            line.extend(component.times());
        }
        let mut tree = Tree::new(line.join("  "));
        if is_new {
            for interface in component.interfaces() {
                tree.push(format!("provides {interface}"));
            }
            component
                .needs
                .iter()
                .for_each(|need| self.draw_need(&mut tree, need, depth + 1, drawn));
        }
        tree
    }

    fn draw_need<'a>(
        &'a self,
        tree: &mut Tree<String>,
        need: &'a Need,
        depth: usize,
        drawn: &mut HashSet<&'a str>,
    ) {
        let label = format!("{}: {}", need.parameter, need.wanted());
        if !need.is_for_components() {
            tree.push(label);
            return;
        }
        if need.answers.is_empty() {
            tree.push(format!("{label} ← nothing"));
            return;
        }
        let mut below = Tree::new(label);
        for answer in &need.answers {
            match self.component(answer) {
                Some(component) => below.push(self.drawing(component, depth, drawn)),
                None => below.push(answer.clone()),
            };
        }
        tree.push(below);
    }
}
