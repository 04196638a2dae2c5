//! The joined outcome of several cases, for what they share.

use thinking_injection::Outcome;

use crate::stage::Ending;

/// What became of the cases that have ended.
#[derive(Debug, Default)]
pub(crate) struct Joined {
    failures: Vec<String>,
}

impl Joined {
    pub(crate) const fn new() -> Joined {
        Joined { failures: Vec::new() }
    }

    pub(crate) fn add(&mut self, case: &str, ending: &Ending) {
        if ending.is_failure() {
            self.failures.push(format!("{case}: {}", ending.reason().unwrap_or_default()));
        }
    }

    /// Returns success if no case failed, and otherwise a paragraph for each that did.
    pub(crate) fn outcome(&self) -> Outcome {
        match self.failures.is_empty() {
            true => Outcome::Success,
            false => Outcome::Failure(self.failures.join("\n")),
        }
    }
}
