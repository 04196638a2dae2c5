//! `cargo xtask tidy`: the house rules, checked over the files that git tracks.
//!
//! The rules are pure functions from texts to findings; only this file touches the disk.

mod dependencies;
mod finding;
mod links;
mod manifests;
mod sources;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand};

use crate::terminal;
use dependencies::Dependency;
pub(crate) use finding::Finding;

/// The documents whose claims are shown by tests.
const COMPARISONS: [&str; 2] = ["docs/injection-compared.md", "docs/tests-compared.md"];

/// Runs the command: prints each finding, and fails if there is one.
pub(crate) fn run() -> Result<ExitCode> {
    let metadata = MetadataCommand::new().exec().context("`cargo metadata` failed")?;
    let root = metadata.workspace_root.as_std_path();
    let mut findings = Vec::new();
    let paths = tracked_files(root)?;
    for path in &paths {
        findings.extend(check_file(root, path)?);
    }
    let dependencies = dependencies(&metadata);
    findings.extend(dependencies::licences(&dependencies));

    findings.sort();
    for finding in &findings {
        terminal::line(&finding.to_string());
    }
    for note in dependencies::duplicates(&dependencies) {
        terminal::line(&format!("note: {note}"));
    }
    terminal::line(&format!("{} files, {} findings", paths.len(), findings.len()));
    Ok(ExitCode::from(u8::from(!findings.is_empty())))
}

fn check_file(root: &Path, path: &Path) -> Result<Vec<Finding>> {
    let name = path.to_string_lossy().replace('\\', "/");
    let bytes = match fs::read(root.join(path)) {
        Ok(bytes) => bytes,
        // Tracked, but deleted in the working tree.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("`{name}` cannot be read")),
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(Vec::new());
    };
    let mut findings = sources::text(&name, &text);
    if name.ends_with(".rs") {
        findings.extend(sources::rust(&name, &text));
    }
    if name.ends_with(".md") {
        findings
            .extend(links::check(&name, &text, &|path| fs::read_to_string(root.join(path)).ok()));
    }
    if COMPARISONS.contains(&name.as_str()) {
        findings.extend(links::proven(&name, &text));
    }
    // The root's manifest is the place where versions do stand.
    if name.ends_with("/Cargo.toml") && !is_of_another_workspace(root, path) {
        findings.extend(manifests::check(&name, &text));
    }
    Ok(findings)
}

/// Tells whether a manifest belongs to a workspace below this one, which has versions of its own.
fn is_of_another_workspace(root: &Path, manifest: &Path) -> bool {
    let dirs = manifest.ancestors().skip(1).filter(|dir| !dir.as_os_str().is_empty());
    dirs.map(|dir| root.join(dir).join("Cargo.toml")).any(|manifest| {
        let text = fs::read_to_string(manifest).unwrap_or_default();
        text.lines().any(|line| line.trim_end() == "[workspace]")
    })
}

/// Lists the files that git tracks or would track; without git, all outside of `target`.
fn tracked_files(root: &Path) -> Result<Vec<PathBuf>> {
    let listed = Command::new("git")
        .current_dir(root)
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .output();
    if let Ok(output) = listed
        && output.status.success()
    {
        let names = String::from_utf8_lossy(&output.stdout).into_owned();
        let names = names.split('\0').filter(|name| !name.is_empty());
        return Ok(names.map(PathBuf::from).collect());
    }
    let mut files = Vec::new();
    walk(root, Path::new(""), &mut files)?;
    Ok(files)
}

fn walk(root: &Path, dir: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let listing = fs::read_dir(root.join(dir));
    for entry in listing.with_context(|| format!("`{}` cannot be listed", dir.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let path = dir.join(&name);
        let kind = entry.file_type()?;
        if kind.is_dir() && name != "target" && name != ".git" && name != ".thinking" {
            walk(root, &path, files)?;
        } else if kind.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn dependencies(metadata: &Metadata) -> Vec<Dependency> {
    let packages = metadata.packages.iter();
    let foreign = packages.filter(|package| !metadata.workspace_members.contains(&package.id));
    foreign
        .map(|package| Dependency {
            name: package.name.to_string(),
            version: package.version.to_string(),
            licence: package.license.clone(),
        })
        .collect()
}
