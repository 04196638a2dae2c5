//! What an earlier run found, as a value.

use serde::{Deserialize, Serialize};

use super::model::Counts;

/// Tells what an earlier run found; one line of `history.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastRun {
    /// When it began, in milliseconds since 1970 in UTC.
    pub started_ms: u64,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// How many cases passed, failed and were skipped.
    pub counts: Counts,
    /// Whether only some cases were asked for.
    #[serde(default)]
    pub partial: bool,
    /// The cases that failed, as `SUITE CASE`.
    #[serde(default)]
    pub failed: Vec<String>,
    /// The cases that passed after they had failed, as `SUITE CASE`.
    #[serde(default)]
    pub flaky: Vec<String>,
    /// The part of lines that was reached, in hundredths of a percent.
    #[serde(default)]
    pub covered: Option<u32>,
}
