//! The files of a coverage run, made by LLVM's tools, and the report that is read from them.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use super::super::error::FrontError;
use super::super::files::{file_error, write};
use super::super::settings::Coverage;
use super::super::terminal;
use super::super::workspace::Workspace;
use super::lcov::{self, Section};
use super::tools::{Tools, run};
use crate::report::{CoverageCounts, CoverageReport, FileCoverage, Reached};

/// How much source text the report holds at most; a page has to be opened, too.
const SOURCES_BYTES: usize = 16 << 20;

/// What is needed to make the files.
pub(super) struct Exporter<'a> {
    pub(super) tools: &'a Tools,
    pub(super) demangler: &'a Path,
    pub(super) workspace: &'a Workspace,
    pub(super) settings: &'a Coverage,
    pub(super) work: &'a Path,
    pub(super) binaries: &'a BTreeSet<PathBuf>,
    /// Where the files go.
    pub(super) directory: PathBuf,
}

impl Exporter<'_> {
    /// Merges the profiles, writes `lcov.info`, `summary.json` and `html/`, and reads the report.
    pub(super) fn export(&self, profiles: &[&Path]) -> Result<CoverageReport, FrontError> {
        let excluded = globs(&self.settings.exclude)?;
        let merged = self.merge(profiles)?;
        let output =
            run(self.cov("export", &merged, &[&self.workspace.root])?.arg("-format=lcov"))?;
        let sections = lcov::parse(&String::from_utf8_lossy(&output.stdout));
        let sections: BTreeMap<String, Section> = sections
            .into_iter()
            .filter_map(|section| Some((self.relative(&section.path)?, section)))
            .filter(|(path, _)| !excluded.is_match(path))
            .collect();

        let directory = &self.directory;
        remake(directory)?;
        if self.settings.lcov {
            let mut text = String::new();
            for (path, section) in &sections {
                lcov::write(section, path, &mut text);
            }
            write(&directory.join("lcov.info"), text.as_bytes())?;
        }
        let sources: Vec<PathBuf> =
            sections.values().map(|section| PathBuf::from(&section.path)).collect();
        let sources: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
        if sources.is_empty() {
            return Ok(CoverageReport::default());
        }
        let summary = run(self.cov("export", &merged, &sources)?.arg("-summary-only"))?;
        if self.settings.json {
            write(&directory.join("summary.json"), &summary.stdout)?;
        }
        if self.settings.html {
            let mut show = self.cov("show", &merged, &sources)?;
            show.args(["-format=html", "-Xdemangler=rustfilt"])
                .args(["-show-instantiations=false"]);
            show.arg("-output-dir").arg(directory.join("html"));
            run(&mut show)?;
        }
        let summary: Summary = serde_json::from_slice(&summary.stdout)
            .map_err(|source| FrontError::answer("llvm-cov export", source))?;
        Ok(self.report(sections, summary))
    }

    /// Merges all profiles into one; those that cannot be read are left out.
    fn merge(&self, profiles: &[&Path]) -> Result<PathBuf, FrontError> {
        let list = self.work.join("profiles.txt");
        let mut text = String::new();
        for profile in profiles {
            text.push_str(&profile.to_string_lossy());
            text.push('\n');
        }
        write(&list, text.as_bytes())?;
        let merged = self.work.join("merged.profdata");
        let mut command = self.tools.profdata();
        command.args(["merge", "-sparse", "-failure-mode=all", "-f"]).arg(&list);
        command.arg("-o").arg(&merged);
        let said = run(&mut command)?.stderr;
        let torn = String::from_utf8_lossy(&said);
        let torn = torn.lines().filter(|line| line.starts_with("warning:")).count();
        if torn > 0 {
            terminal::note(&format!(
                "{torn} of {} profiles cannot be read and do not count; a process that is killed \
                 while it ends leaves such a one",
                profiles.len()
            ));
        }
        Ok(merged)
    }

    /// Returns a call of llvm-cov about these sources. The arguments go through a file: there are
    /// many.
    fn cov(
        &self,
        subcommand: &str,
        merged: &Path,
        sources: &[&Path],
    ) -> Result<Command, FrontError> {
        let mut arguments = String::new();
        let mut push = |argument: &OsStr| {
            let text = argument.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
            arguments.push_str(&format!("\"{text}\"\n"));
        };
        for (position, binary) in self.binaries.iter().enumerate() {
            if position > 0 {
                push("-object".as_ref());
            }
            push(binary.as_ref());
        }
        for source in sources {
            push(source.as_ref());
        }
        let file = self.work.join(format!("{subcommand}-{}.rsp", sources.len()));
        write(&file, arguments.as_bytes())?;
        let mut command = self.tools.cov();
        let mut from_file = OsString::from("@");
        from_file.push(&file);
        let mut demangler = OsString::from("-Xdemangler=");
        demangler.push(self.demangler);
        command.arg(subcommand).arg("-instr-profile").arg(merged).arg(demangler).arg(from_file);
        Ok(command)
    }

    /// Returns the path below the root of a source that belongs to the workspace: not what is
    /// generated into the target directory, nor a dependency that is kept below the root.
    fn relative(&self, path: &str) -> Option<String> {
        let path = Path::new(path);
        let relative = path.strip_prefix(&self.workspace.root).ok()?;
        let generated = path.starts_with(&self.workspace.target_dir);
        let foreign = relative.components().any(|part| part.as_os_str() == ".cargo");
        (!generated && !foreign).then(|| relative.to_string_lossy().replace('\\', "/"))
    }

    fn report(&self, sections: BTreeMap<String, Section>, summary: Summary) -> CoverageReport {
        let fail_under = self.settings.fail_under;
        let mut report = CoverageReport { fail_under, ..CoverageReport::default() };
        let Some(data) = summary.data.into_iter().next() else { return report };
        report.totals = data.totals.into();
        let mut counts: BTreeMap<String, CoverageCounts> = data
            .files
            .into_iter()
            .filter_map(|file| Some((self.relative(&file.filename)?, file.summary.into())))
            .collect();
        let mut room = SOURCES_BYTES;
        for (path, section) in sections {
            let source = fs::read_to_string(&section.path).ok().filter(|text| text.len() <= room);
            room -= source.as_ref().map_or(0, String::len);
            report.files.push(FileCoverage {
                counts: counts.remove(&path).unwrap_or_default(),
                path,
                source,
                lines: section.lines,
                cases: Vec::new(),
            });
        }
        report
    }
}

/// Empties a directory of ours, so that nothing of an earlier run is taken for this one's.
fn remake(directory: &Path) -> Result<(), FrontError> {
    for file in ["lcov.info", "summary.json"] {
        let _ = fs::remove_file(directory.join(file));
    }
    let _ = fs::remove_dir_all(directory.join("html"));
    fs::create_dir_all(directory).map_err(|source| file_error(directory, source))
}

fn globs(patterns: &[String]) -> Result<GlobSet, FrontError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|source| FrontError::Glob {
            pattern: pattern.clone(),
            reason: source.kind().to_string(),
        })?);
    }
    set.build().map_err(|source| FrontError::Glob {
        pattern: patterns.join(", "),
        reason: source.kind().to_string(),
    })
}

/// The part of llvm-cov's JSON that matters here.
#[derive(Debug, Deserialize)]
struct Summary {
    data: Vec<Data>,
}

#[derive(Debug, Deserialize)]
struct Data {
    #[serde(default)]
    files: Vec<File>,
    totals: Counts,
}

#[derive(Debug, Deserialize)]
struct File {
    filename: String,
    summary: Counts,
}

#[derive(Debug, Deserialize)]
struct Counts {
    lines: Part,
    functions: Part,
    regions: Part,
    #[serde(default)]
    branches: Part,
}

#[derive(Debug, Default, Deserialize)]
struct Part {
    count: u64,
    covered: u64,
}

impl From<Counts> for CoverageCounts {
    fn from(counts: Counts) -> Self {
        let reached = |part: Part| Reached { covered: part.covered, total: part.count };
        Self {
            lines: reached(counts.lines),
            functions: reached(counts.functions),
            regions: reached(counts.regions),
            branches: Some(counts.branches).filter(|part| part.count > 0).map(reached),
        }
    }
}
