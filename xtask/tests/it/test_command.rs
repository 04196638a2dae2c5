//! `cargo xtask test` in a workspace of its own, with both backends.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use thinking_tests::front::exit;

const FILES: [(&str, &str); 6] = [
    ("Cargo.toml", "[workspace]\nmembers = [\"calculator\", \"empty\"]\nresolver = \"3\"\n"),
    (
        "calculator/Cargo.toml",
        "[package]\nname = \"calculator\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    ),
    (
        "calculator/src/lib.rs",
        r#"
pub mod expression {
    /// ```
    /// assert_eq!(calculator::expression::add(1, 1), 2);
    /// ```
    pub fn add(a: u32, b: u32) -> u32 { a + b }
    #[cfg(test)]
    mod tests {
        #[test]
        fn adds() { assert_eq!(super::add(1, 2), 3) }
        #[test]
        fn fails() { assert_eq!(super::add(1, 2), 4, "\u{1b}[31m]]>") }
        #[test]
        fn package_is_known() { assert_eq!(std::env::var("CARGO_PKG_NAME").unwrap(), "calculator") }
    }
}
pub mod printer {
    #[test]
    #[cfg_attr(all(), ignore = "later")]
    fn prints() {}
    #[test]
    fn prints_more() { println!("more"); }
}
"#,
    ),
    (
        "calculator/tests/it.rs",
        "mod expression {\n#[test] fn whole() {}\n}\n#[test] fn aborts() { std::process::abort() }\n",
    ),
    ("empty/Cargo.toml", "[package]\nname = \"empty\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
    ("empty/src/main.rs", "fn main() {}\n"),
];

pub(crate) struct Workspace {
    dir: TempDir,
    /// The package from whose directory the command is called.
    inside: &'static str,
}

/// What a call of `cargo xtask test` came to.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// `cargo xtask test` outside of a CI service; this test may run on one itself.
pub(crate) fn xtask_test() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("test");
    for variable in ["GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"] {
        command.env_remove(variable);
    }
    command
}

impl Workspace {
    pub(crate) fn new() -> Self {
        Self::with("calculator", &FILES)
    }

    pub(crate) fn with(inside: &'static str, files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let workspace = Self { dir, inside };
        for (path, text) in files {
            workspace.write(path, text);
        }
        workspace
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn test(&self, arguments: &[&str]) -> Ran {
        self.test_with(arguments, &[])
    }

    pub(crate) fn test_with(&self, arguments: &[&str], variables: &[(&str, &OsStr)]) -> Ran {
        let mut command = xtask_test();
        command
            .args(arguments)
            .current_dir(self.path(self.inside))
            .env("CARGO_TARGET_DIR", self.target_dir())
            .env_remove("RUST_BACKTRACE")
            .envs(variables.iter().copied());
        Ran::of(&mut command)
    }

    fn target_dir(&self) -> PathBuf {
        self.dir.path().join("target")
    }

    pub(crate) fn report(&self, name: &str) -> String {
        fs::read_to_string(self.target_dir().join("thinking").join(name)).unwrap()
    }
}

impl Ran {
    #[track_caller]
    pub(crate) fn ends(&self, code: u8, last_line: &str) {
        let last = self.stdout.lines().last().unwrap_or_default();
        assert_eq!(
            (self.code, last),
            (i32::from(code), last_line),
            "{}\n{}",
            self.stdout,
            self.stderr
        );
    }
}

/// The backends that this machine has.
pub(crate) fn backends() -> Vec<&'static str> {
    let nextest = Command::new("cargo").args(["nextest", "--version"]).output();
    let installed = nextest.is_ok_and(|output| output.status.success());
    if installed { vec!["nextest", "libtest"] } else { vec!["libtest"] }
}

#[test]
fn both_backends_tell_the_same() {
    let workspace = Workspace::new();
    for backend in backends() {
        let all = workspace.test(&["--backend", backend]);
        all.ends(exit::CASES_FAILED, "5 passed, 2 failed, 1 skipped");
        assert!(all.stdout.contains("FAIL calculator expression::tests::fails"), "{}", all.stdout);
        assert!(all.stdout.contains("ABORT calculator::it aborts"), "{}", all.stdout);
        let junit = workspace.report("junit.xml");
        for text in [
            r#"name="fails" "#,
            r#"classname="calculator.expression.tests""#,
            r#"<failure type="failed""#,
            r#"<error type="aborted""#,
            "failed: ]]]]><![CDATA[>",
        ] {
            assert!(junit.contains(text), "{backend}: {text} in {junit}");
        }
        assert!(workspace.report("report.html").contains("calculator (doc)"));
    }
}

#[test]
fn a_run_is_told_to_people_services_and_later_runs() {
    let workspace = Workspace::new();
    let first = workspace.test(&["--backend", "libtest"]);
    assert!(!first.stdout.contains("::error"), "{}", first.stdout);
    for text in [
        "\nSKIP calculator printer::prints: later\n",
        "\n    calculator/src/lib.rs:12\n",
        "\n      left:  3\n      right: 4\n",
        "cargo xtask test --failed\n5 passed, 2 failed, 1 skipped\n",
    ] {
        assert!(first.stdout.contains(text), "{text} in {}", first.stdout);
    }

    let history = workspace.target_dir().join("thinking/history.jsonl");
    let torn = fs::read_to_string(&history).unwrap() + "{\"version\":1,\"sta";
    fs::write(&history, torn).unwrap();
    let service = [("GITHUB_ACTIONS", OsStr::new("true")), ("NO_COLOR", OsStr::new("1"))];
    let second = workspace.test_with(&["--backend", "libtest", "expression"], &service);
    second.ends(exit::CASES_FAILED, "4 passed, 1 failed, 0 skipped");
    let annotation = "\n::error file=calculator/src/lib.rs,line=12,title=calculator \
        expression%3A%3Atests%3A%3Afails%3A failed::assertion";
    assert!(second.stdout.contains(annotation), "{}", second.stdout);
    let warning = format!("warning: line 2 of `{}` holds no run", history.display());
    assert!(second.stderr.contains(&warning), "{}", second.stderr);

    let lines = workspace.report("history.jsonl");
    let lines: Vec<_> = lines.lines().collect();
    assert_eq!(lines.len(), 2);
    let counts = r#""counts":{"passed":5,"failed":2,"skipped":1},"partial":false,"failed":["#;
    assert!(lines[0].contains(counts), "{}", lines[0]);
    assert!(
        lines[1].contains(r#""partial":true,"failed":["calculator expression::tests::fails"]"#)
    );
    assert!(workspace.report("report.html").contains(r#""history":[{"started_ms":"#));
}

#[test]
fn a_subtree_selects_in_all_kinds_of_tests() {
    let workspace = Workspace::new();
    for backend in backends() {
        for (subtree, last_line, code) in [
            ("expression", "4 passed, 1 failed, 0 skipped", exit::CASES_FAILED),
            ("expression::tests::adds", "1 passed, 0 failed, 0 skipped", exit::SUCCESS),
            ("expression::add", "1 passed, 0 failed, 0 skipped", exit::SUCCESS),
            ("printer", "1 passed, 0 failed, 1 skipped", exit::SUCCESS),
            ("it::expression", "1 passed, 0 failed, 0 skipped", exit::SUCCESS),
            ("calculator::printer", "1 passed, 0 failed, 1 skipped", exit::SUCCESS),
            ("it", "1 passed, 1 failed, 0 skipped", exit::CASES_FAILED),
        ] {
            workspace.test(&[subtree, "--backend", backend]).ends(code, last_line);
        }
        let nothing = workspace.test(&["expressio", "--backend", backend]);
        assert_eq!(nothing.code, i32::from(exit::NOTHING_MATCHED));
        let expected = "error: no test matches `expressio`; did you mean `expression`?; a subtree \
            begins with one of: calculator, empty, expression, it, printer\n";
        assert!(nothing.stderr.ends_with(expected), "{}", nothing.stderr);
        let deeper = workspace.test(&["expression::test::adds", "--backend", backend]);
        let expected = "no test matches `expression::test::adds`; did you mean \
            `expression::tests::adds`?";
        assert!(deeper.stderr.contains(expected), "{}", deeper.stderr);
    }
}

#[test]
fn further_arguments_go_to_the_backend() {
    let workspace = Workspace::new();
    for backend in backends() {
        let narrowing = match backend {
            "nextest" => ["-E", "test(prints_more)"],
            _ => ["--skip", "prints_less"],
        };
        let mut arguments = vec!["printer::prints_more", "--backend", backend, "--"];
        let bogus = workspace.test(&[&arguments[..], &["--bogus"]].concat());
        assert_eq!(bogus.code, i32::from(exit::RUNNER_FAILED), "{backend}: {}", bogus.stdout);
        arguments.extend(narrowing);
        workspace.test(&arguments).ends(exit::SUCCESS, "1 passed, 0 failed, 0 skipped");
    }
}

#[test]
fn a_build_failure_shows_the_compilers_message() {
    let workspace = Workspace::new();
    workspace.write("calculator/tests/it.rs", "#[test] fn broken() { let x: u32 = \"\"; }\n");
    for backend in backends() {
        let ran = workspace.test(&["--backend", backend]);
        assert_eq!(ran.code, i32::from(exit::BUILD_FAILED), "{}", ran.stderr);
        assert!(ran.stderr.contains("mismatched types"), "{}", ran.stderr);
    }
}

#[test]
fn a_directory_without_a_workspace_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("test")
        .current_dir(Path::new(dir.path()))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(i32::from(exit::RUNNER_FAILED)));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("`cargo metadata` gave up"), "{stderr}");
}
