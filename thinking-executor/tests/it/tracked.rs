//! Code that a step uses: the same experiment, built from edited sources, in one store.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use expect_test::expect;
use tempfile::TempDir;

const PROGRAM: &str = include_str!("../tracked/program.rs");

/// A package whose source is rewritten, and built with what the workspace has built already.
struct Package {
    directory: PathBuf,
    target: PathBuf,
}

impl Package {
    fn new() -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        // This test is `target/debug/deps/it-…`.
        let own = std::env::current_exe().unwrap();
        let target = own.ancestors().nth(3).unwrap().to_owned();
        let directory = target.join("tests/tracked");
        fs::create_dir_all(directory.join("src")).unwrap();
        fs::copy(workspace.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
        let mut manifest = "[workspace]\n\n[package]\nname = \"tracked-program\"\n\
                            edition = \"2024\"\n\n[dependencies]\n"
            .to_owned();
        for name in ["thinking-dbs", "thinking-executor", "thinking-injection"] {
            let path = workspace.join(name);
            manifest += &format!("{name} = {{ path = {path:?} }}\n");
        }
        // Dependencies that are built otherwise would be built again.
        let own = fs::read_to_string(workspace.join("Cargo.toml")).unwrap();
        let profiles = own.split_inclusive("\n\n").filter(|part| part.contains("[profile.dev"));
        manifest.extend(profiles.filter(|part| !part.contains("package.digits")));
        fs::write(directory.join("Cargo.toml"), manifest).unwrap();
        Package { directory, target }
    }

    /// Builds the program with each of `edits` made.
    fn build(&self, edits: &[(&str, &str)]) -> Program {
        let mut source = PROGRAM.to_owned();
        for (from, to) in edits {
            assert!(source.contains(from), "{from}");
            source = source.replace(from, to);
        }
        fs::write(self.directory.join("src/main.rs"), source).unwrap();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["build", "--offline", "--quiet"])
            .env("CARGO_TARGET_DIR", &self.target)
            .current_dir(&self.directory)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let name = format!("tracked-program{}", std::env::consts::EXE_SUFFIX);
        // The next build replaces it.
        let kept = tempfile::tempdir().unwrap();
        fs::copy(self.target.join("debug").join(&name), kept.path().join(&name)).unwrap();
        Program { file: kept.path().join(name), _kept: kept }
    }
}

struct Program {
    file: PathBuf,
    _kept: TempDir,
}

impl Program {
    /// Runs all steps; returns what became of each.
    fn run(&self, store: &Path, policy: &str) -> String {
        let output = Command::new(&self.file).arg(store).arg(policy).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// One test, as each build of the program is a matter of seconds, and all need the same first one.
#[test]
fn edited_helpers_are_found_and_named_and_nothing_else_is() {
    let package = Package::new();
    let store = tempfile::tempdir().unwrap();
    let store = store.path().join("store.redb");
    let first = package.build(&[]);
    let executed = first.run(&store, "refuse");
    expect![[r#"
        direct: executed, 8
        nested: executed, 41
        generic: executed, 2
        indirect: executed, 11
        worker: executed, 10
        method: executed, 17
        constructor: executed, 5
        injected: executed, 1
        below: executed, 1
        fails: executed, 101
        without: executed, 1
        sealed alone: executed, 4
        sealed calling: executed, 8
        sealed around: executed, 12
        sealed above: executed, 44
    "#]]
    .assert_eq(&executed);
    let reused = executed.replace("executed", "reused");
    assert_eq!(first.run(&store, "refuse"), reused);

    let reformatted = package.build(&[
        (
            "    #[tracked]\n    pub fn twice(n: u32) -> u32 {\n        n + n",
            "    /// Doubles.\n    #[tracked]\n    pub fn twice(\n        n: u32,\n    ) -> u32 {\n        \
             // By addition.\n        n+n",
        ),
        ("{\n        n * 10\n    }", "{ n\n * 10 }"),
        ("fn rate(&self) -> u32 {\n        3", "/// Learns.\n    fn rate(&self) -> u32 { /**/ 3"),
        ("    #[tracked]\n    fn width", "    #[tracked]\n    #[inline(never)]\n    fn width"),
    ]);
    assert_eq!(reformatted.run(&store, "refuse"), reused);

    // Nothing of the first steps themselves, and of two tasks in sealed stages.
    let edited = package.build(&[
        ("n + n", "3 * n"),
        ("n * 10", "n * 100"),
        ("n + 7", "n + 8"),
        ("copied().max()", "copied().min()"),
        ("        3\n", "        30\n"),
        ("    5\n", "    50\n"),
        ("        16\n", "        160\n"),
        ("stage.run(number())? * 3", "stage.run(number())? * 30"),
        ("Ok(40)", "Ok(400)"),
    ]);
    expect![[r#"
        direct: the tracked function `tracked_program::helpers::twice` changed
        nested: the tracked function `tracked_program::helpers::inside` changed
        generic: the tracked function `tracked_program::helpers::largest` changed
        indirect: the tracked function `tracked_program::helpers::last` changed
        worker: the tracked function `tracked_program::helpers::twice` changed
        method: the tracked function `tracked_program::Model::width` changed
        constructor: the tracked function `tracked_program::warm_up` changed
        injected: the tracked `impl Optimizer for Adam` in `tracked_program` changed
        below: the tracked `impl Optimizer for Adam` in `tracked_program` changed
        fails: the tracked function `tracked_program::helpers::twice` changed
        without: reused, 1
        sealed alone: reused, 4
        sealed calling: replayed, 12
        sealed around: replayed, 120
        sealed above: its code changed: hash c2040c12 → dacda9fc
    "#]]
    .assert_eq(&edited.run(&store, "refuse"));
    // That was only a question, and where no step had to run nothing is lost.
    assert_eq!(first.run(&store, "refuse"), reused);

    let gone = package.build(&[
        // Renamed; the steps that call it say so themselves.
        ("twice", "double"),
        // Not called any more, but what it was.
        ("        last(n)\n", "        n + 7\n"),
        // Not tracked any more.
        ("#[tracked]\nfn warm_up", "fn warm_up"),
        ("#[tracked]\nimpl Optimizer", "impl Optimizer"),
    ]);
    expect![[r#"
        direct: its code changed: hash f695412b → 67eedece; the tracked function `tracked_program::helpers::twice` is gone, or not tracked any more
        nested: reused, 41
        generic: reused, 2
        indirect: reused, 11
        worker: its code changed: hash 07d39852 → 1618b19f; the tracked function `tracked_program::helpers::twice` is gone, or not tracked any more
        method: reused, 17
        constructor: the tracked function `tracked_program::warm_up` is gone, or not tracked any more
        injected: the tracked `impl Optimizer for Adam` in `tracked_program` is gone, or not tracked any more
        below: the tracked `impl Optimizer for Adam` in `tracked_program` is gone, or not tracked any more
        fails: its code changed: hash e5986c18 → bd5c868f; the tracked function `tracked_program::helpers::twice` is gone, or not tracked any more
        without: reused, 1
        sealed alone: reused, 4
        sealed calling: replayed, 8
        sealed around: reused, 12
        sealed above: reused, 44
    "#]].assert_eq(&gone.run(&store, "refuse"));

    let executed = edited.run(&store, "fork");
    expect![[r#"
        direct: executed, 12
        nested: executed, 401
        generic: executed, 1
        indirect: executed, 12
        worker: executed, 15
        method: executed, 161
        constructor: executed, 50
        injected: executed, 1
        below: executed, 1
        fails: executed, 101
        without: reused, 1
        sealed alone: reused, 4
        sealed calling: reused, 12
        sealed around: reused, 120
        sealed above: executed, 404
    "#]]
    .assert_eq(&executed);
    assert_eq!(edited.run(&store, "refuse"), executed.replace("executed", "reused"));
}
