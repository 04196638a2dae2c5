//! What is to come of one case, wherever it is told.

/// A case of the model, and what is to come of it.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    pub(crate) suite: &'static str,
    pub(crate) name: &'static str,
    /// As the page's data has it: `passed`, `failed`, `error`, `aborted`, `timed-out`, `skipped`.
    pub(crate) outcome: &'static str,
    /// What the first line of the message has in it; nothing is said if it is empty.
    pub(crate) says: Said,
    pub(crate) attempts: usize,
    pub(crate) tags: &'static [&'static str],
    /// Stages and how they ended, those that are told.
    pub(crate) stages: Vec<(&'static str, &'static str)>,
    /// Where it is to have failed: a file, and what stands in the line.
    pub(crate) fails_at: Option<(&'static str, &'static str)>,
    /// What its output has in it.
    pub(crate) prints: &'static [&'static str],
    /// What the output of one stage has in it.
    pub(crate) stage_prints: &'static [(&'static str, &'static str)],
    pub(crate) details: &'static [(&'static str, &'static str)],
    /// Level, stage, spans and message.
    pub(crate) logs: &'static [[&'static str; 4]],
    /// Whether it is no case of a binary, but one that a run makes up.
    pub(crate) is_leftover: bool,
    pub(crate) is_ignored: bool,
}

/// A message, which the backends may tell differently.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said {
    pub(crate) libtest: &'static str,
    pub(crate) nextest: &'static str,
}

impl Expected {
    /// An ordinary test, or a doctest, that passes.
    pub(crate) fn plain(suite: &'static str, name: &'static str) -> Self {
        Self {
            suite,
            name,
            outcome: "passed",
            says: Said::default(),
            attempts: 1,
            tags: &[],
            stages: Vec::new(),
            fails_at: None,
            prints: &[],
            stage_prints: &[],
            details: &[],
            logs: &[],
            is_leftover: false,
            is_ignored: false,
        }
    }

    /// A case that passes, with the tags that it has.
    pub(crate) fn case(
        suite: &'static str,
        name: &'static str,
        tags: &'static [&'static str],
    ) -> Self {
        let stages = vec![("setup", "passed"), ("run", "passed"), ("teardown", "passed")];
        Self { tags, stages, ..Self::plain(suite, name) }
    }

    /// Ends otherwise, in its body, and says so.
    pub(crate) fn ends(mut self, outcome: &'static str, says: &'static str) -> Self {
        (self.outcome, self.says) = (outcome, Said { libtest: says, nextest: says });
        if let Some(run) = self.stages.get_mut(1) {
            run.1 = outcome;
        }
        self
    }

    /// Ends with its setup.
    pub(crate) fn in_setup(mut self) -> Self {
        self.stages = vec![("setup", self.outcome)];
        self
    }

    /// Ends in the teardown, after a body that ended so.
    pub(crate) fn in_teardown(mut self, run: &'static str) -> Self {
        self.stages = vec![("setup", "passed"), ("run", run), ("teardown", self.outcome)];
        self
    }

    pub(crate) fn stages(mut self, stages: &[(&'static str, &'static str)]) -> Self {
        self.stages = stages.to_vec();
        self
    }

    pub(crate) fn at(mut self, file: &'static str, line_with: &'static str) -> Self {
        self.fails_at = Some((file, line_with));
        self
    }

    pub(crate) fn tried(mut self, attempts: usize) -> Self {
        self.attempts = attempts;
        self
    }

    pub(crate) fn prints(mut self, texts: &'static [&'static str]) -> Self {
        self.prints = texts;
        self
    }

    /// Is left out from outside.
    pub(crate) fn ignored(mut self, reason: &'static str) -> Self {
        self.outcome = "skipped";
        self.says = Said { libtest: reason, nextest: reason };
        self.stages = Vec::new();
        self.is_ignored = true;
        self
    }

    pub(crate) fn is_failure(&self) -> bool {
        !matches!(self.outcome, "passed" | "skipped")
    }

    pub(crate) fn is_doctest(&self) -> bool {
        self.suite.ends_with("(doc)")
    }

    /// The name without a doctest's line.
    pub(crate) fn item(&self) -> &'static str {
        self.name.split(" (line").next().unwrap_or_default()
    }

    pub(crate) fn id(&self) -> String {
        format!("{} {}", self.suite, self.name)
    }

    pub(crate) fn message(&self, backend: &str) -> &'static str {
        if backend == "nextest" { self.says.nextest } else { self.says.libtest }
    }

    /// The stage in which it failed, if that is not the body.
    pub(crate) fn failed_outside_body(&self) -> Option<&'static str> {
        let is_failure = |outcome: &str| !matches!(outcome, "passed" | "skipped");
        let failed = self.stages.iter().find(|(_, outcome)| is_failure(outcome));
        failed.map(|(stage, _)| *stage).filter(|stage| *stage != "run")
    }
}

/// Removes the colours that the model has: JUnit XML holds none, cargo-nextest's neither.
pub(crate) fn plain(text: &str) -> String {
    text.replace("\u{1b}[31m", "").replace("\u{1b}[0m", "")
}
