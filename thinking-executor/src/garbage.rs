//! What nothing in a store needs any more: old branches that nobody wants, and what failed steps
//! and crashes left behind.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use thinking_dbs::{Database, Owner, Snapshot};

use crate::codec;
use crate::error::StoreError;
use crate::history::{Acceptance, FailureRecord, SealRecord, StepRecord};
use crate::keys;
use crate::storage::{self, Batch, Space};
use crate::store::{self, Records, Store, artifact_directory, migration};
use crate::view::ViewError;

mod branches;
mod files;

use branches::Cuts;
pub(crate) use files::unnamed;

/// Which old branches are to go; none by default. The current branch of a run always stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Old {
    /// All that are not current.
    pub branches: bool,
    /// Of those, only what was made before this moment.
    pub before: Option<Timestamp>,
    /// These ones, by their names, whenever they were made.
    pub named: Vec<String>,
}

/// What nothing in a store needs any more.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Garbage {
    /// The store's file.
    pub store: String,
    /// The process that is writing it, if one is: what is newer than it is not listed.
    pub owner: Option<Owner>,
    /// Branches, with the positions that no other branch shares.
    pub branches: Vec<OldBranch>,
    /// How many rows there are of each kind, by [`Space::kind`].
    pub rows: BTreeMap<&'static str, u64>,
    /// How many bytes these rows have.
    pub row_bytes: u64,
    /// Files of artifacts that no record names, and parts of files that were never finished.
    pub files: Vec<GarbageFile>,
    #[serde(skip)]
    batch: Batch,
}

/// A branch of which nothing but what others share is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OldBranch {
    /// The run's name.
    pub run: String,
    /// The branch's name.
    pub branch: String,
    /// When it was made.
    pub created: Timestamp,
    /// How many steps of it nothing else shares.
    pub steps: u64,
    /// Whether others share its earlier steps, which stay with it.
    pub shared: bool,
}

/// A file that nothing needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GarbageFile {
    /// The file.
    pub path: PathBuf,
    /// How long it is.
    pub bytes: u64,
}

impl Garbage {
    /// Finds what nothing needs in the store at `path`, from a copy: a process may be writing it.
    /// Costs a copy of the file and a pass over its records and state.
    ///
    /// # Errors
    ///
    /// There is no store, it cannot be read, or there is no branch of a name. It is as it was.
    pub fn find(path: &Path, old: &Old) -> Result<Garbage, ViewError> {
        let snapshot = Snapshot::take("store", path)?;
        migration::migrate(snapshot.redb(), || snapshot.redb().begin_write())?;
        let records = Records::new(Box::new(storage::snapshot(snapshot.redb())?));
        let owner = Owner::of(path);
        let mut garbage = match records.known_format()? {
            Some(_) => {
                let since = owner.as_ref().map(|owner| owner.since);
                Garbage::among(&records, &artifact_directory(path), since, old)?
            }
            None => Garbage::default(),
        };
        garbage.store = path.display().to_string();
        garbage.owner = owner;
        Ok(garbage)
    }

    /// Returns none at all, of a store that is not there yet.
    pub fn of_nothing(path: &Path) -> Garbage {
        Garbage { store: path.display().to_string(), ..Garbage::default() }
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.batch.is_empty() && self.files.is_empty()
    }

    /// Returns how many bytes rows and files have together.
    pub fn bytes(&self) -> u64 {
        self.row_bytes + self.files.iter().map(|file| file.bytes).sum::<u64>()
    }

    fn among(
        records: &Records,
        artifacts: &Path,
        since: Option<Timestamp>,
        old: &Old,
    ) -> Result<Garbage, StoreError> {
        let cuts = Cuts::of(records, old)?;
        let mut garbage = Garbage::default();
        let (mut prints, mut failures, mut files) = Default::default();
        garbage.drop_seals(records, &cuts, &mut prints, &mut failures)?;
        cuts.keep_steps(records, &mut garbage, |step: StepRecord| {
            mark(&mut prints, &mut failures, &mut files, step);
        })?;
        garbage.drop_failures(records, &cuts, &failures, &mut prints)?;
        garbage.drop_acceptances(records, &cuts, &mut prints)?;
        garbage.drop_checkpoints(records, &cuts)?;
        garbage.drop_rows(records, Space::Prints, |key| !prints.contains(key))?;
        garbage.drop_rows(records, Space::State, |key| {
            keys::state_of(key).is_some_and(|row| cuts.cut(row.branch, row.version))
        })?;
        garbage.files = unnamed(artifacts, &files.iter().map(String::as_str).collect(), since)?;
        Ok(garbage)
    }

    fn drop_failures(
        &mut self,
        records: &Records,
        cuts: &Cuts,
        named: &HashSet<u64>,
        prints: &mut HashSet<Vec<u8>>,
    ) -> Result<(), StoreError> {
        for row in records.all(Space::Failures)? {
            let (key, value) = row?;
            let serial = keys::last_u64(&key).unwrap_or_default();
            let failure: FailureRecord = store::open(|| format!("failure {serial}"), &value)?;
            if !cuts.cut(failure.branch, failure.position) || named.contains(&serial) {
                prints.insert(failure.print.as_bytes().to_vec());
                continue;
            }
            self.drop_row(Space::Failures, key, &value);
            let log = keys::failure_log(serial);
            if let Some(value) = records.get(Space::Logs, &log)? {
                self.drop_row(Space::Logs, log, &value);
            }
        }
        Ok(())
    }

    fn drop_acceptances(
        &mut self,
        records: &Records,
        cuts: &Cuts,
        prints: &mut HashSet<Vec<u8>>,
    ) -> Result<(), StoreError> {
        for row in records.all(Space::Acceptances)? {
            let (key, value) = row?;
            let place = keys::place_before_serial(&key);
            if place.is_some_and(|(branch, position)| cuts.cut(branch, position)) {
                self.drop_row(Space::Acceptances, key, &value);
                continue;
            }
            let acceptance: Acceptance = store::open(|| "an acceptance".to_owned(), &value)?;
            prints.insert(acceptance.print.as_bytes().to_vec());
        }
        Ok(())
    }

    /// Drops the seals of stages whose last steps go. A damaged one seals nothing.
    fn drop_seals(
        &mut self,
        records: &Records,
        cuts: &Cuts,
        prints: &mut HashSet<Vec<u8>>,
        failures: &mut HashSet<u64>,
    ) -> Result<(), StoreError> {
        for row in records.all(Space::Seals)? {
            let (key, value) = row?;
            let seal: Result<SealRecord, _> = codec::open(&value);
            let place = keys::place_before_serial(&key);
            let stays = |(branch, seal): &(u32, SealRecord)| {
                seal.until.checked_sub(1).is_some_and(|last| !cuts.cut(*branch, last))
            };
            match place.zip(seal.ok()).map(|((branch, _), seal)| (branch, seal)).filter(stays) {
                Some((_, seal)) => {
                    prints.extend(seal.prints().map(|print| print.as_bytes().to_vec()));
                    failures.extend(seal.failures);
                }
                None => self.drop_row(Space::Seals, key, &value),
            }
        }
        Ok(())
    }

    /// Drops the checkpoints on old branches, and those of steps that were done without them.
    fn drop_checkpoints(&mut self, records: &Records, cuts: &Cuts) -> Result<(), StoreError> {
        for row in records.all(Space::Checkpoints)? {
            let (key, value) = row?;
            let is_old =
                keys::place_of(&key).is_some_and(|(branch, position)| cuts.cut(branch, position));
            if is_old || records.get(Space::Steps, &key)?.is_some() {
                self.drop_row(Space::Checkpoints, key, &value);
            }
        }
        Ok(())
    }

    /// Drops the rows of a kind whose keys are not wanted.
    fn drop_rows(
        &mut self,
        records: &Records,
        space: Space,
        unwanted: impl Fn(&[u8]) -> bool,
    ) -> Result<(), StoreError> {
        for row in records.all(space)? {
            let (key, value) = row?;
            if unwanted(&key) {
                self.drop_row(space, key, &value);
            }
        }
        Ok(())
    }

    fn drop_row(&mut self, space: Space, key: Vec<u8>, value: &[u8]) {
        *self.rows.entry(space.kind()).or_default() += 1;
        self.row_bytes += (key.len() + value.len()) as u64;
        self.batch.delete(space, key);
    }
}

fn mark(
    prints: &mut HashSet<Vec<u8>>,
    failures: &mut HashSet<u64>,
    files: &mut BTreeSet<String>,
    step: StepRecord,
) {
    prints.insert(step.print.as_bytes().to_vec());
    failures.extend(step.failures);
    files.extend(step.artifacts.into_iter().map(|artifact| artifact.hash));
}

impl Store {
    /// Removes what nothing needs: the rows in one durable commit, and the files after it. After a
    /// crash between them, the files are found again.
    ///
    /// # Errors
    ///
    /// [`StoreError::Active`] if a session is working on the store. The store cannot be read or
    /// written, or there is no branch of a name: nothing was removed. A file cannot be removed:
    /// the rows are gone, and the other files may be.
    pub fn collect_garbage(&self, old: &Old) -> Result<Garbage, StoreError> {
        let _idle = self.idle()?;
        let garbage = Garbage::among(&self.records()?, self.artifacts(), None, old)?;
        if !garbage.batch.is_empty() {
            self.commit(garbage.batch.clone())?;
        }
        for file in &garbage.files {
            match std::fs::remove_file(&file.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(StoreError::Artifact { path: file.path.clone(), source: error });
                }
                _ => {}
            }
        }
        Ok(garbage)
    }
}

/// Removes what nothing in the store at `path` needs, and gives the space back to the file
/// system. Returns what was removed, and how many bytes the store's file became shorter.
///
/// # Errors
///
/// As [`Store::collect_garbage`]; and another process is writing the store, or there is none:
/// nothing was removed.
pub fn collect_garbage(path: &Path, old: &Old) -> Result<(Garbage, u64), ViewError> {
    if !path.exists() {
        let (name, path) = ("store".to_owned(), path.to_owned());
        return Err(thinking_dbs::DatabaseError::Absent { name, path }.into());
    }
    let database = Arc::new(Database::open("store", path)?);
    let garbage = {
        let store = Store::open(database.clone())?;
        store.collect_garbage(old)?
    };
    let freed = match Arc::into_inner(database) {
        Some(mut database) if !garbage.batch.is_empty() => database.compact()?,
        _ => 0,
    };
    Ok((Garbage { store: path.display().to_string(), ..garbage }, freed))
}
