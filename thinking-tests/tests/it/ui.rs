//! Compile errors of the attributes of tests say what to write instead.
//!
//! What an ordinary build sees of a test is nothing, so these are compiled as tests are. Each file of
//! `tests/ui` has what the compiler says of it beside it: place, message, label, notes.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use expect_test::expect_file;
use serde_json::Value;

#[test]
fn compile_errors() {
    let library = library();
    let mut cases: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        expect_file![case.with_extension("stderr")].assert_eq(&errors(&case, &library));
    }
}

/// Builds the library without the features that this test has, and returns where it is.
fn library() -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--lib", "--message-format=json", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let messages = String::from_utf8(built.stdout).unwrap();
    let messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut files = messages
        .filter(|message| message["target"]["name"] == "thinking_tests")
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|file| file.as_str().map(PathBuf::from));
    files.find(|file| file.extension().is_some_and(|extension| extension == "rlib")).unwrap()
}

/// Compiles a file as tests are and returns the errors.
fn errors(case: &Path, library: &Path) -> String {
    let out = tempfile::tempdir().unwrap();
    // The path is a part of what a test knows of itself.
    let name = Path::new("tests/ui").join(case.file_name().unwrap());
    let compiled = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"))
        .envs([("CARGO_PKG_NAME", "ui"), ("CARGO_PKG_VERSION", "0.1.0")])
        .env("CARGO_PKG_DESCRIPTION", "")
        .args(["--test", "--edition=2024", "--emit=metadata", "--error-format=json", "-Aunused"])
        .arg(format!("--extern=thinking_tests={}", library.display()))
        .arg(format!("-Ldependency={}", library.parent().unwrap().join("deps").display()))
        .arg("--out-dir")
        .arg(out.path())
        .arg(name)
        .output()
        .unwrap();
    let messages = String::from_utf8(compiled.stderr).unwrap();
    assert!(!compiled.status.success(), "{} compiles", case.display());
    let mut text = String::new();
    for line in messages.lines() {
        let message: Value =
            serde_json::from_str(line).unwrap_or_else(|_| panic!("no message: {line}"));
        if message["level"] == "error"
            && !message["message"].as_str().unwrap().starts_with("aborting")
        {
            render(&message, &mut text);
        }
    }
    text
}

/// Writes what a reader sees of a message, without the source around it.
fn render(message: &Value, text: &mut String) {
    let said = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    writeln!(text, "error: {}", said(&message["message"])).unwrap();
    for span in message["spans"].as_array().into_iter().flatten() {
        let label = said(&span["label"]);
        // Out of the macros of ours, to where they are used.
        let mut place = span;
        while !said(&place["file_name"]).starts_with("tests/ui") && place["expansion"].is_object() {
            place = &place["expansion"]["span"];
        }
        let file = said(&place["file_name"]);
        if file.starts_with("tests/ui") {
            let (line, column) = (&place["line_start"], &place["column_start"]);
            let written = format!("  --> {file}:{line}:{column} {label}");
            writeln!(text, "{}", written.trim_end()).unwrap();
        }
    }
    for child in message["children"].as_array().into_iter().flatten() {
        // Where the compiler found an item is of no interest here.
        if child["spans"].as_array().is_some_and(Vec::is_empty) {
            writeln!(text, "  = {}: {}", said(&child["level"]), said(&child["message"])).unwrap();
        }
    }
    text.push('\n');
}
