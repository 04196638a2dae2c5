//! What is shown of the wiring, and how things are called in it.

use std::time::Duration;

use super::{Need, WiredComponent, Wiring};

impl Wiring {
    /// Leaves out the framework's own components. Where they answer, they are still named.
    pub fn without_internals(mut self) -> Self {
        self.components.retain(|component| !component.internal);
        self
    }

    /// Tells who uses a component, directly.
    pub(super) fn is_used(&self, path: &str) -> bool {
        let inner = self.components.iter().flat_map(|component| &component.needs);
        let outer = self.askers.iter().flat_map(|asker| &asker.needs);
        inner.chain(outer).any(|need| need.answers.iter().any(|answer| answer == path))
    }
}

impl WiredComponent {
    /// Lists what is special about it: `named "x"`, `primary`, and so on.
    pub(super) fn marks(&self) -> Vec<String> {
        let mut marks = Vec::new();
        marks.extend(self.name.as_ref().map(|name| format!("named `{name}`")));
        marks.extend(self.primary.then(|| "primary".to_owned()));
        marks.extend(self.fallback.then(|| "fallback".to_owned()));
        if !matches!(&*self.scope, "" | "singleton") {
            marks.push(self.scope.clone());
        }
        marks.extend(self.absence.clone());
        marks
    }

    /// Lists the interfaces that it provides: all but its own type, unless that is one.
    pub(super) fn interfaces(&self) -> &[String] {
        match self.provides.split_first() {
            Some((own, others)) if !own.starts_with("dyn ") => others,
            _ => &self.provides,
        }
    }

    /// Says how long it took, as far as it is known: `constructed in 3.1 ms, started in 2.00 s`.
    pub(super) fn times(&self) -> Option<String> {
        let parts = [("constructed", self.construct), ("started", self.start)];
        let known = parts
            .iter()
            .filter_map(|(what, time)| time.map(|time| format!("{what} in {}", duration(time))));
        let known: Vec<_> = known.collect();
        (!known.is_empty()).then(|| known.join(", "))
    }
}

impl Need {
    /// Says what is asked for: `all dyn Sink`, ``Database named `executor` ``.
    pub(super) fn wanted(&self) -> String {
        let ty = self.ty.as_deref().unwrap_or_default();
        let mut text = match &*self.wants {
            "container" => "the container".to_owned(),
            "tokio" => "the runtime of tokio".to_owned(),
            "one" => ty.to_owned(),
            "factory" => format!("a new {ty}"),
            "by-name" => format!("all {ty} by name"),
            wants => format!("{wants} {ty}"),
        };
        if self.later {
            text = format!("later {text}");
        }
        match &self.name {
            Some(name) => format!("{text} named `{name}`"),
            None => text,
        }
    }

    /// Tells whether components could answer it.
    pub(super) fn is_for_components(&self) -> bool {
        !matches!(&*self.wants, "facet" | "container" | "tokio")
    }
}

fn duration(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds >= 1.0 => format!("{seconds:.2} s"),
        seconds if seconds >= 1e-3 => format!("{:.1} ms", seconds * 1e3),
        seconds => format!("{:.0} µs", seconds * 1e6),
    }
}
