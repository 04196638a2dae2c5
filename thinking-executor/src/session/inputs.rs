//! What steps depend on: as it is now, and how what is recorded differs from it.

use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use thinking_injection::{Container, Lineage as Components};
use thinking_modules::registry;
use thinking_runtime::{Recorded, helpers};

use crate::codec::{self, CodecError};
use crate::digest::Digest;
use crate::divergence::Difference;
use crate::error::StoreError;
use crate::history::Print;
use crate::replay::{Present, UNSET, compare};
use crate::storage::{Batch, Space};
use crate::store::{Records, seal};
use crate::task::TaskDefinition;

/// What is the same for all steps of a session. Each comparison is made once: a loop of a million
/// steps has few prints.
#[derive(Default)]
pub(crate) struct Inputs {
    /// The present value of every setting.
    settings: BTreeMap<String, String>,
    tasks: FxHashMap<*const TaskDefinition, Rc<TaskInputs>>,
    compared: FxHashMap<(Digest, *const TaskDefinition), Rc<[Difference]>>,
    /// The program's tasks by their names; nothing where several have one.
    named: Option<FxHashMap<String, Option<&'static TaskDefinition>>>,
    /// The prints that the store has.
    stored: FxHashSet<Digest>,
    /// What was stored last: most steps depend on what the step before them does.
    last: Option<(Print, Digest)>,
}

/// What every call of a task depends on.
pub(crate) struct TaskInputs {
    /// Without settings and helpers: which a step uses is known when it has run.
    pub(crate) print: Print,
    /// What its components used while they were constructed.
    pub(crate) constructed: Recorded,
}

impl Inputs {
    pub(crate) fn new(settings: BTreeMap<String, String>) -> Inputs {
        Inputs { settings, ..Inputs::default() }
    }

    pub(crate) fn of(
        &mut self,
        task: &'static TaskDefinition,
        container: &Container,
    ) -> Rc<TaskInputs> {
        let inputs = self.tasks.entry(std::ptr::from_ref(task)).or_insert_with(|| {
            let Components { components, reads, helpers } =
                container.lineage(&(task.requirements)());
            let print = Print {
                code: Digest::of(task.code.as_bytes()),
                version: task.version,
                components,
                settings: BTreeMap::new(),
                helpers: BTreeMap::new(),
            };
            Rc::new(TaskInputs { print, constructed: Recorded { settings: reads, helpers } })
        });
        inputs.clone()
    }

    /// Returns the task of a name; nothing if there is none, or if several have this name.
    pub(crate) fn task(&mut self, name: &str) -> Option<&'static TaskDefinition> {
        let named = self.named.get_or_insert_with(|| {
            let mut named: FxHashMap<String, Option<&'static TaskDefinition>> =
                FxHashMap::default();
            for (_, task) in registry::items::<TaskDefinition>() {
                named
                    .entry(task.full_name())
                    .and_modify(|known| *known = None)
                    .or_insert(Some(task));
            }
            named
        });
        named.get(name).copied().flatten()
    }

    /// Returns how what a recorded step depends on differs from what it would depend on now.
    pub(crate) fn differences(
        &mut self,
        recorded: Digest,
        task: &'static TaskDefinition,
        now: &Print,
        records: &Records,
    ) -> Result<Rc<[Difference]>, StoreError> {
        let key = (recorded, std::ptr::from_ref(task));
        if let Some(differences) = self.compared.get(&key) {
            return Ok(differences.clone());
        }
        let differences: Rc<[_]> = compare(&records.print(recorded)?, now, self.present()).into();
        self.compared.insert(key, differences.clone());
        Ok(differences)
    }

    /// Returns the print of a recorded step with what it would depend on now, as far as that can be
    /// known before it runs: it read the settings that are recorded.
    pub(crate) fn accepted(&self, recorded: &Print, now: &TaskInputs) -> Print {
        let mut print = now.print.clone();
        let Recorded { settings, helpers } = &now.constructed;
        for key in recorded.settings.keys().chain(settings.keys()) {
            let value = self.settings.get(key).map_or(UNSET, String::as_str);
            print.settings.insert(key.clone(), value.to_owned());
        }
        let present = self.present().helpers;
        for name in recorded.helpers.keys().chain(helpers.keys()) {
            // One that is gone is not called any more.
            if let Some(hash) = present.get(name) {
                print.helpers.insert(name.clone(), hash.clone());
            }
        }
        print
    }

    pub(crate) fn present(&self) -> Present<'_> {
        Present { settings: &self.settings, helpers: helpers() }
    }

    /// Adds a print to what is committed, unless this session has stored it before; returns its
    /// hash.
    pub(crate) fn put(&mut self, batch: &mut Batch, print: &Print) -> Result<Digest, StoreError> {
        if let Some((_, digest)) = self.last.as_ref().filter(|(last, _)| last == print) {
            return Ok(*digest);
        }
        let unwritable = |source| StoreError::Unwritable { what: "a print".to_owned(), source };
        let digest = digest(print).map_err(|error| unwritable(error.into()))?;
        if !self.stored.contains(&digest) {
            batch.put(Space::Prints, digest.as_bytes().to_vec(), seal("a print", print)?);
        }
        Ok(digest)
    }

    /// Remembers that a print is in the store.
    pub(crate) fn stored(&mut self, print: Print, digest: Digest) {
        self.stored.insert(digest);
        self.last = Some((print, digest));
    }
}

/// Returns the hash by which a print is stored.
pub(super) fn digest(print: &Print) -> Result<Digest, CodecError> {
    Ok(Digest::of(&codec::encode(print)?))
}
