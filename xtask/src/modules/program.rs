//! Builds programs and asks them what they hold.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::Message;
use thinking_modules::scan::{Registered, Target};

use super::Chosen;

/// A program that was built.
pub(super) struct Built<'a> {
    /// Its package's directory.
    pub(super) directory: &'a Path,
    pub(super) target: &'a Target,
    /// The executable.
    pub(super) file: PathBuf,
}

/// Builds the programs in one go, as `cargo build` does.
pub(super) fn build<'a>(directory: &Path, programs: &[Chosen<'a>]) -> Result<Vec<Built<'a>>> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(directory).args(["build", "--message-format=json-render-diagnostics"]);
    for (package, target) in programs {
        cargo.args(["--package", &package.name, "--bin", &target.name]);
    }
    let mut child = cargo.stdout(Stdio::piped()).spawn().context("cargo does not start")?;
    let stdout = child.stdout.take().context("cargo's output is lost")?;
    let mut executables = Vec::new();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        if let Message::CompilerArtifact(artifact) = message?
            && let Some(file) = artifact.executable
        {
            executables.push((artifact.package_id.repr, artifact.target.name, file));
        }
    }
    // Cargo has said on standard error why it does not build.
    ensure!(child.wait()?.success(), "the programs do not build");
    programs
        .iter()
        .map(|(package, target)| {
            let mut executables = executables.iter();
            let built = executables.find(|(id, name, _)| *id == package.id && *name == target.name);
            let Some((_, _, file)) = built else { bail!("`{}` was not built", target.name) };
            Ok(Built { directory: &package.directory, target, file: file.into() })
        })
        .collect()
}

/// Asks a program what it registers, in a root of its own: it shall read and write none of the
/// project's files.
pub(super) fn registered(program: &Path) -> Result<Vec<Registered>> {
    let root = tempfile::tempdir()?;
    let mut command = Command::new(program);
    command.args(["modules", "--json"]).stdin(Stdio::null());
    command.env("THINKING_ROOT", root.path()).current_dir(root.path());
    let name = program.display();
    let output = command.output().with_context(|| format!("`{name}` does not start"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{name} modules --json` failed: {}\n{}", output.status, said.trim_end());
    }
    let text = output.stdout;
    serde_json::from_slice(&text)
        .with_context(|| format!("`{name} modules --json` printed no list of definitions"))
}
