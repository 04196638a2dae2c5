//! The program `executor`, and the stores that it is given.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::bench::comparison::Samples;

/// Where a program keeps its store, below its root.
const FILE: &str = ".thinking/executor.redb";

/// A directory for stores, on the disk that holds the build, and the program that fills them.
pub(super) struct Stores {
    root: tempfile::TempDir,
    program: PathBuf,
    made: AtomicU32,
}

impl Stores {
    pub(super) fn new(programs: &Path) -> Result<Stores> {
        let root = tempfile::tempdir_in(programs)?;
        Ok(Stores { root, program: programs.join("executor"), made: AtomicU32::new(0) })
    }

    /// Makes an empty directory.
    pub(super) fn directory(&self, name: &str) -> Result<PathBuf> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let path = self.root.path().join(format!("{number}-{name}"));
        fs::create_dir_all(&path)?;
        Ok(path)
    }

    /// Copies a store as it is into a directory of its own.
    pub(super) fn copy(&self, directory: &Path, name: &str) -> Result<PathBuf> {
        let copy = self.directory(name)?;
        let (from, to) = (file(directory), file(&copy));
        fs::create_dir_all(to.parent().context("a file has a directory")?)?;
        fs::copy(&from, &to).with_context(|| format!("`{}`", from.display()))?;
        // Or the first sync of who opens it would write all of it.
        fs::File::open(to)?.sync_all()?;
        Ok(copy)
    }

    /// Returns how the program is called.
    pub(super) fn arguments(&self, figure: &str, directory: &Path, number: u32) -> Vec<String> {
        let program = self.program.display().to_string();
        let directory = directory.display().to_string();
        vec![program, figure.to_owned(), directory, number.to_string()]
    }

    /// Measures a figure.
    pub(super) fn run(&self, figure: &str, directory: &Path, number: u32) -> Result<Rows> {
        output(&self.arguments(figure, directory, number))
    }

    /// Lets a process fill a store as `figure` says, and kills it while it goes on.
    pub(super) fn kill_while_filling(
        &self,
        figure: &str,
        directory: &Path,
        mebibytes: u32,
    ) -> Result<()> {
        let mut filling = Command::new(&self.program);
        filling.arg(figure).arg(directory).arg(mebibytes.to_string());
        let mut process = filling.stdout(Stdio::piped()).spawn()?;
        let stdout = process.stdout.take().context("standard output is piped")?;
        let mut said = String::new();
        let read = BufReader::new(stdout).read_line(&mut said);
        let killed = process.kill();
        process.wait()?;
        read?;
        killed?;
        ensure!(said.starts_with("filled\t"), "the store was not filled: `{said}`");
        Ok(())
    }
}

/// Returns the store's file in a directory.
pub(super) fn file(directory: &Path) -> PathBuf {
    directory.join(FILE)
}

/// Runs a command and reads the samples that it prints.
pub(super) fn output(command: &[String]) -> Result<Rows> {
    let (program, arguments) = command.split_first().context("a program is named")?;
    let output = Command::new(program).args(arguments).output();
    let output = output.with_context(|| format!("`{program}`"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{}`: {}\n{said}", command.join(" "), output.status);
    Rows::parse(&String::from_utf8(output.stdout)?)
}

/// What a program printed: whole numbers by row.
#[derive(Debug, Default)]
pub(super) struct Rows(BTreeMap<String, Vec<u64>>);

impl Rows {
    fn parse(text: &str) -> Result<Rows> {
        let mut rows = Rows::default();
        for line in text.lines() {
            let (row, number) =
                line.split_once('\t').with_context(|| format!("`{line}`: a tab is expected"))?;
            let number = number.parse().with_context(|| format!("`{line}`"))?;
            rows.0.entry(row.to_owned()).or_default().push(number);
        }
        Ok(rows)
    }

    pub(super) fn extend(&mut self, more: Rows) {
        for (row, numbers) in more.0 {
            self.0.entry(row).or_default().extend(numbers);
        }
    }

    /// Returns the times of a row.
    pub(super) fn of(&self, row: &str) -> Vec<Duration> {
        let numbers = self.0.get(row).into_iter().flatten();
        numbers.map(|nanoseconds| Duration::from_nanos(*nanoseconds)).collect()
    }

    /// Returns the times of a row that must be there.
    pub(super) fn samples(&self, row: &str) -> Result<Samples> {
        let times = self.of(row);
        ensure!(!times.is_empty(), "`{row}` was not measured");
        Ok(Samples::new(times))
    }

    /// Returns the one number of a row.
    pub(super) fn one(&self, row: &str) -> Result<u64> {
        match self.0.get(row).map(Vec::as_slice) {
            Some([number]) => Ok(*number),
            found => anyhow::bail!("one number of `{row}` is expected, not {found:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    //! What programs print.

    use super::*;

    #[test]
    fn rows_are_numbers_by_name() {
        let mut rows = Rows::parse("step\t12\nredb\t7\nstep\t3\n").unwrap();
        rows.extend(Rows::parse("redb\t8\n").unwrap());
        assert_eq!(rows.of("step"), [12, 3].map(Duration::from_nanos));
        assert_eq!(rows.of("redb"), [7, 8].map(Duration::from_nanos));
        assert!(rows.samples("other").is_err() && rows.one("redb").is_err());
        for (text, expected) in [
            ("step 12", "`step 12`: a tab is expected"),
            ("step\t-1", "`step\t-1`: invalid digit found in string"),
        ] {
            assert_eq!(format!("{:#}", Rows::parse(text).unwrap_err()), expected);
        }
    }
}
