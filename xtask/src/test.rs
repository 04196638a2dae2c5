//! `cargo xtask test`: the command line of the test runner.

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use thinking_tests::front::{self, Backend, FrontError, Options, Shard, Subtree, TagFilter, exit};

use crate::terminal;

/// Runs unit tests, integration tests and doctests, and writes their reports.
///
/// The reports are `target/thinking/junit.xml` and `target/thinking/report.html`. The last line is
/// `N passed, N failed, N skipped`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all passed, 1 a test failed, 2 wrong arguments, 3 the runner \
    failed, 4 nothing matches, 101 the tests do not build.\n\n\
    Examples:\n  cargo xtask test\n  cargo xtask test expression::evaluator\n  \
    cargo xtask test my-package -- --retries 2"
)]
pub(crate) struct Arguments {
    /// A module, with all below it, in every package: `expression::evaluator`; the first name may
    /// also be a package or a test binary
    subtree: Option<Subtree>,

    /// Only this package; may be given several times
    #[arg(short, long = "package", value_name = "NAME")]
    packages: Vec<String>,

    /// Only tests with these tags: `db & !slow`
    #[arg(long = "tag", value_name = "FILTER")]
    tags: Option<TagFilter>,

    /// Only one of several parts of the tests: `2/5`
    #[arg(long, value_name = "WHICH/HOW MANY")]
    shard: Option<Shard>,

    /// Only tests that failed and have not passed since
    #[arg(long)]
    failed: bool,

    /// Says what would run, without running it
    #[arg(long)]
    list: bool,

    /// A profile that is active in the tests; may be given several times
    #[arg(long = "profile", value_name = "NAME")]
    profiles: Vec<String>,

    /// How often a test is tried again, unless it says so itself
    #[arg(long, value_name = "NUMBER")]
    retries: Option<u32>,

    /// What runs the tests; doctests are always cargo's
    #[arg(long, value_enum)]
    backend: Option<BackendName>,

    /// Builds with optimisation
    #[arg(short, long)]
    release: bool,

    /// Builds with these features
    #[arg(short = 'F', long, value_name = "FEATURES")]
    features: Option<String>,

    /// Builds with all features
    #[arg(long)]
    all_features: bool,

    /// Goes to the backend: `cargo nextest run`, or each test binary with libtest
    #[arg(last = true, value_name = "BACKEND ARGUMENTS")]
    backend_arguments: Vec<OsString>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum BackendName {
    /// nextest if it is installed, else libtest
    Auto,
    /// cargo-nextest: a process per test, timeouts, retries
    Nextest,
    /// The test binaries as they are
    Libtest,
}

/// Runs the command.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let dir = match env::current_dir() {
        Ok(dir) => dir,
        Err(error) => {
            terminal::error(&error);
            return exit::RUNNER_FAILED.into();
        }
    };
    let options = Options {
        dir,
        cargo_flags: cargo_flags(&arguments),
        subtree: arguments.subtree,
        packages: arguments.packages,
        backend: arguments.backend.map(|backend| match backend {
            BackendName::Auto => Backend::Auto,
            BackendName::Nextest => Backend::Nextest,
            BackendName::Libtest => Backend::Libtest,
        }),
        backend_arguments: arguments.backend_arguments,
        tags: arguments.tags,
        shard: arguments.shard,
        failed: arguments.failed,
        profiles: arguments.profiles,
        retries: arguments.retries,
        ..Options::default()
    };
    let code = match arguments.list {
        true => front::list(&options).map(|list| {
            terminal::line(list.tree().trim_end());
            exit::SUCCESS
        }),
        false => front::run(&options).map(|run| exit::code_of(&run)),
    };
    let code = code.unwrap_or_else(|error| {
        // Cargo has already said what does not build.
        if !matches!(error, FrontError::Build) {
            terminal::error(&error);
        }
        exit::code_of_error(&error)
    });
    code.into()
}

fn cargo_flags(arguments: &Arguments) -> Vec<OsString> {
    let mut flags = Vec::new();
    if arguments.release {
        flags.push("--release".into());
    }
    if let Some(features) = &arguments.features {
        flags.extend(["--features".into(), features.into()]);
    }
    if arguments.all_features {
        flags.push("--all-features".into());
    }
    flags
}
