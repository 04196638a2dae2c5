//! `examples/outside`: a workspace of its own, with nothing but what its README says.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where that workspace is built: below the target directory of this one, so that what it depends on
/// is compiled once.
fn target_dir() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_xtask"));
    program.ancestors().nth(2).unwrap().join("outside")
}

/// Runs a command of the README. The lock file has to fit: otherwise another version of a dependency
/// would fail here, long after its release, and the file would change under whoever runs the tests.
fn run(command: &str) -> Output {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("cargo"), "{command}");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/outside");
    Command::new(env!("CARGO"))
        .arg("--locked")
        .args(words)
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", target_dir())
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap()
}

#[test]
fn the_commands_of_its_readme_do_what_it_says() {
    let readme = include_str!("../../../examples/outside/README.md");
    let session = readme.split("```console\n").nth(1).unwrap().split("```").next().unwrap();
    let mut commands = 0;
    for part in session.split("$ ").skip(1) {
        let (command, expected) = part.split_once('\n').unwrap();
        let output = run(command);
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}\n{stdout}\n{stderr}");
        // The last lines are shown, after `…` for all others.
        let (_, last) = expected.split_once("…\n").unwrap_or(("", expected));
        assert!(stdout.trim_end().ends_with(last.trim_end()), "{command}\n{stdout}\n{stderr}");
        commands += 1;
    }
    assert_eq!(commands, 3);
    for file in ["junit.xml", "report.html", "history.jsonl"] {
        assert!(target_dir().join("thinking").join(file).is_file(), "{file}");
    }
}
