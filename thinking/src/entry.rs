//! What `#[thinking::main]` expands to.

use std::process::ExitCode;

use thinking_injection::{Requirement, ResolveError, Resolver};
use thinking_modules::MainModule;

use crate::{App, Error};

/// Runs a program with the process's command line. Called by the code that `#[thinking::main]`
/// generates.
#[doc(hidden)]
pub fn run_main(
    main: MainModule,
    about: &str,
    other_files: &[&str],
    requirements: Vec<Requirement>,
    body: impl FnOnce(&Resolver<'_>) -> Result<Result<ExitCode, Error>, ResolveError>,
) -> ExitCode {
    App::builder(main)
        .about(about)
        .other_files(other_files.iter().copied())
        .command_line(std::env::args_os())
        .run_body(requirements, body)
}
