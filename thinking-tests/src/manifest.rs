//! The manifest: `BINARY --list` also writes where each case is written, for the runner to read.

use std::collections::HashMap;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;
use std::process;
use std::ptr;

use serde::{Deserialize, Serialize};

use crate::case::{Case, cases};

/// Names the directory into which a listing test binary writes its manifest.
pub const MANIFEST_DIR_VARIABLE: &str = "THINKING_TEST_MANIFEST";

/// One line of a manifest: a case and the binary that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// The path of the test binary: two binaries may hold cases of the same name.
    pub exe: String,
    /// The case's name, as in [`Case::name`].
    pub name: String,
    /// The source file as the compiler was given it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What the case is about, as in [`CasePolicy::tags`](crate::CasePolicy::tags).
    #[serde(default)]
    pub tags: Vec<String>,
    /// How long the case may take, in milliseconds.
    #[serde(default)]
    pub timeout_ms: Option<u64>,
    /// How often the case is tried again after a failure.
    #[serde(default)]
    pub retries: Option<u32>,
    /// Resources that the case has to itself.
    #[serde(default)]
    pub exclusive: Vec<String>,
    /// The fixtures that the case shares with others, itself or through other fixtures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixtures: Vec<String>,
}

impl ManifestEntry {
    fn new(exe: &str, case: &Case, fixtures: Vec<String>) -> Self {
        Self {
            exe: exe.to_owned(),
            name: case.name.to_owned(),
            file: case.file.to_owned(),
            line: case.line,
            column: case.column,
            tags: owned(case.policy.tags),
            timeout_ms: case
                .policy
                .timeout
                .map(|limit| u64::try_from(limit.as_millis()).unwrap_or(u64::MAX)),
            retries: case.policy.retries,
            exclusive: owned(case.policy.exclusive),
            fixtures,
        }
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| text.to_string()).collect()
}

/// Runs [`on_start`] before `main`.
///
/// libtest owns `main` and offers no hook, so the loader has to call us. std initialises the
/// program's arguments in an earlier entry of the same table.
#[allow(
    unsafe_code,
    reason = "the loader's table of constructors is a linker section; its entries are C functions without result, as here"
)]
#[used]
#[cfg_attr(
    any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd",
        target_os = "illumos"
    ),
    unsafe(link_section = ".init_array")
)]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func,mod_init_funcs"))]
#[cfg_attr(windows, unsafe(link_section = ".CRT$XCU"))]
static ON_START: extern "C" fn() = on_start;

extern "C" fn on_start() {
    let Some(dir) = env::var_os(MANIFEST_DIR_VARIABLE) else {
        return;
    };
    if env::args_os().any(|argument| argument == OsStr::new("--list")) {
        // There is nobody to tell before `main`: without a manifest, reports lack the lines.
        let _ = write_manifest(Path::new(&dir));
    }
}

fn write_manifest(dir: &Path) -> io::Result<()> {
    let exe = env::current_exe()?;
    let text = manifest(&exe.to_string_lossy(), cases())?;
    if text.is_empty() {
        return Ok(());
    }
    fs::create_dir_all(dir)?;
    let stem = exe.file_stem().unwrap_or_default().to_string_lossy();
    fs::write(dir.join(format!("{stem}-{}.jsonl", process::id())), text)
}

/// The fixtures that each case shares with others, by the case's place in memory.
fn shared_fixtures() -> HashMap<*const Case, Vec<String>> {
    #[cfg(feature = "cases")]
    {
        crate::cases::shared_fixtures_by_case()
    }
    #[cfg(not(feature = "cases"))]
    {
        HashMap::new()
    }
}

/// Renders one JSON object per case and line.
fn manifest<'a>(exe: &str, cases: impl Iterator<Item = &'a Case>) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let mut shared = shared_fixtures();
    for case in cases {
        let fixtures = shared.remove(&ptr::from_ref(case)).unwrap_or_default();
        serde_json::to_writer(&mut text, &ManifestEntry::new(exe, case, fixtures))?;
        text.push(b'\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
