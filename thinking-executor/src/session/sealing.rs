//! Sealed stages: one that is finished is skipped whole, the body of another one runs and seals it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rustc_hash::FxHashSet;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Session;
use super::replaying::Asked;
use crate::codec::{self, CodecError};
use crate::digest::Digest;
use crate::error::{ExecutorError, StoreError};
use crate::history::SealRecord;
use crate::keys;
use crate::path::TaskPath;
use crate::replay::{Misfit, Request, Sealed, is_of, misfits};
use crate::storage::{Batch, Space};
use crate::store::{Records, seal};
use crate::task::TaskDefinition;

mod collected;

pub(super) use collected::Collected;
use collected::Open;

/// How the result of a sealed stage becomes bytes, and comes back.
pub(crate) struct ResultCodec<T> {
    write: fn(&T) -> Result<Vec<u8>, CodecError>,
    read: fn(&[u8]) -> Result<T, CodecError>,
}

impl<T: Serialize + DeserializeOwned> ResultCodec<T> {
    pub(crate) fn new() -> ResultCodec<T> {
        ResultCodec { write: |value| codec::encode(value), read: |bytes| codec::decode(bytes) }
    }
}

impl Session {
    /// Gives the recorded result of a sealed stage, and stands behind it. Where its seal does not
    /// fit, or it has none, `body` runs, and seals it if it comes to its end.
    ///
    /// Skipping costs a look at each different thing that the tasks inside depend on, however many
    /// steps these are.
    pub(crate) fn sealed<T>(
        &self,
        task: &'static TaskDefinition,
        request: Request<'_>,
        codec: &ResultCodec<T>,
        body: impl FnOnce() -> Result<T, ExecutorError>,
    ) -> Result<T, ExecutorError> {
        let now = self.inputs.borrow_mut().of(task, &self.container);
        let asked = Asked { request, task, now: &now };
        let skipped = self.flush().and_then(|()| Ok(self.skipped(asked, codec)?));
        if let Some(value) = skipped.map_err(|error| self.end(error))? {
            return Ok(value);
        }
        let from = self.cursor.borrow().next;
        let open = Open::begin(&self.collected);
        let result = body();
        let collected = open.finish();
        let result = result.and_then(|value| {
            self.seal(asked, from, &collected, codec, &value)
                .map_err(|error| self.end(error))
                .map(|()| value)
        });
        if let Some(outer) = self.collected.borrow_mut().last_mut() {
            outer.absorb(collected);
        }
        result
    }

    /// Returns the recorded result of a stage whose seal fits, and stands behind it.
    fn skipped<T>(
        &self,
        asked: Asked<'_>,
        codec: &ResultCodec<T>,
    ) -> Result<Option<T>, StoreError> {
        if self.is_planned_again() {
            return Ok(None);
        }
        // Behind the recorded steps there is nothing to skip.
        let records = self.cursor.borrow_mut().history().map(|history| history.records.clone());
        let Some(records) = records else { return Ok(None) };
        let (seal, value) = match self.fitting(&records, asked, codec)? {
            Ok(fitting) => fitting,
            Err(misfits) => {
                let reasons: Vec<_> = misfits.iter().map(ToString::to_string).collect();
                tracing::debug!("the body of `{}` runs: {reasons:?}", asked.request.path);
                self.plan_body(asked, reasons);
                return Ok(None);
            }
        };
        let from = self.cursor.borrow().next;
        self.plan_skip(asked, from..seal.until)?;
        tracing::debug!(
            "`{}` is skipped whole, with its steps: {}",
            asked.request.path,
            seal.until - from
        );
        self.keeping.borrow_mut().skipped(asked.request.path);
        if let Some(outer) = self.collected.borrow_mut().last_mut() {
            seal.prints.iter().for_each(|print| outer.add(asked.task, *print));
            for (name, prints) in seal.tasks {
                outer.named.entry(name).or_default().extend(prints);
            }
            outer.failed |= seal.handled;
        }
        self.cursor.borrow_mut().skip(&records, seal.until, seal.failures)?;
        Ok(Some(value))
    }

    /// Returns the newest seal at the cursor that fits, with its result, or why the newest does not.
    fn fitting<T>(
        &self,
        records: &Records,
        asked: Asked<'_>,
        codec: &ResultCodec<T>,
    ) -> Result<Result<(SealRecord, T), Vec<Misfit>>, StoreError> {
        let mut newest = None;
        for seal in self.seals(records, asked.request)? {
            let misfits = match seal {
                Ok(seal) => match self.misfits(records, asked, &seal)? {
                    misfits if !misfits.is_empty() => misfits,
                    _ => match (codec.read)(&seal.result) {
                        Ok(value) => return Ok(Ok((seal, value))),
                        Err(error) => vec![unreadable("its recorded result", &error)],
                    },
                },
                Err(misfit) => vec![misfit],
            };
            newest.get_or_insert(misfits);
        }
        Ok(Err(newest.unwrap_or_default()))
    }

    /// Returns the seals of a stage at the cursor, the newest first. One that cannot be read is as
    /// good as none: the body has all that it says.
    fn seals(
        &self,
        records: &Records,
        request: Request<'_>,
    ) -> Result<Vec<Result<SealRecord, Misfit>>, StoreError> {
        let cursor = self.cursor.borrow();
        let mut seals = Vec::new();
        // The branch of the last step is the later one if there are seals on several.
        for segment in cursor.lineage.segments.iter().filter(|s| s.below > cursor.next) {
            for row in records.seals_from(segment.branch, cursor.next)? {
                match row {
                    Ok((_, seal)) => {
                        let (line, recorded) = (&cursor.lineage, cursor.recorded);
                        if is_of(&seal, segment.branch, request, line, recorded) {
                            seals.push(Ok(seal));
                        }
                    }
                    Err(error) => seals.push(Err(readable(error)?)),
                }
            }
        }
        Ok(seals)
    }

    /// Compares a seal with the program as it is now.
    fn misfits(
        &self,
        records: &Records,
        asked: Asked<'_>,
        seal: &SealRecord,
    ) -> Result<Vec<Misfit>, StoreError> {
        let named = match seal.failures.is_empty() {
            true => Vec::new(),
            false => self.cursor.borrow().named_at(records, seal.until)?,
        };
        let sealed = Sealed { seal, named: &named };
        let mut inputs = self.inputs.borrow_mut();
        let found = misfits(sealed, asked.request, self.options.retry_failed, |task, print| {
            let task = match task {
                Some(name) => inputs.task(name),
                None => Some(asked.task),
            };
            let differences = task.map(|task| {
                let now = inputs.of(task, &self.container);
                inputs.differences(print, task, &now.print, records)
            });
            differences.transpose()
        });
        found.or_else(|error| Ok(vec![readable(error)?]))
    }

    /// Seals a stage that came to its end. The seal needs no sync of its own: without it the body
    /// runs once more.
    fn seal<T>(
        &self,
        Asked { request, task, .. }: Asked<'_>,
        from: u64,
        collected: &Collected,
        codec: &ResultCodec<T>,
        value: &T,
    ) -> Result<(), ExecutorError> {
        if self.plan.is_some() || self.ended.borrow().is_some() {
            return Ok(());
        }
        self.flush()?;
        let (until, failures, owner) = {
            let cursor = self.cursor.borrow();
            let last = cursor.next.checked_sub(1).filter(|last| *last >= from);
            // A stage without a finished step is nothing but its body.
            let Some(owner) = last.and_then(|last| cursor.lineage.owner(last)) else {
                return Ok(());
            };
            (cursor.next, cursor.failures.clone(), owner)
        };
        let (prints, tasks) = match self.used(task, collected) {
            Ok(used) => used,
            Err(obstacle) => {
                tracing::warn!(
                    "`{}` cannot be skipped in later sessions: {obstacle}",
                    request.path
                );
                return Ok(());
            }
        };
        let path = TaskPath::recorded(request.path);
        let unwritable = |source| ExecutorError::Commit { path: path.clone(), source };
        let result = (codec.write)(value).map_err(|error| {
            let what = format!("the result of `{path}`");
            unwritable(StoreError::Unwritable { what, source: error.into() })
        })?;
        let record = SealRecord {
            path: path.clone(),
            arguments: request.arguments.clone(),
            until,
            prints,
            tasks,
            failures,
            handled: collected.failed,
            session: self.serial,
            sealed: Timestamp::now(),
            result,
        };
        self.put_seal(owner, from, &record, collected).map_err(unwritable)
    }

    fn put_seal(
        &self,
        owner: u32,
        from: u64,
        record: &SealRecord,
        collected: &Collected,
    ) -> Result<(), StoreError> {
        let records = self.store.records()?;
        // What is there already may be of a branch that this session went on on.
        let newest = records.seals_from(owner, from)?.find_map(|row| {
            row.ok().filter(|(_, seal)| seal.path == record.path).map(|(_, seal)| seal)
        });
        if newest.is_some_and(|newest| newest.says_the_same(record)) {
            return Ok(());
        }
        let mut batch = Batch::new();
        let mut inputs = self.inputs.borrow_mut();
        let named: FxHashSet<_> = record.prints().collect();
        let prints = collected.prints.iter().filter(|(digest, _)| named.contains(digest));
        let prints: Vec<_> = prints.collect();
        for (_, print) in &prints {
            inputs.put(&mut batch, print)?;
        }
        let what = format_args!("the seal of `{}`", record.path);
        let key = keys::seal(owner, from, records.next_seal(owner, from)?);
        batch.put(Space::Seals, key, seal(what, record)?);
        batch.relax();
        self.store.commit(batch)?;
        for (digest, print) in prints {
            inputs.stored(print.clone(), *digest);
        }
        tracing::debug!("`{}` is sealed", record.path);
        Ok(())
    }

    /// Returns what a stage depends on, and what the other tasks in it do by their names; or why
    /// that could not be compared later.
    fn used(&self, stage: &'static TaskDefinition, collected: &Collected) -> Result<Used, String> {
        if let Some(obstacle) = &collected.obstacle {
            return Err(obstacle.clone());
        }
        let (mut own, mut tasks) = (BTreeSet::new(), collected.named.clone());
        for (task, prints) in collected.used.values() {
            if std::ptr::eq(*task, stage) {
                own.extend(prints);
                continue;
            }
            let name = task.full_name();
            let known = self.inputs.borrow_mut().task(&name);
            if !known.is_some_and(|known| std::ptr::eq(known, *task)) {
                return Err(format!("there are several tasks `{name}`"));
            }
            tasks.entry(name).or_default().extend(prints);
        }
        Ok((own, tasks))
    }
}

/// What a stage's own code depends on, and the tasks in it by their names.
type Used = (BTreeSet<Digest>, BTreeMap<String, BTreeSet<Digest>>);

/// Takes what is damaged for a reason to run the body, and returns other errors.
fn readable(error: StoreError) -> Result<Misfit, StoreError> {
    match error {
        StoreError::Unreadable { what, source } => Ok(unreadable(&what, &source)),
        StoreError::Missing { .. } => Ok(Misfit::Unreadable(error.to_string())),
        error => Err(error),
    }
}

fn unreadable(what: &str, error: &CodecError) -> Misfit {
    let causes = super::causes(error).join(": ");
    Misfit::Unreadable(format!("{what} cannot be read: {causes}"))
}
