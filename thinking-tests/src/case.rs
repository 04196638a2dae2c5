//! The cases of this binary: what each is called and where it is written, known at link time.

use std::time::Duration;

use linkme::distributed_slice;

/// Says what a case is called and where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// The module path and the function's name: `my_crate::expression::parses`.
    pub name: &'static str,
    /// The module path, which begins with the crate's name.
    pub module: &'static str,
    /// The source file as the compiler was given it.
    pub file: &'static str,
    /// The line of the function's name, from 1.
    pub line: u32,
    /// The column of the function's name, from 1.
    pub column: u32,
    /// How it wants to be run.
    pub policy: CasePolicy,
}

/// How a case wants to be run; what it leaves open is the runner's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CasePolicy {
    /// What the case is about, for choosing cases: `["slow", "db"]`.
    pub tags: &'static [&'static str],
    /// How long it may take, from the start of its setup to the end of its teardown.
    pub timeout: Option<Duration>,
    /// How often it is tried again after a failure.
    pub retries: Option<u32>,
    /// Resources that it has to itself: no two cases with one in common run at the same time.
    pub exclusive: &'static [&'static str],
    /// Whether it passes by panicking, as `#[should_panic]` says.
    pub should_panic: bool,
}

impl CasePolicy {
    /// Leaves everything to the runner.
    pub const NONE: CasePolicy =
        CasePolicy { tags: &[], timeout: None, retries: None, exclusive: &[], should_panic: false };
}

/// Every case that was linked into this binary, and one sentinel.
///
/// The slice is gathered by the linker rather than by constructors, so it is complete before any
/// constructor runs; the manifest is written in one.
#[doc(hidden)]
#[distributed_slice]
pub static CASES: [Case];

/// Keeps the slice from being empty, which Windows' linker refuses.
#[allow(
    unsafe_code,
    reason = "within this crate the lint sees the section that linkme's expansion names; elsewhere it does not"
)]
#[distributed_slice(CASES)]
static SENTINEL: Case =
    Case { name: "", module: "", file: "", line: 0, column: 0, policy: CasePolicy::NONE };

/// Returns the cases of this binary in a stable order: by module, then by line.
///
/// The linker's own order is not stable, so this sorts: `O(n log n)` with one allocation.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    let mut cases: Vec<_> = CASES.iter().filter(|case| !case.name.is_empty()).collect();
    cases.sort_by_key(|case| (case.module, case.line, case.column, case.name));
    cases.into_iter()
}
