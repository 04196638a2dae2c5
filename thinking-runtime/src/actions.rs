//! The actions of a runtime: in order, without the disabled ones, and how far they are.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use thinking_modules::registry;

use crate::Runtime;
use crate::action::{ActionDefinition, ActionError, BoxError, Facts, LogLayer, Prepare, Prepared};
use crate::diagnostic::{Diagnostic, nearest};
use order::{Link, order};

mod order;

/// The environment variable that lists actions which are not performed, separated by commas.
pub(crate) const VARIABLE: &str = "THINKING_DISABLE";
/// The option that lists them.
pub(crate) const OPTION: &str = "--disable";

/// The actions of a runtime.
pub(crate) struct Actions {
    /// In order, with the disabled ones.
    entries: Vec<Entry>,
    mistakes: Vec<Diagnostic>,
    layers: Mutex<Vec<LogLayer>>,
    /// Who performs just now, so that an action which asks for it again does not wait for itself.
    performer: Mutex<Option<ThreadId>>,
    /// Held while actions are performed.
    outcome: Mutex<Option<Result<(), ActionError>>>,
}

/// An action, and what became of it.
pub(crate) struct Entry {
    pub(crate) definition: &'static ActionDefinition,
    /// The option or variable that disables it.
    pub(crate) disabled: Option<&'static str>,
    /// How long its preparation took.
    pub(crate) prepared: Option<Duration>,
    /// How long it took, and whether it succeeded.
    pub(crate) performed: OnceLock<(Duration, bool)>,
}

/// A name that is disabled, and the option or variable that does it.
pub(crate) type Disabled = (String, &'static str);

impl Actions {
    /// Puts the program's actions in order.
    pub(crate) fn registered(disabled: &[Disabled]) -> Actions {
        let registered = registry::items::<ActionDefinition>();
        Actions::arrange(registered.map(|(_, action)| action).collect(), disabled)
    }

    fn arrange(actions: Vec<&'static ActionDefinition>, disabled: &[Disabled]) -> Actions {
        let order = order(&actions);
        let mut mistakes = twice(&actions);
        mistakes.extend(wrong_neighbours(&actions));
        mistakes.extend(order.cycles.iter().map(|cycle| in_circles(&actions, cycle)));
        mistakes.extend(wrongly_disabled(&actions, disabled));
        let entry = |index: &usize| {
            let definition = actions[*index];
            let by = disabled.iter().find(|(name, _)| name == definition.name);
            let disabled = by.map(|(_, by)| *by).filter(|_| !definition.required);
            Entry { definition, disabled, prepared: None, performed: OnceLock::new() }
        };
        Actions {
            entries: order.sequence.iter().map(entry).collect(),
            mistakes,
            layers: Mutex::default(),
            performer: Mutex::default(),
            outcome: Mutex::default(),
        }
    }

    /// Prepares all actions in order, and returns what they set. What goes wrong is kept with the
    /// other mistakes.
    pub(crate) fn prepare(&mut self, facts: &Facts<'_>) -> Prepared {
        let mut all = Prepared::default();
        for entry in self.entries.iter_mut().filter(|entry| entry.disabled.is_none()) {
            let Some(prepare) = entry.definition.prepare else { continue };
            let begun = Instant::now();
            let mut one = Prepare::new(entry.definition.name, facts);
            let result = guarded(|| prepare(&mut one));
            entry.prepared = Some(begun.elapsed());
            let prepared = one.finish();
            all.defaults.extend(prepared.defaults);
            lock(&self.layers).extend(prepared.layers);
            self.mistakes.extend(prepared.mistakes);
            self.mistakes.extend(result.err().map(|error| unprepared(entry.definition, &*error)));
        }
        all
    }

    /// Returns everything that is wrong with them.
    pub(crate) fn mistakes(&self) -> &[Diagnostic] {
        &self.mistakes
    }

    /// Returns the actions in their order.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the layers of the log that actions brought; the log takes them once.
    pub(crate) fn take_layers(&self) -> Vec<LogLayer> {
        std::mem::take(&mut *lock(&self.layers))
    }

    /// Performs the built-in actions, whatever mistakes there are.
    pub(crate) fn perform_built_in(&self, runtime: &Arc<Runtime>) -> Result<(), ActionError> {
        self.exclusively(|outcome| {
            if let Some(outcome) = outcome {
                return outcome.clone();
            }
            let result = self.run(runtime, |entry| entry.definition.built_in);
            // Whoever performs the others hears of it, too.
            *outcome = result.clone().err().map(Err);
            result
        })
    }

    /// Performs all actions that are not yet performed. Only the first call does anything; later
    /// ones return what it returned.
    pub(crate) fn perform(&self, runtime: &Arc<Runtime>) -> Result<(), ActionError> {
        self.exclusively(|outcome| {
            let first = || {
                self.run(runtime, |entry| entry.definition.built_in)?;
                self.check(runtime)?;
                self.run(runtime, |_| true)
            };
            outcome.get_or_insert_with(first).clone()
        })
    }

    /// Lets one thread at a time perform. From inside an action nothing happens.
    fn exclusively(
        &self,
        perform: impl FnOnce(&mut Option<Result<(), ActionError>>) -> Result<(), ActionError>,
    ) -> Result<(), ActionError> {
        let this = thread::current().id();
        if *lock(&self.performer) == Some(this) {
            return Ok(());
        }
        let mut outcome = lock(&self.outcome);
        *lock(&self.performer) = Some(this);
        let result = perform(&mut outcome);
        *lock(&self.performer) = None;
        result
    }

    /// Tells whether all actions can begin, so that none does if not.
    fn check(&self, runtime: &Runtime) -> Result<(), ActionError> {
        let enabled = self.entries.iter().filter(|entry| entry.disabled.is_none());
        let read = enabled.flat_map(|entry| entry.definition.facets).filter_map(|facet| facet());
        let read: Vec<_> = read.collect();
        let facets = runtime.facets().mistakes_by_name();
        let facets = facets.into_iter().filter(|(name, _)| read.contains(name));
        let wrong = facets.flat_map(|(_, mistakes)| mistakes.iter().cloned());
        let diagnostics: Vec<_> = self.mistakes.iter().cloned().chain(wrong).collect();
        match diagnostics.is_empty() {
            true => Ok(()),
            false => Err(ActionError::Mistakes { diagnostics }),
        }
    }

    fn run(
        &self,
        runtime: &Arc<Runtime>,
        which: impl Fn(&Entry) -> bool,
    ) -> Result<(), ActionError> {
        let enabled = self.entries.iter().filter(|entry| entry.disabled.is_none());
        let open = enabled.filter(|entry| which(entry) && entry.performed.get().is_none());
        for entry in open {
            let action = entry.definition;
            let begun = Instant::now();
            let result = guarded(|| (action.perform)(runtime));
            // Only the thread that performs sets it.
            let _ = entry.performed.set((begun.elapsed(), result.is_ok()));
            result.map_err(|source| ActionError::Failed {
                action: action.name,
                place: action.place,
                source: source.into(),
            })?;
        }
        Ok(())
    }
}

/// Calls what the program wrote; a panic is an error of it.
fn guarded(call: impl FnOnce() -> Result<(), BoxError>) -> Result<(), BoxError> {
    let panicked = |payload: Box<dyn Any + Send>| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Err(format!("panicked: {}", text.unwrap_or_default()).into())
    };
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(panicked)
}

/// A panic of an action is caught, so what a lock guards is as it was.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unprepared(action: &ActionDefinition, error: &(dyn std::error::Error + 'static)) -> Diagnostic {
    let message = format!("action `{}` cannot be prepared", action.name);
    let errors = std::iter::successors(Some(error), |error| error.source());
    errors.fold(Diagnostic::error(message).at(action.place, "declared here"), |found, error| {
        found.note(error.to_string())
    })
}

/// Reports names that several actions have.
fn twice(actions: &[&'static ActionDefinition]) -> Vec<Diagnostic> {
    let mut by_name: BTreeMap<&str, Vec<&ActionDefinition>> = BTreeMap::new();
    actions.iter().for_each(|action| by_name.entry(action.name).or_default().push(action));
    let several = by_name.into_iter().filter(|(_, actions)| actions.len() > 1);
    several
        .map(|(name, actions)| {
            let message = format!("{} actions are called `{name}`", actions.len());
            let found = actions.iter().fold(Diagnostic::error(message), |found, action| {
                let label = if action.built_in { "built in" } else { "declared here" };
                found.at(action.place, label)
            });
            found.help("give one another name: `#[action(name = \"…\")]`")
        })
        .collect()
}

/// Reports neighbours that do not exist, or that nothing can come before.
fn wrong_neighbours(actions: &[&'static ActionDefinition]) -> Vec<Diagnostic> {
    let names = names(actions);
    let built_in = |name: &str| actions.iter().any(|action| action.built_in && action.name == name);
    let mut mistakes = Vec::new();
    for action in actions {
        let after = action.after.iter().map(|name| ("after", *name));
        let before = action.before.iter().map(|name| ("before", *name));
        for (side, name) in after.chain(before) {
            if !names.contains(&name) {
                let message =
                    format!("action `{}` comes {side} the unknown action `{name}`", action.name);
                let found = Diagnostic::error(message).at(action.place, "declared here");
                mistakes.push(with_known(found, name, &names));
            } else if side == "before" && built_in(name) && !action.built_in {
                let message =
                    format!("action `{}` comes before the built-in action `{name}`", action.name);
                mistakes.push(
                    Diagnostic::error(message)
                        .at(action.place, "declared here")
                        .note("built-in actions come before all others")
                        .help("what has to be set earlier can be prepared: `prepare = …`"),
                );
            }
        }
    }
    mistakes
}

fn in_circles(actions: &[&'static ActionDefinition], cycle: &[Link]) -> Diagnostic {
    let name = |index: usize| actions[index].name;
    let message = match cycle {
        [link] => format!("action `{}` comes after itself", name(link.then)),
        _ => {
            let names: Vec<_> = cycle.iter().map(|link| format!("`{}`", name(link.then))).collect();
            format!("the actions {} wait for one another", names.join(", "))
        }
    };
    let found = cycle.iter().fold(Diagnostic::error(message), |found, link| {
        let (first, then) = (name(link.first), name(link.then));
        let label = match link.declared_by == link.then {
            true => format!("`{then}` comes after `{first}`"),
            false => format!("`{first}` comes before `{then}`"),
        };
        found.at(actions[link.declared_by].place, label)
    });
    found.help("remove one of these")
}

/// Reports disabled names that do not exist, or may not be disabled.
fn wrongly_disabled(
    actions: &[&'static ActionDefinition],
    disabled: &[Disabled],
) -> Vec<Diagnostic> {
    let names = names(actions);
    let mut mistakes = Vec::new();
    for (name, by) in disabled {
        let found = actions.iter().find(|action| action.name == name);
        match found {
            None => {
                let found = Diagnostic::error(format!("`{by}` names the unknown action `{name}`"));
                mistakes.push(with_known(found, name, &names));
            }
            Some(action) if action.required => mistakes.push(
                Diagnostic::error(format!("action `{name}` is required and cannot be disabled"))
                    .at(action.place, "declared here")
                    .note(format!("`{by}` names it")),
            ),
            Some(_) => {}
        }
    }
    mistakes
}

fn names(actions: &[&'static ActionDefinition]) -> Vec<&'static str> {
    let mut names: Vec<_> = actions.iter().map(|action| action.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn with_known(found: Diagnostic, name: &str, known: &[&str]) -> Diagnostic {
    found
        .note(format!("known actions: {}", known.join(", ")))
        .help_if(nearest(name, known.iter().copied()).map(|near| format!("did you mean `{near}`?")))
}

#[cfg(test)]
mod tests;
