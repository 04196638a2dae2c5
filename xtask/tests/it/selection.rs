//! Selection and policies of `cargo xtask test`, in one workspace for all of it.
//!
//! Its cases are ordinary `#[test]`s that are registered by hand, so that the workspace compiles
//! little, and write their records themselves, so that the runner's reading of them is what is
//! tested.

use std::fs;

use thinking_tests::front::exit;

use crate::test_command::{Workspace, backends};

const LIBRARY: &str = r#"//! Cases of every kind.

/// ```
/// assert!(policies::is_there());
/// ```
pub fn is_there() -> bool { true }

#[cfg(test)]
mod cases {
    use std::io::Write;
    use std::time::Duration;
    use thinking_tests::__private::{CASES, Case, CasePolicy, linkme};

    macro_rules! case {
        ($name:ident, $($key:ident: $value:expr,)* $body:block) => {
            #[test]
            fn $name() {
                #[linkme::distributed_slice(CASES)]
                #[linkme(crate = thinking_tests::__private::linkme)]
                static CASE: Case = Case {
                    name: concat!(module_path!(), "::", stringify!($name)),
                    module: module_path!(),
                    file: file!(),
                    line: line!(),
                    column: column!(),
                    policy: CasePolicy { $($key: $value,)* ..CasePolicy::NONE },
                };
                $body
            }
        };
    }

    fn record(name: &str, event: &str) {
        let dir = std::env::var("THINKING_TEST_RECORDS").unwrap();
        let pid = std::process::id();
        let path = std::path::Path::new(&dir).join(format!("{pid}.jsonl"));
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        let name = if name.is_empty() { String::new() } else { format!("policies::cases::{name}") };
        let line = format!("{{\"pid\":{pid},\"attempt\":1,\"name\":\"{name}\",\"time_ms\":5,{event}}}\n");
        file.write_all(line.as_bytes()).unwrap();
    }

    fn start(name: &str) {
        let exe = std::env::current_exe().unwrap();
        record(name, &format!("\"event\":\"start\",\"exe\":{:?},\"thread\":\"t\"", exe.to_str().unwrap()));
    }

    /// Fails if it is called while another call is at work.
    fn alone() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/at-work");
        let file = std::fs::OpenOptions::new().create_new(true).write(true).open(path);
        std::thread::park_timeout(Duration::from_millis(100));
        std::fs::remove_file(path).unwrap();
        file.unwrap();
    }

    fn is_nextest() -> bool { std::env::var("THINKING_TEST_TIMEOUTS").as_deref() == Ok("backend") }

    case!(reads, tags: &["db"], exclusive: &["db"], { if is_nextest() { alone() } });
    case!(writes, tags: &["db", "slow"], exclusive: &["port", "db"], { if is_nextest() { alone() } });
    case!(waits, exclusive: &["port"], { if is_nextest() { alone() } });
    case!(flaky, retries: Some(1), {
        assert_eq!(std::env::var("NEXTEST_ATTEMPT").unwrap_or_default(), "2");
    });
    case!(never, retries: Some(2), {
        println!("attempt {}", std::env::var("NEXTEST_ATTEMPT").unwrap());
        assert!(is_nextest() && !is_nextest(), "why {}", 7);
    });
    case!(hangs, timeout: Some(Duration::from_millis(300)), {
        while is_nextest() { std::thread::park() }
        start("hangs");
        record("hangs", "\"event\":\"end\",\"duration_us\":300000,\"ending\":\"timed-out\",\"reason\":\"its time of 300ms is over\"");
        std::process::abort();
    });
    case!(skips, {
        start("skips");
        record("skips", "\"event\":\"detail\",\"key\":\"gpu\",\"value\":\"<none>\"");
        record("skips", "\"event\":\"end\",\"duration_us\":7,\"ending\":\"skipped\",\"reason\":\"no GPU here\"");
        record("", "\"event\":\"log\",\"stage\":null,\"level\":\"INFO\",\"target\":\"t\",\"spans\":\"\",\"message\":\"of nobody\"");
    });

    #[test]
    fn sees_profiles() { assert_eq!(std::env::var("THINKING_PROFILES").as_deref(), Ok("always,staging")) }
    #[test]
    fn unwraps() { let none: Option<u8> = None; none.unwrap(); }
    #[test]
    fn exits() { std::process::exit(0) }
    #[test]
    fn overflows() { assert_eq!(deep(1), 0) }
    fn deep(n: u64) -> u64 { if n == 0 { 0 } else { 1 + deep(std::hint::black_box(n) + 1) } }
    #[test]
    #[should_panic(expected = "on purpose")]
    fn panics() { panic!("on purpose") }
    #[test]
    #[cfg_attr(all(), ignore = "later")]
    fn ignored() {}
}
"#;

fn workspace() -> Workspace {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let manifest = format!(
        "[package]\nname = \"policies\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         thinking-tests = {{ path = {:?}, default-features = false }}\n",
        format!("{ours}/thinking-tests")
    );
    let workspace = Workspace::with(
        "policies",
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"policies\"]\nresolver = \"3\"\n"),
            ("policies/Cargo.toml", &manifest),
            ("policies/src/lib.rs", LIBRARY),
            ("tests.toml", "profiles = [\"always\"]\n[profile.staging]\njobs = 8\n"),
        ],
    );
    // The versions that are known to compile.
    fs::copy(format!("{ours}/Cargo.lock"), workspace.path("Cargo.lock")).unwrap();
    workspace
}

#[test]
fn cases_are_selected_and_run_as_they_say() {
    let workspace = workspace();
    for backend in backends() {
        let test = |arguments: &[&str]| {
            workspace.test(&[&["--backend", backend, "--profile", "staging"], arguments].concat())
        };
        let nothing = |arguments: &[&str], message: &str| {
            let ran = test(arguments);
            assert_eq!(ran.code, i32::from(exit::NOTHING_MATCHED), "{}", ran.stderr);
            assert!(ran.stderr.contains(message), "{backend}: {}", ran.stderr);
        };

        let all = test(&[]);
        all.ends(exit::CASES_FAILED, "7 passed, 5 failed, 2 skipped, 1 flaky");
        for line in [
            "FAIL policies cases::never",
            "TIMEOUT policies cases::hangs",
            "ERROR policies cases::unwraps",
            "ABORT policies cases::exits",
            "ABORT policies cases::overflows",
            "why 7",
            "the test ended its process with exit code 0",
            "has overflowed its stack",
        ] {
            assert!(all.stdout.contains(line), "{backend}: {line} in {}", all.stdout);
        }
        let page = workspace.report("report.html");
        for text in ["no GPU here", "of nobody", "attempt 1\\n", "attempt 3\\n"] {
            assert!(page.contains(text), "{backend}: {text}");
        }

        // The doctest has passed, and so has what was tried again with success.
        let failed = test(&["--failed"]);
        failed.ends(exit::CASES_FAILED, "0 passed, 5 failed, 0 skipped");
        test(&["--failed", "cases::exits"])
            .ends(exit::CASES_FAILED, "0 passed, 1 failed, 0 skipped");
        nothing(&["--failed", "--tag", "db"], "no test matches `--tag 'db' --failed`");
        workspace.write("target/thinking/failed.json", "{\"version\": 1, \"fai");
        let broken = test(&["--failed"]);
        assert_eq!(broken.code, i32::from(exit::RUNNER_FAILED));
        assert!(
            broken.stderr.contains("failed.json` does not tell what failed"),
            "{}",
            broken.stderr
        );

        test(&["--tag", "db"]).ends(exit::SUCCESS, "2 passed, 0 failed, 0 skipped");
        nothing(&["--failed"], "no test has failed");
        test(&["--tag", "db & !slow"]).ends(exit::SUCCESS, "1 passed, 0 failed, 0 skipped");
        let wrong = ["--tag", "db & !slwo", "--profile", "stagin"];
        nothing(&wrong, "no test has the tag `slwo`; did you mean `slow`?");
        nothing(&wrong, "note: no file mentions the profile `stagin`; did you mean `staging`?");
        nothing(&["--tag", "db", "none::at_all"], "no test matches `none::at_all --tag 'db'`");

        let list = test(&["--list", "--tag", "db | !db"]);
        assert_eq!(list.code, 0, "{}", list.stderr);
        assert!(
            list.stdout.starts_with("policies\n  cases\n    exits\n    flaky policies/src/lib.rs:")
        );
        assert!(list.stdout.contains("    ignored (ignored)\n"), "{}", list.stdout);
        assert!(list.stdout.contains("    writes [db, slow] policies/src/lib.rs:"));
        assert!(
            list.stdout.ends_with("policies (doc)\n  is_there (line 3) policies/src/lib.rs:3\n")
        );

        let mut parts: Vec<String> = ["1/2", "2/2"]
            .into_iter()
            .flat_map(|shard| {
                let listed = test(&["--list", "--shard", shard]).stdout;
                listed.lines().filter(|line| line.len() > 10).map(str::to_owned).collect::<Vec<_>>()
            })
            .collect();
        parts.retain(|line| !line.starts_with("policies"));
        let whole =
            list.stdout.lines().filter(|line| line.len() > 10 && !line.starts_with("policies"));
        let mut whole: Vec<String> = whole.map(str::to_owned).collect();
        parts.sort();
        whole.sort();
        assert_eq!(parts, whole, "{backend}");
    }
}

#[test]
fn mistakes_in_the_settings_are_told_before_anything_is_built() {
    let workspace = Workspace::new();
    workspace.write("tests.toml", "retrys = 1\n");
    let ran = workspace.test(&[]);
    assert_eq!(ran.code, i32::from(exit::RUNNER_FAILED));
    assert!(ran.stderr.contains("unknown key `retrys`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("tests.toml:1:1"), "{}", ran.stderr);
    assert!(ran.stderr.contains("did you mean `retries`?"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("Compiling"), "{}", ran.stderr);
    workspace.write("tests.toml", "retries = 1\n");
    let ran = workspace.test_with(&[], &[("THINKING_TESTS__JOBS", "0".as_ref())]);
    assert!(ran.stderr.contains("`tests.jobs` is not accepted"), "{}", ran.stderr);
    assert!(ran.stderr.contains("THINKING_TESTS__JOBS"), "{}", ran.stderr);
    // Settings beside a member's manifest would be silently without effect.
    workspace.write("calculator/tests.toml", "retries = 1\n");
    let ran = workspace.test(&["--tag", "nobody"]);
    assert!(ran.stderr.contains("calculator/tests.toml` is not read"), "{}", ran.stderr);
}

#[test]
fn after_a_failure_nothing_begins_if_that_is_asked_for() {
    let workspace = Workspace::new();
    workspace.write("tests.toml", "fail_fast = true\njobs = 1\n");
    workspace.write("calculator/src/lib.rs", "#[test] fn a() { panic!() }\n#[test] fn b() {}\n");
    for backend in backends() {
        let ran = workspace.test(&["--backend", backend]);
        assert_eq!(ran.code, i32::from(exit::CASES_FAILED), "{}", ran.stderr);
        let page = workspace.report("report.html");
        assert!(page.contains("it did not begin, as another test had failed"), "{backend}");
    }
}

#[test]
fn doctests_are_selected_by_shard_and_failure() {
    let workspace = Workspace::new();
    workspace.write("calculator/tests/it.rs", "");
    workspace.write(
        "calculator/src/lib.rs",
        "/// ```\n/// assert!(calculator::a());\n/// ```\npub fn a() -> bool { false }\n\
         pub mod m {\n/// ```\n/// ```\npub fn b() {}\n}\n",
    );
    let test =
        |arguments: &[&str]| workspace.test(&[&["--backend", "libtest"], arguments].concat());
    let whole = test(&["--shard", "1/1"]);
    whole.ends(exit::CASES_FAILED, "1 passed, 1 failed, 0 skipped");
    let list = test(&["--list", "--failed"]);
    assert_eq!(list.stdout, "calculator (doc)\n  a (line 1) calculator/src/lib.rs:1\n");
    // A line changes with every edit above it.
    workspace.write(
        "calculator/src/lib.rs",
        "\n\n/// ```\n/// assert!(calculator::a());\n/// ```\npub fn a() -> bool { true }\n\
         pub mod m {\n/// ```\n/// ```\npub fn b() {}\n}\n",
    );
    test(&["--failed"]).ends(exit::SUCCESS, "1 passed, 0 failed, 0 skipped");
    assert_eq!(test(&["--failed"]).code, i32::from(exit::NOTHING_MATCHED));
}

/// What `cargo` finds instead of cargo-nextest, and what the runner makes of it.
#[cfg(unix)]
#[test]
fn a_cargo_nextest_that_cannot_be_used_is_told() {
    use std::os::unix::fs::PermissionsExt;

    let workspace = Workspace::new();
    workspace.write("calculator/src/lib.rs", "#[test] fn a() {}\n");
    workspace.write("calculator/tests/it.rs", "");
    let old = "#!/bin/sh\necho 'cargo-nextest 0.9.9 (abc 2020-01-01)'\n";
    for (script, message) in [
        ("#!/bin/sh\nexit 1\n", "error: cargo-nextest is not installed; `cargo install"),
        (old, "error: cargo-nextest 0.9.9 is too old: 0.9.85 is needed"),
    ] {
        workspace.write("bin/cargo-nextest", script);
        let script = workspace.path("bin/cargo-nextest");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let path = std::env::var_os("PATH").unwrap();
        let dirs = std::iter::once(workspace.path("bin")).chain(std::env::split_paths(&path));
        let path = std::env::join_paths(dirs).unwrap();
        let test = |backend: &str| {
            workspace.test_with(&["--backend", backend], &[("PATH", path.as_os_str())])
        };

        let asked = test("nextest");
        assert_eq!(asked.code, i32::from(exit::RUNNER_FAILED), "{}", asked.stdout);
        assert!(asked.stderr.contains(message), "{}", asked.stderr);
        let found = test("auto");
        found.ends(exit::SUCCESS, "1 passed, 0 failed, 0 skipped");
        let told = "note: cargo-nextest 0.9.9 is older than 0.9.85; libtest runs the tests";
        assert_eq!(found.stderr.contains(told), message.contains("too old"), "{}", found.stderr);
    }
}

/// libtest prints why cases failed behind the last one: what failed before another case ended the
/// process was reported without a word.
#[test]
fn what_failed_before_its_process_ended_early_tells_why() {
    let workspace = Workspace::new();
    workspace.write("calculator/tests/it.rs", "");
    workspace.write(
        "calculator/src/lib.rs",
        "use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
         static FIRST: AtomicBool = AtomicBool::new(true);
         #[test] fn a_fails() { FIRST.store(false, SeqCst); println!(\"two\"); assert_eq!(1 + 1, 3) }
         #[test] fn b_fails_behind_another() { assert!(FIRST.load(SeqCst)) }
         #[test] fn c_exits() { std::process::exit(0) }
        ",
    );
    let ran = workspace.test(&["--backend", "libtest", "--jobs", "1"]);
    ran.ends(exit::CASES_FAILED, "0 passed, 3 failed, 0 skipped");
    for line in [
        "FAIL calculator a_fails",
        "assertion `left == right` failed",
        "before it printed why the test failed; alone it passes",
        "ABORT calculator c_exits",
    ] {
        assert!(ran.stdout.contains(line), "{line} in {}", ran.stdout);
    }
    assert!(workspace.report("report.html").contains("two\\n"));
}

#[test]
fn a_failure_of_no_test_cannot_be_run_again() {
    let workspace = Workspace::new();
    workspace.write("calculator/tests/it.rs", "");
    workspace.write("calculator/src/lib.rs", "#[test] fn a() {}\n");
    workspace.write(
        "target/thinking/failed.json",
        r#"{"version": 1, "failed": [{"suite": "calculator", "case": "fixture calculator::db"}]}"#,
    );
    let ran = workspace.test(&["--failed", "--backend", "libtest"]);
    assert_eq!(ran.code, i32::from(exit::NOTHING_MATCHED), "{}", ran.stderr);
    let told = "no test matches `--failed`; `fixture calculator::db` failed after all tests of its \
                binary, and belongs to none of them: run its users again";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
}

/// Ordinary tests do not watch their own time: one that hung, hung the run.
#[test]
fn an_ordinary_test_that_hangs_is_ended() {
    let workspace = Workspace::new();
    workspace.write("tests.toml", "timeout = \"2s\"\n");
    workspace.write("calculator/tests/it.rs", "");
    workspace.write(
        "calculator/src/lib.rs",
        "#[test] fn a_hangs() { println!(\"printed\"); loop { std::thread::park() } }
         #[test] fn b_passes() {}
         #[test] fn c_fails() { assert!(1 > 2) }
         #[test] #[cfg_attr(all(), ignore = \"later\")] fn d_is_ignored() {}
        ",
    );
    for backend in backends() {
        let ran = workspace.test(&["--backend", backend]);
        ran.ends(exit::CASES_FAILED, "1 passed, 2 failed, 1 skipped");
        for line in [
            "TIMEOUT calculator a_hangs",
            "FAIL calculator c_fails",
            "took longer than its time limit of 2s",
        ] {
            assert!(ran.stdout.contains(line), "{backend}: {line} in {}", ran.stdout);
        }
        assert!(workspace.report("report.html").contains("later"), "{backend}");
    }
}
