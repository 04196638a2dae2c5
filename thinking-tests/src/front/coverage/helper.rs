//! This program in other roles: between cargo and rustc, between cargo-nextest and a case, and as
//! the demangler of LLVM's tools.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use super::{PROFILE_NAME, PROFILE_VARIABLE, cases};
use crate::front::error::FrontError;
use crate::front::files::file_error;

/// The directory of all profiles, for the role in front of a case.
pub(super) const PROFILES_VARIABLE: &str = "THINKING_TEST_PROFILES";

/// The wrapper that cargo knew before, which ours replaces and then calls.
const WRAPPER_VARIABLE: &str = "RUSTC_WORKSPACE_WRAPPER";

/// The names by which this program knows its role. They are part of what cargo tells builds apart
/// by: with another name everything would be compiled again.
const WRAPPER: &str = "thinking-rustc";
const RUNNER: &str = "thinking-case";
const DEMANGLER: &str = "thinking-demangle";

/// The program, copied to names of its own.
///
/// Copied because the build that it wraps may replace the original, if that is a member of the
/// workspace under test.
#[derive(Debug)]
pub(super) struct Helper {
    /// Stands between cargo and rustc.
    pub(super) wrapper: PathBuf,
    /// Stands between cargo-nextest and each case.
    pub(super) runner: PathBuf,
    /// Makes names readable for LLVM's tools.
    pub(super) demangler: PathBuf,
}

impl Helper {
    /// Copies this program into `dir`, unless it is there already.
    pub(super) fn install(dir: &Path) -> Result<Helper, FrontError> {
        let path = |name: &str| dir.join(format!("{name}{}", env::consts::EXE_SUFFIX));
        let helper =
            Helper { wrapper: path(WRAPPER), runner: path(RUNNER), demangler: path(DEMANGLER) };
        let own = env::current_exe().map_err(|source| file_error(dir, source))?;
        fs::create_dir_all(dir).map_err(|source| file_error(dir, source))?;
        let copy = |from: &Path, to: &Path| fs::copy(from, to).map(drop);
        let link = |from: &Path, to: &Path| fs::hard_link(from, to).or_else(|_| copy(from, to));
        let Helper { wrapper, runner, demangler } = &helper;
        renew(&own, wrapper, copy)
            .and_then(|()| renew(wrapper, runner, link))
            .and_then(|()| renew(wrapper, demangler, link))
            .map_err(|source| file_error(dir, source))?;
        Ok(helper)
    }
}

/// Makes `target` from `own` unless it is as new; under another name first, because a half-written
/// program must not be there if this is interrupted.
fn renew(
    own: &Path,
    target: &Path,
    make: impl Fn(&Path, &Path) -> io::Result<()>,
) -> io::Result<()> {
    let own_time = fs::metadata(own)?.modified()?;
    if fs::metadata(target).and_then(|target| target.modified()).is_ok_and(|time| time >= own_time)
    {
        return Ok(());
    }
    let half = target.with_extension("new");
    match fs::remove_file(&half) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => make(own, &half)?,
    }
    fs::rename(&half, target)
}

/// Does this program's other work if it was started under the name of a helper, and otherwise
/// returns `None`; the first thing that a runner's `main` calls.
///
/// Under coverage cargo starts a copy of this program instead of rustc, cargo-nextest one instead of
/// each case, and LLVM's tools one to make names readable.
pub fn run_as_helper() -> Option<ExitCode> {
    let mut arguments = env::args_os();
    let role = PathBuf::from(arguments.next()?);
    let program = |mut arguments: env::ArgsOs| Some((arguments.next()?, arguments.collect()));
    let command = match role.file_stem().and_then(OsStr::to_str) {
        Some(WRAPPER) => {
            let (rustc, arguments) = program(arguments)?;
            wrapped_rustc(rustc, arguments, env::var_os(WRAPPER_VARIABLE))
        }
        Some(RUNNER) => {
            let (binary, arguments) = program(arguments)?;
            observed_case(binary, arguments)
        }
        Some(DEMANGLER) => return Some(demangled(io::stdin().lock(), io::stdout().lock())),
        _ => return None,
    };
    Some(replace_with(command))
}

/// Returns the call of rustc, with instrumentation unless it is for something that runs at build
/// time.
fn wrapped_rustc(rustc: OsString, arguments: Vec<OsString>, before: Option<OsString>) -> Command {
    let ours = |wrapper: &OsString| Path::new(wrapper).file_stem() == Some(OsStr::new(WRAPPER));
    let mut command = match before.filter(|wrapper| !wrapper.is_empty() && !ours(wrapper)) {
        Some(wrapper) => {
            let mut command = Command::new(wrapper);
            command.arg(&rustc);
            command
        }
        None => Command::new(&rustc),
    };
    if is_instrumented(&arguments) {
        command.args(&arguments).args(["-C", "instrument-coverage"]);
    } else {
        command.args(&arguments);
    }
    command
}

fn is_instrumented(arguments: &[OsString]) -> bool {
    let follows = |name: &str, value: &str| {
        arguments.windows(2).any(|pair| pair[0] == name && pair[1] == value)
    };
    // Without a crate's name it is a question about the compiler.
    let builds = arguments.iter().any(|argument| argument == "--crate-name");
    builds
        && !follows("--crate-type", "proc-macro")
        && !follows("--crate-name", "build_script_build")
        && !follows("--crate-name", "build_script_main")
}

/// Returns the call of a test binary, which leaves its profile, and those of its children, in a
/// directory of the case.
fn observed_case(binary: OsString, arguments: Vec<OsString>) -> Command {
    let text = |name: &str| env::var(name).unwrap_or_default();
    let (suite, case) = (text("NEXTEST_BINARY_ID"), text("NEXTEST_TEST_NAME"));
    let mut command = Command::new(binary);
    command.args(arguments);
    if let Some(profiles) = env::var_os(PROFILES_VARIABLE).filter(|_| !case.is_empty()) {
        let dir = cases::directory(Path::new(&profiles), &suite, &case);
        command.env(PROFILE_VARIABLE, dir.join(PROFILE_NAME));
    }
    command
}

/// Writes each line with the name in it as it is in the source.
fn demangled(names: impl BufRead, mut to: impl Write) -> ExitCode {
    let done = names.lines().try_for_each(|name| {
        let name = name?;
        writeln!(to, "{:#}", rustc_demangle::demangle(&name))
    });
    if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Becomes `command`, keeping the process's number where the system can.
#[cfg(unix)]
fn replace_with(mut command: Command) -> ExitCode {
    use std::os::unix::process::CommandExt;

    let error = command.exec();
    not_started(&command, &error)
}

#[cfg(not(unix))]
fn replace_with(mut command: Command) -> ExitCode {
    match command.status() {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            ExitCode::from(code.unwrap_or(1))
        }
        Err(error) => not_started(&command, &error),
    }
}

#[allow(clippy::print_stderr, reason = "there is nobody else to tell: cargo started this process")]
fn not_started(command: &Command, error: &io::Error) -> ExitCode {
    eprintln!("error: `{}` does not start: {error}", command.get_program().to_string_lossy());
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests;
