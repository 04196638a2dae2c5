//! LLVM's own tools, of the version that compiled the tests.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use super::super::command::{capture, command, not_started};
use super::super::error::FrontError;
use super::super::workspace::Workspace;

/// Directories of the tools, instead of the toolchain's; as cargo-llvm-cov has it.
const PROFDATA_VARIABLE: &str = "LLVM_PROFDATA";
const COV_VARIABLE: &str = "LLVM_COV";

/// Where `llvm-profdata` and `llvm-cov` are.
#[derive(Debug)]
pub(super) struct Tools {
    profdata: PathBuf,
    cov: PathBuf,
}

impl Tools {
    /// Looks into the toolchain, or says what is missing and the command that installs it.
    pub(super) fn find(workspace: &Workspace) -> Result<Result<Self, String>, FrontError> {
        let mut rustc = command(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.current_dir(&workspace.root).args(["--print", "target-libdir"]);
        let output = capture(&mut rustc)?;
        let libdir = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end());
        let bin = libdir.with_file_name("bin");
        let tool = |variable: &str, name: &str| match env::var_os(variable) {
            Some(given) if !given.is_empty() => PathBuf::from(given),
            _ => bin.join(format!("{name}{}", env::consts::EXE_SUFFIX)),
        };
        let tools = Self {
            profdata: tool(PROFDATA_VARIABLE, "llvm-profdata"),
            cov: tool(COV_VARIABLE, "llvm-cov"),
        };
        let missing = [&tools.profdata, &tools.cov].into_iter().find(|path| !path.is_file());
        Ok(match missing {
            None => Ok(tools),
            Some(path) => Err(format!(
                "`{}` does not exist; install it with `rustup component add llvm-tools`",
                path.display()
            )),
        })
    }

    pub(super) fn profdata(&self) -> Command {
        command(&self.profdata)
    }

    pub(super) fn cov(&self) -> Command {
        command(&self.cov)
    }
}

/// Runs a tool to its end; its warnings are kept from the user unless it fails.
pub(super) fn run(command: &mut Command) -> Result<Output, FrontError> {
    let output =
        command.stdin(Stdio::null()).output().map_err(|source| not_started(command, source))?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let program = command.get_program().to_string_lossy().into_owned();
    Err(FrontError::Coverage { program, status: output.status, said })
}
