//! The steps whose recorded results a person vouches for, and what is said of those that nothing
//! comes of.

use thinking_modules::{Kind, registry};

use crate::error::ExecutorError;
use crate::selector::{Instead, Selector, SelectorError, find};
use crate::storage::Space;
use crate::store::Records;
use crate::task::TaskDefinition;

/// How many steps of a stage are named where it is no step.
const NAMED_MAX: usize = 3;

/// What `Options::keep` asks for, in its order.
#[derive(Default)]
pub(super) struct Keeping(Vec<Wanted>);

struct Wanted {
    /// As it was given.
    text: String,
    /// The step's whole path, if it is recorded under this name.
    path: Option<String>,
    /// Whether it was kept, or said why not.
    is_settled: bool,
}

impl Keeping {
    /// Finds the steps that are meant. One that is not recorded may be so under a former name.
    ///
    /// # Errors
    ///
    /// What is given is no step, or may be several. Nothing was executed.
    pub(super) fn new(keep: &[String], records: &Records) -> Result<Keeping, ExecutorError> {
        let wanted = keep.iter().map(|text| {
            let selector: Selector = text.parse().map_err(ExecutorError::Keep)?;
            let path = match find(records, &selector)? {
                Ok(place) if place.is_step => Some(place.path.to_string()),
                Ok(place) => {
                    let steps = records.steps(&records.lineage(place.line)?, place.positions.start);
                    let steps = steps.take(place.positions.count().min(NAMED_MAX));
                    let steps = steps.map(|step| step.map(|(_, step)| step.path.to_string()));
                    let (path, steps) = (place.path.to_string(), steps.collect::<Result<_, _>>()?);
                    return Err(ExecutorError::Keep(SelectorError::Stage { path, steps }));
                }
                // It may be recorded where the session will go on, or under another name.
                Err(SelectorError::NoTask { instead, .. })
                    if matches!(instead, Instead::Elsewhere(_)) || is_renamed(text) =>
                {
                    None
                }
                // Before the first step is done there is nothing to keep, nor to lose.
                Err(_) if records.all(Space::Steps)?.next().is_none() => None,
                Err(error) => return Err(ExecutorError::Keep(error)),
            };
            Ok(Wanted { text: text.clone(), path, is_settled: false })
        });
        wanted.collect::<Result<_, _>>().map(Keeping)
    }

    /// Tells whether the step at a path is to be kept, which is settled then.
    pub(super) fn takes(&mut self, path: &str) -> bool {
        let mut takes = false;
        for wanted in self.0.iter_mut().filter(|wanted| wanted.means(path)) {
            wanted.is_settled = true;
            takes = true;
        }
        takes
    }

    /// Says of a step that is as it is recorded that there is nothing to keep.
    pub(super) fn unchanged(&mut self, path: &str) {
        if self.open().any(|wanted| wanted.means(path)) && self.takes(path) {
            tracing::warn!("nothing is to be kept for `{path}`: it did not change");
        }
    }

    /// Says of steps below a stage that is skipped whole that there is nothing to keep.
    pub(super) fn skipped(&mut self, stage: &str) {
        let is_below =
            |path: &String| path.strip_prefix(stage).is_some_and(|below| below.starts_with('/'));
        for wanted in self.open().filter(|wanted| wanted.path.as_ref().is_some_and(is_below)) {
            wanted.is_settled = true;
            tracing::warn!(
                "nothing is to be kept for `{}`: nothing changed in `{stage}`, which is skipped whole",
                wanted.text
            );
        }
    }

    /// Says what cannot be kept any more, as a step before it runs again.
    pub(super) fn forked(&mut self, at: &str) {
        for wanted in self.open() {
            wanted.is_settled = true;
            tracing::warn!(
                "`{}` is not kept: `{at}`, which comes before it, changed and runs again",
                wanted.text
            );
        }
    }

    /// Says what was never asked for.
    pub(super) fn ended(&mut self) {
        for wanted in self.open() {
            wanted.is_settled = true;
            tracing::warn!("nothing was to be kept for `{}`: no step has this path", wanted.text);
        }
    }

    fn open(&mut self) -> impl Iterator<Item = &mut Wanted> {
        self.0.iter_mut().filter(|wanted| !wanted.is_settled)
    }
}

impl Wanted {
    fn means(&self, path: &str) -> bool {
        match &self.path {
            Some(whole) => whole == path,
            None => ends_with(path, &self.text),
        }
    }
}

/// Tells whether a task on a path had another name before.
fn is_renamed(path: &str) -> bool {
    let tasks = [Kind::Step, Kind::Stage].into_iter().flat_map(registry::of_kind);
    let tasks = tasks.filter_map(|definition| definition.item.downcast_ref::<TaskDefinition>());
    let mut renamed = tasks.filter(|task| !task.aliases.is_empty());
    let names = || path.split('/').map(|identity| identity.split('[').next().unwrap_or_default());
    renamed.any(|task| names().any(|name| name == task.name))
}

/// Tells whether a path is `end`, or ends with it at the border of a task.
fn ends_with(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}
