//! On what machine the figures came about.

use std::fs;
use std::process::Command;
use std::thread;

use jiff::Zoned;

/// Describes the machine in one line; what is not known is left out.
pub(super) fn facts() -> String {
    let cores = thread::available_parallelism().map(|count| format!("{count} cores"));
    let facts = [
        cores.ok(),
        cpu(),
        first_line("uname", &["-sr"]).map(|kernel| version(&kernel)),
        first_line("rustc", &["--version"]),
        Some(if cfg!(debug_assertions) { "unoptimised" } else { "release" }.to_owned()),
        Some(Zoned::now().date().to_string()),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().collect();
    format!("{}.", facts.join(", "))
}

/// Leaves out what a distribution or a host appends to the kernel's version.
fn version(kernel: &str) -> String {
    kernel.split('-').next().unwrap_or_default().to_owned()
}

fn cpu() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().next()?.trim().to_owned();
    (!line.is_empty()).then_some(line)
}
