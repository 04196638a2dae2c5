//! What is recorded: branches, steps, failures, sessions.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::microsecond::required as microsecond;
use serde::{Deserialize, Serialize};
use thinking_injection::BoxError;
use thiserror::Error;

use crate::artifact::Artifact;
use crate::digest::Digest;
use crate::path::TaskPath;

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
}

/// A finished step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Where it stands in the tree.
    pub path: TaskPath,
    pub(crate) arguments: ArgumentsPrint,
    pub(crate) print: Digest,
    /// The serial numbers of the failures that stages handled after the step before it.
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
#[derive(Debug, Deserialize)]
pub(crate) struct StepHead<'a> {
    pub(crate) path: &'a str,
    #[serde(borrow)]
    pub(crate) arguments: ArgumentsHead<'a>,
    pub(crate) print: Digest,
    #[serde(default)]
    pub(crate) failures: Vec<u64>,
}

/// An [`ArgumentsPrint`] without a copy of its text.
#[derive(Debug, Deserialize)]
pub(crate) struct ArgumentsHead<'a> {
    pub(crate) hash: Digest,
    pub(crate) text: &'a str,
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
}

impl FailureRecord {
    /// Returns the error as far as it is recorded: its texts, no longer its types.
    pub(crate) fn error(&self) -> BoxError {
        let cause = |source, text: &String| Some(Box::new(Cause { text: text.clone(), source }));
        match self.causes.iter().rev().fold(None, cause) {
            Some(cause) => cause,
            None => "unknown".into(),
        }
    }
}

/// An error of an earlier session.
#[derive(Debug, Error)]
#[error("{text}")]
struct Cause {
    text: String,
    source: Option<Box<Cause>>,
}

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
    /// How it ended: `done`, `failed`, `diverged` or `interrupted`.
    pub outcome: Option<String>,
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
