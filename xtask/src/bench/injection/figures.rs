//! What was measured, per framework and row, and the table of all of it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};

use super::super::comparison::{Samples, time};
use super::super::markdown;
use super::COMPILED;
use super::framework::{FRAMEWORKS, Framework, Kind, OURS};
use super::shape::Shape;
use super::workspace::Workspace;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Row {
    LookUp,
    Transient,
    Container(Shape),
    /// The components with their framework.
    Compiling,
    /// The same without.
    CompilingPlain,
}

impl Row {
    /// Returns the row that the program of services calls `name`.
    pub(super) fn service(name: &str) -> Result<Self> {
        match name {
            "look-up" => Ok(Row::LookUp),
            "transient" => Ok(Row::Transient),
            _ => bail!("a program measured `{name}`, which no row of the table is for"),
        }
    }

    /// Lists the rows of the table.
    pub(super) fn all() -> impl Iterator<Item = Row> {
        let containers = Shape::MEASURED.into_iter().map(Row::Container);
        [Row::LookUp, Row::Transient].into_iter().chain(containers).chain([Row::Compiling])
    }

    pub(super) fn title(self) -> String {
        match self {
            Row::LookUp => "1,000 look-ups".to_owned(),
            Row::Transient => "1,000 transients".to_owned(),
            Row::Container(shape) => {
                let kind = if shape.chain { "a chain" } else { "a fan" };
                let count = match shape.components {
                    1000 => "1,000".to_owned(),
                    count => count.to_string(),
                };
                format!("{kind} of {count}")
            }
            Row::Compiling | Row::CompilingPlain => format!("compiling {}", COMPILED.components),
        }
    }
}

/// The samples of all frameworks.
pub(super) struct Figures {
    samples: BTreeMap<(&'static str, Row), Vec<Duration>>,
    /// What stands above each framework's column.
    heads: Vec<String>,
}

impl Figures {
    /// Starts without samples.
    pub(super) fn new(workspace: &Workspace) -> Result<Self> {
        let versions = workspace.versions()?;
        let head = |framework: &Framework| match versions.get(framework.name) {
            Some(version) => format!("{} {version}", framework.name),
            None => framework.name.replace('-', " "),
        };
        Ok(Figures { samples: BTreeMap::new(), heads: FRAMEWORKS.iter().map(head).collect() })
    }

    pub(super) fn add(&mut self, framework: &Framework, row: Row, time: Duration) {
        self.samples.entry((framework.name, row)).or_default().push(time);
    }

    /// Returns the samples of a framework; `None` if it has none in this row.
    pub(super) fn samples(&self, framework: &Framework, row: Row) -> Option<Samples> {
        self.samples.get(&(framework.name, row)).cloned().map(Samples::new)
    }

    /// Returns what a row costs with a framework, by the medians: for compiling, beyond what the
    /// same components cost without it.
    pub(super) fn cost(&self, framework: &Framework, row: Row) -> Option<Duration> {
        let median = |row| Some(self.samples(framework, row)?.median());
        match row {
            Row::Compiling => Some(median(row)?.saturating_sub(median(Row::CompilingPlain)?)),
            _ => median(row),
        }
    }

    /// Returns the framework of a kind that costs least, and its cost.
    pub(super) fn best(&self, kind: Kind, row: Row) -> Option<(&'static Framework, Duration)> {
        let of_kind = FRAMEWORKS.iter().filter(|framework| framework.kind == kind);
        let costs = of_kind.filter_map(|framework| Some((framework, self.cost(framework, row)?)));
        costs.min_by_key(|(_, cost)| *cost)
    }

    /// Writes the table of everything, and what has to be known about it.
    pub(super) fn describe(&self) -> String {
        let mut rows = vec![vec!["medians".to_owned()]];
        rows[0].extend(self.heads.iter().cloned());
        for row in Row::all() {
            let mut cells = vec![match row {
                Row::Compiling => "compiling a component".to_owned(),
                _ => row.title(),
            }];
            cells.extend(FRAMEWORKS.iter().map(|framework| {
                let cost = self.cost(framework, row).map(|cost| match row {
                    Row::Compiling => cost / COMPILED.components,
                    _ => cost,
                });
                cost.map_or("–".to_owned(), time)
            }));
            rows.push(cells);
        }
        format!("{}\n{}", markdown::table(&rows), self.notes())
    }

    fn notes(&self) -> String {
        let mut notes = vec![
            "Look-ups are of a built singleton behind a trait, transients have three \
             dependencies; each includes dropping what came out."
                .to_owned(),
            "In a chain each component uses the three before it, in a fan three that nobody else \
             uses. Building goes from nothing to the component that uses all others; registering \
             counts, dropping does not. What a framework checks only when told to was not checked."
                .to_owned(),
            format!(
                "Compiling is of a fan of {}, unoptimised and with linking, everything else being \
                 compiled; beyond what the same types take without the framework.",
                COMPILED.components
            ),
            "`shaku` and `nject` wire in code that macros write; the others do so while the \
             program runs. The components of `shaku` are behind traits, as it has them so; \
             `froodi` hands out a service behind a trait as an `Arc` of a `Box`, and a transient \
             without an `Arc`."
                .to_owned(),
        ];
        if self.samples(OURS, Row::Transient).is_none() {
            notes.push("`thinking` has no transients yet.".to_owned());
        }
        for framework in FRAMEWORKS {
            for (reason, shapes) in framework.left_out() {
                let rows = shapes.into_iter().map(|shape| Row::Container(shape).title());
                let rows = rows.collect::<Vec<_>>().join(", ");
                notes.push(format!("`{}` without {rows}: {reason}.", framework.name));
            }
        }
        notes.iter().map(|note| format!("- {note}\n")).collect()
    }
}

#[cfg(test)]
mod tests;
