//! What is recorded: branches, steps, failures, sessions.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::microsecond::required as microsecond;
use serde::{Deserialize, Serialize};
use thinking_injection::BoxError;
use thiserror::Error;

use crate::artifact::Artifact;
use crate::codec::{self, CodecError};
use crate::digest::{DIGEST_BYTES, Digest};
use crate::path::TaskPath;
use crate::replay::Recorded;
use crate::task_failure::TaskFailure;

/// One line of history of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// The run's name: its first stage.
    pub run: String,
    /// The branch's own name.
    pub name: String,
    /// The branch and position where it left; positions below are shared.
    pub parent: Option<(u32, u64)>,
    /// When it was made.
    pub created: Timestamp,
    /// Whether a person asked for it, rather than a change: what was done after its beginning is
    /// done again then, though another branch has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub requested: bool,
}

impl Branch {
    /// Tells whether a change made the branch and nothing ran on it yet, if it has so many positions.
    pub(crate) fn is_fresh(&self, length: u64) -> bool {
        !self.requested && length == self.parent.map_or(0, |(_, position)| position)
    }
}

/// A finished step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Where it stands in the tree.
    pub path: TaskPath,
    pub(crate) arguments: ArgumentsPrint,
    pub(crate) print: Digest,
    /// The serial numbers of the attempts that failed after the step before it: at tasks whose
    /// failure a stage handled, and at the step itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<u64>,
    /// The session that executed it.
    pub session: u64,
    /// When it began.
    #[serde(with = "microsecond")]
    pub started: Timestamp,
    /// How long it took.
    #[serde(with = "nanoseconds")]
    pub took: Duration,
    /// The artifacts that it wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<Artifact>,
}

/// The part of a [`StepRecord`] that decides whether it is reused, without a copy of its texts.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct StepHead<'a> {
    pub(crate) path: &'a str,
    #[serde(borrow)]
    pub(crate) arguments: ArgumentsHead<'a>,
    pub(crate) print: Digest,
    #[serde(default)]
    pub(crate) failures: Vec<u64>,
}

/// An [`ArgumentsPrint`] without a copy of its text.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct ArgumentsHead<'a> {
    pub(crate) hash: Digest,
    pub(crate) text: &'a str,
}

impl<'a> StepHead<'a> {
    /// Checks and decodes the head of a sealed [`StepRecord`].
    pub(crate) fn open(sealed: &'a [u8]) -> Result<StepHead<'a>, CodecError> {
        match StepHead::plain(codec::check(sealed)?) {
            Some(head) => Ok(head),
            None => codec::open(sealed),
        }
    }

    /// Reads the fields as records have them that were written here, without failures: that is
    /// done with each skipped step, and takes a tenth of what a decoder does that takes fields in
    /// any order and reads all of the record. Nothing for another form.
    fn plain(payload: &'a [u8]) -> Option<StepHead<'a>> {
        let mut rest = payload;
        // A map of up to 15 fields.
        matches!(rest.split_off_first()?, 0x80..=0x8f).then_some(())?;
        literal(&mut rest, b"\xa4path")?;
        let path = text(&mut rest)?;
        literal(&mut rest, b"\xa9arguments\x82\xa4hash")?;
        let hash = digest(&mut rest)?;
        literal(&mut rest, b"\xa4text")?;
        let text = text(&mut rest)?;
        literal(&mut rest, b"\xa5print")?;
        let print = digest(&mut rest)?;
        // Where failures would stand.
        literal(&mut rest, b"\xa7session")?;
        Some(StepHead { path, arguments: ArgumentsHead { hash, text }, print, failures: vec![] })
    }
}

/// The arguments of a step, by value and for people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ArgumentsPrint {
    pub(crate) hash: Digest,
    pub(crate) text: String,
}

/// What a step's result depends on besides its arguments, in the parts that a message can name.
/// Steps that depend on the same share one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Print {
    pub(crate) code: Digest,
    pub(crate) version: u32,
    /// The components that were injected, with all that they depend on.
    pub(crate) components: Vec<String>,
    /// The settings that were read, by components while they were constructed too.
    pub(crate) settings: BTreeMap<String, String>,
    /// The tracked functions that were called, and the tracked blocks of injected components: the
    /// name of each and the hash of its code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) helpers: BTreeMap<String, String>,
}

/// How far a step had come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CheckpointRecord {
    pub(crate) path: TaskPath,
    pub(crate) arguments: Digest,
    /// With the settings that the step had read until then.
    pub(crate) print: Print,
    pub(crate) session: u64,
    #[serde(with = "microsecond")]
    pub(crate) saved: Timestamp,
    /// The value's MessagePack.
    #[serde(with = "serde_bytes")]
    pub(crate) value: Vec<u8>,
}

/// That a person vouched for a recorded result though what it depends on had changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    pub(crate) arguments: ArgumentsPrint,
    pub(crate) print: Digest,
    /// What was different, as text.
    pub differences: Vec<String>,
    /// Who accepted it; no text if the system does not say.
    pub user: String,
    /// On which machine.
    pub host: String,
    /// When.
    pub accepted: Timestamp,
    /// In which session.
    pub session: u64,
}

/// A finished stage whose body need not run again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SealRecord {
    pub(crate) path: TaskPath,
    pub(crate) arguments: ArgumentsPrint,
    /// The position behind its last step.
    pub(crate) until: u64,
    /// What the stage's body depends on, and its closures.
    pub(crate) prints: BTreeSet<Digest>,
    /// What the other tasks in it depend on, by `module::name` of their functions.
    pub(crate) tasks: BTreeMap<String, BTreeSet<Digest>>,
    /// The serial numbers of the attempts that failed behind its last step and were handled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) failures: Vec<u64>,
    /// Whether a failure was handled anywhere in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) handled: bool,
    /// The session that sealed it.
    pub(crate) session: u64,
    #[serde(with = "microsecond")]
    pub(crate) sealed: Timestamp,
    /// The MessagePack of what the stage returned.
    #[serde(with = "serde_bytes")]
    pub(crate) result: Vec<u8>,
}

impl SealRecord {
    /// Tells whether both say the same, whenever they were made.
    pub(crate) fn says_the_same(&self, other: &SealRecord) -> bool {
        let (session, sealed) = (self.session, self.sealed);
        *self == SealRecord { session, sealed, ..other.clone() }
    }

    /// Returns all prints that it names.
    pub(crate) fn prints(&self) -> impl Iterator<Item = Digest> {
        self.prints.iter().chain(self.tasks.values().flatten()).copied()
    }
}

/// An attempt at a step that failed. Its data was undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FailureRecord {
    /// The run's name.
    pub run: String,
    /// The branch it was tried on.
    pub branch: u32,
    /// The position it would have had.
    pub position: u64,
    /// Where it stands in the tree.
    pub path: TaskPath,
    pub(crate) arguments: ArgumentsPrint,
    pub(crate) print: Digest,
    /// Which attempt it was in its session, from 1.
    pub attempt: u32,
    /// How many there would have been at most.
    pub of: u32,
    /// The session that tried it.
    pub session: u64,
    /// When it began.
    #[serde(with = "microsecond")]
    pub started: Timestamp,
    /// How long it took.
    #[serde(with = "nanoseconds")]
    pub took: Duration,
    /// The error and its causes, outermost first.
    pub causes: Vec<String>,
    /// Where the error arose, if that was captured: see `RUST_BACKTRACE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backtrace: Option<String>,
}

impl FailureRecord {
    pub(crate) fn recorded(&self) -> Recorded<'_> {
        let ArgumentsPrint { hash, text } = &self.arguments;
        Recorded { path: self.path.as_str(), arguments: *hash, text }
    }

    /// Returns the error as far as it is recorded: its texts, no longer its types.
    pub(crate) fn error(&self) -> BoxError {
        let cause = |source, text: &String| Some(Box::new(Cause { text: text.clone(), source }));
        match self.causes.iter().rev().fold(None, cause) {
            Some(cause) => cause,
            None => "unknown".into(),
        }
    }
}

impl From<FailureRecord> for TaskFailure {
    fn from(failure: FailureRecord) -> TaskFailure {
        let source = failure.error().into();
        TaskFailure { path: failure.path, attempts: failure.attempt, source, is_step: true }
    }
}

/// An error of an earlier session.
#[derive(Debug, Error)]
#[error("{text}")]
struct Cause {
    text: String,
    source: Option<Box<Cause>>,
}

/// The outcome of a session that came to the end of its experiment.
pub(crate) const DONE: &str = "done";

/// One process that worked on a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionRecord {
    /// The run's name.
    pub run: String,
    /// The process.
    pub pid: u32,
    /// Its machine.
    pub host: String,
    /// The program's name.
    pub program: String,
    /// The program's version.
    pub version: String,
    /// The process's arguments.
    pub arguments: Vec<String>,
    /// The active profiles.
    pub profiles: Vec<String>,
    /// When it began.
    pub started: Timestamp,
    /// When it ended, unless it was killed or is running.
    pub ended: Option<Timestamp>,
    /// How it ended: `done`, `failed`, `diverged`, `interrupted` or `to be continued`.
    pub outcome: Option<String>,
    /// Where it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
}

/// Where a session came to its end.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// The branch on which it stood.
    pub branch: u32,
    /// How many steps of it were behind it.
    pub position: u64,
    /// The serial numbers of the attempts that failed after the last step, at tasks whose failure a
    /// stage handled, if the session is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<u64>,
    /// The task whose error ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<TaskPath>,
    /// The error and its causes, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// The stages that were interrupted by it, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interrupted: Vec<TaskPath>,
}

fn literal(rest: &mut &[u8], bytes: &[u8]) -> Option<()> {
    *rest = rest.strip_prefix(bytes)?;
    Some(())
}

fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = match *rest.split_off_first()? {
        short @ 0xa0..=0xbf => usize::from(short & 0x1f),
        0xd9 => usize::from(*rest.split_off_first()?),
        0xda => usize::from(u16::from_be_bytes(*rest.split_off(..2)?.first_chunk()?)),
        _ => return None,
    };
    std::str::from_utf8(rest.split_off(..length)?).ok()
}

fn digest(rest: &mut &[u8]) -> Option<Digest> {
    literal(rest, &[0xc4, DIGEST_BYTES as u8])?;
    rest.split_off(..DIGEST_BYTES)?.first_chunk().copied().map(Digest::from_bytes)
}

pub(crate) mod nanoseconds {
    //! Durations as whole nanoseconds: half the size of serde's own form.

    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(took: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_nanos)
    }
}

#[cfg(test)]
mod tests;
