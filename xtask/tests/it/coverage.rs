//! Coverage of a workspace of its own, with both backends.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const FILES: [(&str, &str); 4] = [
    (
        "Cargo.toml",
        "[package]\nname = \"halves\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n",
    ),
    (
        "src/lib.rs",
        "/// ```
/// assert_eq!(halves::half(2), Ok(1));
/// ```
pub fn half(number: u32) -> Result<u32, u32> {
    if number % 2 == 0 {
        Ok(number / 2)
    } else {
        Err(number)
    }
}

pub fn never() {}

#[cfg(test)]
mod tests;
",
    ),
    ("src/tests.rs", "#[test]\nfn even() { assert_eq!(super::half(4), Ok(2)); }\n"),
    ("src/main.rs", "fn main() {\n    println!(\"{:?}\", halves::half(3));\n}\n"),
];

/// In a binary of its own: it takes the profile of all that its process did with it.
const ABORTING: &str = "#[test]\nfn aborts() { halves::never(); std::process::abort() }\n";

const INTEGRATION: &str = "#[test]
fn odd() {
    let output = std::process::Command::new(env!(\"CARGO_BIN_EXE_halves\")).output().unwrap();
    assert_eq!(output.stdout, b\"Err(3)\\n\");
}
";

struct Workspace(TempDir);

impl Workspace {
    fn new() -> Self {
        let workspace = Self(tempfile::tempdir().unwrap());
        for (path, text) in
            FILES.into_iter().chain([("tests/it.rs", INTEGRATION), ("tests/aborting.rs", ABORTING)])
        {
            let path = workspace.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        workspace
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn run(&self, program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        Command::new(program)
            .args(arguments)
            .current_dir(self.0.path())
            .env("CARGO_TARGET_DIR", self.path("target"))
            .env_remove("LLVM_PROFILE_FILE")
            .envs(variables.iter().copied())
            .output()
            .unwrap()
    }

    fn test(&self, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String) {
        let arguments: Vec<_> = ["test"].iter().chain(arguments).copied().collect();
        let output = self.run(env!("CARGO_BIN_EXE_xtask"), &arguments, variables);
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8_lossy(&said).into_owned())
    }

    /// The island of data in the page.
    fn island(&self) -> Value {
        let page = fs::read_to_string(self.path("target/thinking/report.html")).unwrap();
        let (_, rest) = page.split_once("type=\"application/json\"").unwrap();
        let (_, rest) = rest.split_once('>').unwrap();
        let (json, _) = rest.split_once("</script").unwrap();
        serde_json::from_str(json).unwrap()
    }
}

/// Coverage needs the component `llvm-tools`; without it the program says so, and so does this.
fn is_installed(said: &str) -> bool {
    !said.contains("rustup component add llvm-tools")
}

#[test]
fn lines_and_who_reaches_them() {
    let workspace = Workspace::new();
    for backend in ["libtest", "nextest"] {
        let (code, said) = workspace.test(&["--coverage", "--backend", backend], &[]);
        assert!(is_installed(&said), "{said}");
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("\ncoverage: "), "{said}");

        let lcov =
            fs::read_to_string(workspace.path("target/thinking/coverage/lcov.info")).unwrap();
        assert!(lcov.contains("SF:src/lib.rs\n") && lcov.contains("SF:src/main.rs\n"), "{lcov}");
        assert!(!lcov.contains("tests"), "tests are not what is to be covered: {lcov}");
        // Reached by the even case, by the program that the odd one starts, and by nobody: who
        // aborts leaves no profile.
        for line in ["DA:6,1\n", "DA:8,1\n", "DA:12,0\n"] {
            assert!(lcov.contains(line), "{backend}: {line} in {lcov}");
        }
        for file in ["summary.json", "html/index.html"] {
            assert!(workspace.path("target/thinking/coverage").join(file).is_file(), "{file}");
        }

        let island = workspace.island();
        let library = &island["coverage"]["files"][0];
        assert_eq!(library["path"], "src/lib.rs");
        assert_eq!(library["counts"]["functions"], serde_json::json!({"covered": 1, "total": 2}));
        assert!(library["source"].as_str().unwrap().contains("pub fn never"));
        if backend == "nextest" {
            // Suite and case by index, then first and last lines.
            let reaching = |case: &str| {
                let name = |entry: &Value| {
                    let index = |at: usize| entry[at].as_u64().unwrap() as usize;
                    island["suites"][index(0)]["cases"][index(1)]["name"].clone()
                };
                let mut cases = library["cases"].as_array().unwrap().iter();
                let found = cases.find(|entry| name(entry) == case)?.as_array().unwrap();
                Some(found[2..].to_vec())
            };
            assert_eq!(reaching("tests::even"), Some([4, 6, 10, 10].map(Value::from).to_vec()));
            assert_eq!(reaching("odd"), Some([4, 5, 8, 8, 10, 10].map(Value::from).to_vec()));
            assert_eq!(reaching("aborts"), None);
        }
    }
    let leftovers = workspace.path("target/thinking/run/profiles");
    assert!(!leftovers.exists(), "the raw profiles are gone");
}

#[test]
fn the_plain_build_stays_as_it_is() {
    let workspace = Workspace::new();
    let plain = |said: &Output| String::from_utf8_lossy(&said.stderr).contains("Compiling");
    assert!(plain(&workspace.run("cargo", &["test", "--no-run"], &[])));
    let (_, said) = workspace.test(&["--coverage", "tests::even"], &[]);
    assert!(said.contains("\ncoverage: "), "{said}");
    assert!(
        !plain(&workspace.run("cargo", &["test", "--no-run"], &[])),
        "nothing is compiled again"
    );
    let (_, said) = workspace.test(&["--coverage", "tests::even"], &[]);
    assert!(!said.contains("Compiling"), "{said}");
}

#[test]
fn without_the_tools_tests_run_and_with_a_flag_they_do_not() {
    let workspace = Workspace::new();
    let missing = [("LLVM_COV", "/does/not/exist/llvm-cov")];
    let told = "`/does/not/exist/llvm-cov` does not exist; install it with \
        `rustup component add llvm-tools`";
    let (code, said) = workspace.test(&["tests::even"], &missing);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains(told) && said.contains("\n1 passed, 0 failed, 0 skipped"), "{said}");

    let (code, said) = workspace.test(&["tests::even", "--coverage"], &missing);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains(told) && !said.contains("passed"), "{said}");

    let (code, said) = workspace.test(&["tests::even", "--no-coverage"], &missing);
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains(told), "{said}");
}

#[test]
fn too_little_fails_the_run_of_all_tests() {
    let workspace = Workspace::new();
    fs::remove_file(workspace.path("tests/aborting.rs")).unwrap();
    fs::write(workspace.path("tests.toml"), "[coverage]\nfail_under = 90.5\n").unwrap();
    let (code, said) = workspace.test(&["--coverage"], &[]);
    assert_eq!(code, 5, "{said}");
    for text in ["coverage: 77.77 % of lines, not 90.5 %", "src/lib.rs: 2 of 6 lines not reached"] {
        assert!(said.contains(text), "{text} in {said}");
    }
    let (code, said) = workspace.test(&["--coverage", "tests::even"], &[]);
    assert_eq!(code, 0, "some tests reach some of it: {said}");
    let enough = [("THINKING_TESTS__COVERAGE__FAIL_UNDER", "77.7")];
    let (code, said) = workspace.test(&["--coverage"], &enough);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("coverage: 77.7 %, 7 of 9 lines"), "{said}");
}

#[test]
fn each_report_is_switched_off_alone_and_written_where_it_is_asked_for() {
    let workspace = Workspace::new();
    let parts = [
        ("junit", "junit.xml"),
        ("html", "report.html"),
        ("history", "history.jsonl"),
        ("coverage", "coverage/lcov.info"),
    ];
    for (off, file) in parts {
        let _ = fs::remove_dir_all(workspace.path("target/thinking"));
        fs::write(workspace.path("tests.toml"), format!("[{off}]\nenabled = false\n")).unwrap();
        let (code, said) = workspace.test(&["tests::even"], &[]);
        assert!(is_installed(&said) && code == 0, "{said}");
        for (part, file) in parts {
            let exists = workspace.path("target/thinking").join(file).is_file();
            assert_eq!(exists, part != off, "{off} is off: {file}\n{said}");
        }
        assert!(!workspace.path("target/thinking").join(file).exists());
    }

    let elsewhere = "[junit]\npath = \"a/b/j.xml\"\n[html]\npath = \"c/d.html\"\n\
        [history]\npath = \"e/h.jsonl\"\n[coverage]\ndirectory = \"f/g\"\nhtml = false\n";
    fs::write(workspace.path("tests.toml"), elsewhere).unwrap();
    let (code, said) = workspace.test(&["tests::even"], &[]);
    assert_eq!(code, 0, "{said}");
    for file in ["a/b/j.xml", "c/d.html", "e/h.jsonl", "f/g/lcov.info", "f/g/summary.json"] {
        assert!(workspace.path(file).is_file(), "{file}\n{said}");
    }
    assert!(!workspace.path("f/g/html").exists());
}
