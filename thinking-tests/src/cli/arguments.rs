//! `test`: its arguments, and what it does with them.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::say;
use super::values::values;
use super::watch::Watch;
use crate::front::{self, Backend, FrontError, Options, Places, Shard, Subtree, TagFilter, exit};
use crate::report::RunReport;

/// Runs unit tests, integration tests and doctests, and writes their reports.
///
/// Without any configuration `target/thinking/` then holds `junit.xml`, `report.html`, `coverage/`
/// and `history.jsonl`; `tests.toml` at the workspace's root changes paths and switches each part
/// off. The last line is `N passed, N failed, N skipped`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Exit codes: 0 all passed, 1 a test failed, 2 wrong arguments, 3 the runner \
    failed, 4 nothing matches, 5 coverage below `coverage.fail_under`, 101 the tests do not build.",
    after_long_help = "Exit codes: 0 all passed, 1 a test failed, 2 wrong arguments, 3 the runner \
    failed, 4 nothing matches, 5 coverage below `coverage.fail_under`, 101 the tests do not build.\
    \n\nExamples:\n  \
    cargo xtask test                          everything\n  \
    cargo xtask test expression::evaluator    a module, with all below it\n  \
    cargo xtask test --tag 'db & !slow'       by what tests are about\n  \
    cargo xtask test --failed                 what failed the last time\n  \
    cargo xtask test --watch parser           again after each change\n  \
    cargo xtask test --shard 2/5              the second of five parts, for CI\n  \
    cargo xtask test my-package -- --no-capture"
)]
pub struct TestArguments {
    /// A module, with all below it, in every package: `expression::evaluator`; the first name may
    /// also be a package or a test binary
    subtree: Option<Subtree>,

    /// Only this package; may be given several times
    #[arg(short, long = "package", value_name = "NAME", help_heading = "Selection")]
    packages: Vec<String>,

    /// Only tests with these tags: `db`, `db & !slow`, `(db | net) & !slow`
    #[arg(short, long = "tag", value_name = "FILTER", help_heading = "Selection")]
    tags: Option<TagFilter>,

    /// Only tests that failed and have not passed since
    #[arg(long, help_heading = "Selection")]
    failed: bool,

    /// Only this part of the tests: `2/5` is the second of five
    #[arg(long, value_name = "PART/PARTS", help_heading = "Selection")]
    shard: Option<Shard>,

    /// Shows which tests would run, as a tree if no form is given, and runs none
    #[arg(short, long, value_name = "FORM", num_args = 0..=1, default_missing_value = "tree")]
    #[arg(value_enum, help_heading = "Selection", require_equals = true)]
    list: Option<ListForm>,

    /// Activates a profile in the tests, besides `test`; may be given several times
    #[arg(long = "profile", value_name = "NAME", help_heading = "Running")]
    profiles: Vec<String>,

    /// Tries a failed test again this many times, unless it says so itself
    #[arg(long, value_name = "N", help_heading = "Running")]
    retries: Option<u32>,

    /// Ends a test that takes longer, unless it says so itself: `30s`, `5m`
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Running")]
    timeout: Option<Duration>,

    /// Runs this many tests at a time
    #[arg(short, long, value_name = "N", help_heading = "Running")]
    jobs: Option<usize>,

    /// Begins no further test after the first failure
    #[arg(long, overrides_with = "no_fail_fast", help_heading = "Running")]
    fail_fast: bool,

    /// Runs all tests, whatever fails
    #[arg(long, help_heading = "Running")]
    no_fail_fast: bool,

    /// What runs the tests; doctests are always cargo's
    #[arg(long, value_enum, help_heading = "Running")]
    backend: Option<BackendName>,

    /// Runs again after each change of a file, until Ctrl-C
    #[arg(short, long, conflicts_with = "list", help_heading = "Running")]
    watch: bool,

    /// Measures which lines the tests reach, and fails if the tools for it are missing
    #[arg(long, overrides_with = "no_coverage", help_heading = "Reports")]
    coverage: bool,

    /// Does not measure which lines the tests reach
    #[arg(long, help_heading = "Reports")]
    no_coverage: bool,

    /// Opens the report in the browser afterwards
    #[arg(short, long, help_heading = "Reports")]
    open: bool,

    /// Shows what `tests.toml` and its variables come to, or its schema, or writes one with all keys
    #[arg(long, value_name = "WHAT", num_args = 0..=1, default_missing_value = "show")]
    #[arg(value_enum, help_heading = "Reports", require_equals = true)]
    config: Option<ConfigAction>,

    /// Builds with optimisation
    #[arg(short, long, help_heading = "Build")]
    release: bool,

    /// Builds with these features
    #[arg(short = 'F', long, value_name = "FEATURES", help_heading = "Build")]
    features: Option<String>,

    /// Builds with all features
    #[arg(long, help_heading = "Build")]
    all_features: bool,

    /// Builds without the default features
    #[arg(long, help_heading = "Build")]
    no_default_features: bool,

    /// Goes to the backend: `cargo nextest run`, or each test binary with libtest
    #[arg(last = true, value_name = "BACKEND ARGUMENTS")]
    backend_arguments: Vec<OsString>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ListForm {
    /// A line per test, with tags and place
    Lines,
    /// Suites, modules, tests
    Tree,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ConfigAction {
    /// Each value and where it comes from
    Show,
    /// The JSON schema of `tests.toml`, for editors
    Schema,
    /// A `tests.toml` with every key in a comment
    Init,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum BackendName {
    /// nextest if it is installed, else libtest
    Auto,
    /// cargo-nextest: a process per test
    Nextest,
    /// The test binaries as they are
    Libtest,
}

impl TestArguments {
    /// Does what the arguments say, in the workspace around the current directory, and returns the
    /// exit code, one of [`exit`].
    ///
    /// With `--watch` it does so until the process is ended.
    pub fn run(&self) -> ExitCode {
        let dir = match env::current_dir() {
            Ok(dir) => dir,
            Err(error) => {
                say::error(&error);
                return exit::RUNNER_FAILED.into();
            }
        };
        if let Some(action) = self.config {
            return shown(config(action, &dir, &self.profiles));
        }
        let options = self.options(dir);
        if let Some(form) = self.list {
            return shown(list(form, &options));
        }
        match self.watch {
            true => watch(&options, self.open),
            false => exit::code(&once(&options, self.open)).into(),
        }
    }

    fn options(&self, dir: PathBuf) -> Options {
        Options {
            dir,
            subtree: self.subtree.clone(),
            packages: self.packages.clone(),
            tags: self.tags.clone(),
            shard: self.shard,
            failed: self.failed,
            backend: self.backend.map(|name| match name {
                BackendName::Auto => Backend::Auto,
                BackendName::Nextest => Backend::Nextest,
                BackendName::Libtest => Backend::Libtest,
            }),
            profiles: self.profiles.clone(),
            retries: self.retries,
            timeout: self.timeout,
            jobs: self.jobs,
            fail_fast: chosen(self.fail_fast, self.no_fail_fast),
            coverage: chosen(self.coverage, self.no_coverage),
            cargo_flags: self.cargo_flags(),
            backend_arguments: self.backend_arguments.clone(),
        }
    }

    fn cargo_flags(&self) -> Vec<OsString> {
        let mut flags: Vec<OsString> = Vec::new();
        for (chosen, flag) in [
            (self.release, "--release"),
            (self.all_features, "--all-features"),
            (self.no_default_features, "--no-default-features"),
        ] {
            flags.extend(chosen.then(|| flag.into()));
        }
        if let Some(features) = &self.features {
            flags.extend(["--features".into(), features.into()]);
        }
        flags
    }
}

/// Says what a pair of flags chooses; clap has made sure that the last one of both counts.
fn chosen(yes: bool, no: bool) -> Option<bool> {
    match (yes, no) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|error| error.to_string())
}

/// Runs the tests once, and says what kept them from running.
fn once(options: &Options, open: bool) -> Result<RunReport, FrontError> {
    let result = front::run(options);
    match &result {
        Ok(_) if open => open_page(options),
        // Cargo has already said what does not build.
        Ok(_) | Err(FrontError::Build) => {}
        Err(error) => say::error(error),
    }
    result
}

fn open_page(options: &Options) {
    match front::places(&options.dir, &options.profiles) {
        Ok(Places { page: Some(page), .. }) => {
            if let Err(error) = opener::open(page) {
                say::error(&error);
            }
        }
        Ok(_) => say::next("no page to open: `html.enabled` is false in `tests.toml`"),
        Err(error) => say::error(&error),
    }
}

/// Runs the tests, and again after each change.
fn watch(options: &Options, open: bool) -> ExitCode {
    let places = match front::places(&options.dir, &options.profiles) {
        Ok(places) => places,
        Err(error) => {
            say::error(&error);
            return exit::code_of_error(&error).into();
        }
    };
    let mut watch = match Watch::new(places.root, places.target_dir) {
        Ok(watch) => watch,
        Err(error) => {
            say::error(&error);
            return exit::RUNNER_FAILED.into();
        }
    };
    let mut open = open;
    loop {
        // Whatever comes of it, the next change may mend it.
        let _ = once(options, open);
        open = false;
        let mut changed = watch.changed_meanwhile();
        if changed.is_empty() {
            say::next("waiting for a change; Ctrl-C ends");
            changed = watch.wait();
        }
        let Some(first) = changed.first() else {
            return exit::RUNNER_FAILED.into();
        };
        let more = changed.len() - 1;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        say::next(&format!("changed: {}{more}", first.display()));
    }
}

fn list(form: ListForm, options: &Options) -> Result<String, FrontError> {
    let list = front::list(options)?;
    Ok(match form {
        ListForm::Lines => list.to_string(),
        ListForm::Tree => list.tree(),
        ListForm::Json => pretty(&serde_json::to_value(&list)),
    })
}

fn config(action: ConfigAction, dir: &Path, profiles: &[String]) -> Result<String, FrontError> {
    Ok(match action {
        ConfigAction::Show => values(&front::config(dir, profiles)?),
        ConfigAction::Schema => pretty(&Ok(front::schema())),
        ConfigAction::Init => format!("wrote `{}`", front::init(dir)?.display()),
    })
}

fn pretty(value: &serde_json::Result<serde_json::Value>) -> String {
    value.as_ref().map_or_else(ToString::to_string, |value| format!("{value:#}"))
}

/// Prints what there is to show.
fn shown(text: Result<String, FrontError>) -> ExitCode {
    match text {
        Ok(text) => {
            say::text(&text);
            ExitCode::SUCCESS
        }
        Err(error) => {
            if !matches!(error, FrontError::Build) {
                say::error(&error);
            }
            exit::code_of_error(&error).into()
        }
    }
}
