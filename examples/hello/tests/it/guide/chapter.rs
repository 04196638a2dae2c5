//! A chapter of the guide: its blocks, from the first to the last, in a directory of its own.
//!
//! - A block of `toml` whose first line is `# NAME.toml` is the file of that name from then on.
//! - A block of `console` holds commands, `$ …`, each with what it says.
//! - A block of `rust,ignore` is a part of the source of one of this example's programs. (Blocks of `rust` are programs of
//!   their own, and tested with the documentation.)

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::output::{is_as_written, masked};

/// The program that a chapter is about.
#[derive(Clone, Copy)]
pub(super) struct Program {
    pub(super) executable: &'static str,
    pub(super) package: &'static str,
    /// What of the package is there before the first block.
    pub(super) files: &'static [&'static str],
}

/// Follows a chapter of `docs/guide`.
pub(super) fn follow(name: &str, program: Program) {
    let path = Path::new(program.package).join("../../docs/guide").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("`{name}`: {error}"));
    let mut chapter = Chapter { program, root: tempfile::tempdir().unwrap(), wrong: Vec::new() };
    for file in program.files {
        let source = Path::new(program.package).join(file);
        fs::copy(source, chapter.root.path().join(file)).unwrap();
    }
    let mut new = String::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        new += &format!("{line}\n");
        let Some(kind) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> =
            lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        let block = block.iter().map(|line| format!("{line}\n")).collect::<String>();
        new += &format!("{}```\n", chapter.block(kind, &block, index + 2));
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() && new != text {
        fs::write(&path, new).unwrap();
    } else {
        assert!(chapter.wrong.is_empty(), "{name}:\n{}", chapter.wrong.join("\n"));
    }
}

struct Chapter {
    program: Program,
    root: TempDir,
    wrong: Vec<String>,
}

impl Chapter {
    /// Goes through a block that begins at `line`, and returns it as it should be.
    fn block(&mut self, kind: &str, block: &str, line: usize) -> String {
        match kind {
            "toml" => self.file(block),
            "console" => return self.commands(block, line),
            "rust,ignore" if !self.is_in_the_source(block) => {
                self.wrong.push(format!("line {line}: not in the source:\n{block}"));
            }
            _ => {}
        }
        block.to_owned()
    }

    fn file(&self, block: &str) {
        let first = block.lines().next().unwrap_or_default();
        if let Some(name) = first.strip_prefix("# ").filter(|name| name.ends_with(".toml")) {
            fs::write(self.root.path().join(name), block).unwrap();
        }
    }

    fn commands(&mut self, block: &str, line: usize) -> String {
        let mut new = String::new();
        let mut rest = block.lines().enumerate().peekable();
        while let Some((index, first)) = rest.next() {
            let Some(command) = first.strip_prefix("$ ") else {
                self.wrong.push(format!("line {}: no command: {first}", line + index));
                continue;
            };
            let mut expected = String::new();
            while let Some((_, said)) = rest.next_if(|(_, line)| !line.starts_with("$ ")) {
                expected += &format!("{said}\n");
            }
            let found = masked(&self.run(command), self.root.path());
            new += &format!("{first}\n");
            match is_as_written(&expected, &found) {
                true => new += &expected,
                false => {
                    new += &found;
                    self.wrong.push(format!(
                        "line {}: `{command}` says:\n{found}instead of:\n{expected}",
                        line + index
                    ));
                }
            }
        }
        new
    }

    /// Runs a command as a shell would, and returns all that it says.
    fn run(&self, command: &str) -> String {
        let programs = Path::new(self.program.executable).parent().unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::env::split_paths(&path);
        let paths = std::iter::once(PathBuf::from(programs)).chain(paths);
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("{{ {command}\n}} 2>&1"));
        shell.current_dir(self.root.path()).env_clear();
        shell.env("PATH", std::env::join_paths(paths).unwrap());
        shell.env("THINKING_ROOT", self.root.path()).env("TZ", "UTC").env("COLUMNS", "100");
        String::from_utf8(shell.output().unwrap().stdout).unwrap()
    }

    /// Tells whether the lines of a block stand in the source of a program of the example, one
    /// after another.
    fn is_in_the_source(&self, block: &str) -> bool {
        let sources = ["src/main.rs", "src/bin/crawl.rs"]
            .map(|name| Path::new(self.program.package).join(name));
        let mut sources = sources.iter().filter(|source| source.exists());
        sources.any(|source| fs::read_to_string(source).unwrap().contains(block))
    }
}
