//! The bench `injection`: looking up, making and building components, and compiling them, beside
//! other frameworks and by hand.
//!
//! The programs are those of `benches/peers/`, a workspace of its own. Each program runs in turn,
//! several times over, so that all see the same state of the machine.

mod figures;
mod framework;
mod shape;
mod workspace;

use std::time::Duration;

use anyhow::{Context, Result};

use super::comparison::{Bound, Comparison, Results, Samples};
use crate::terminal;
use figures::{Figures, Row};
use framework::{BY_HAND, FRAMEWORKS, Framework, Kind, OURS};
use shape::Shape;
use workspace::Workspace;

/// How often each program is run; each takes 30 samples, as far as time allows.
const ROUNDS: usize = 10;
/// How often each program is compiled with its framework, and without.
const COMPILE_ROUNDS: usize = 3;
const COMPILED: Shape = Shape { chain: false, components: 200 };

/// What is wanted of a look-up, beside one clone of an `Arc`.
const LOOK_UP: Bound = Bound::Ratio(1.5);
/// What is wanted of a transient, beside the same by hand.
const TRANSIENT: Bound = Bound::Ratio(2.0);
/// What is wanted of building 1,000 components.
const THOUSAND: Bound = Bound::Within(Duration::from_micros(300));
/// What is wanted of compiling a component.
const COMPONENT: Duration = Duration::from_millis(20);
/// Ahead of each framework that wires while the program runs, as ours does.
const AHEAD: Bound = Bound::Ratio(1.0);

/// Builds all that is measured. The first time, that takes many minutes, most of them for other
/// frameworks' containers of 1,000 components; what has been built is not built again.
pub(super) fn build() -> Result<()> {
    build_in(&Workspace::open()?)
}

pub(super) fn run() -> Result<Results> {
    let workspace = Workspace::open()?;
    build_in(&workspace)?;
    let mut figures = Figures::new(&workspace)?;
    for round in 0..ROUNDS {
        terminal::line(&format!("round {} of {ROUNDS}", round + 1));
        for framework in FRAMEWORKS {
            for (row, time) in workspace.services(framework)? {
                figures.add(framework, Row::service(&row)?, time);
            }
            for shape in Shape::MEASURED {
                if framework.builds(shape).is_ok() {
                    for time in workspace.containers(framework, shape)? {
                        figures.add(framework, Row::Container(shape), time);
                    }
                }
            }
        }
    }
    for round in 0..COMPILE_ROUNDS {
        terminal::line(&format!("compiling, round {} of {COMPILE_ROUNDS}", round + 1));
        for framework in compiled() {
            let (with, without) = workspace.compile(framework, COMPILED)?;
            figures.add(framework, Row::Compiling, with);
            figures.add(framework, Row::CompilingPlain, without);
        }
    }
    let comparisons = comparisons(&figures)?;
    Ok(Results { comparisons, figures: figures.describe(), short: Vec::new() })
}

fn build_in(workspace: &Workspace) -> Result<()> {
    for framework in FRAMEWORKS {
        terminal::line(&format!("building the programs of {}", framework.name));
        let shapes = Shape::MEASURED.into_iter().filter(|shape| framework.builds(*shape).is_ok());
        workspace.build(framework, shapes)?;
    }
    for framework in compiled() {
        terminal::line(&format!("compiling what the components of {} need", framework.name));
        workspace.prepare_compiling(framework, COMPILED)?;
    }
    Ok(())
}

/// Lists the frameworks whose compiling is measured.
fn compiled() -> impl Iterator<Item = &'static Framework> {
    FRAMEWORKS.iter().filter(|framework| framework.kind != Kind::ByHand)
}

/// Sets ours beside what it is bound by: the same by hand, and the best of the frameworks that do
/// the same at run time. A row that ours cannot do yet is left out.
fn comparisons(figures: &Figures) -> Result<Vec<Comparison>> {
    let mut comparisons = Vec::new();
    for row in Row::all() {
        let Some(ours) = figures.samples(OURS, row) else {
            continue;
        };
        let (beside, other) = match row {
            Row::Compiling => ("without any", figures.samples(OURS, Row::CompilingPlain)),
            _ => ("by hand", figures.samples(BY_HAND, row)),
        };
        let name = row.title();
        comparisons.push(Comparison {
            name: format!("{name}, {beside}"),
            ours: ours.clone(),
            other: other.with_context(|| format!("{name} was not measured {beside}"))?,
            bound: match row {
                Row::LookUp => Some(LOOK_UP),
                Row::Transient => Some(TRANSIENT),
                Row::Container(shape) => (shape.components == 1000).then_some(THOUSAND),
                Row::Compiling => Some(Bound::Beyond(COMPONENT * COMPILED.components)),
                Row::CompilingPlain => None,
            },
            note: String::new(),
        });
        if let Some((framework, other)) = figures.best(Kind::RunTime, row) {
            let ours = figures.cost(OURS, row).context("ours was measured")?;
            comparisons.push(Comparison {
                name: format!("{name}, {}", framework.name),
                ours: Samples::new(vec![ours]),
                other: Samples::new(vec![other]),
                bound: Some(AHEAD),
                note: "the best of the frameworks that wire at run time".to_owned(),
            });
        }
    }
    Ok(comparisons)
}
