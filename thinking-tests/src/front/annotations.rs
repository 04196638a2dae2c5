//! What a CI service reads from a job's output: failures at their places in the source.
//!
//! Services that read JUnit XML by themselves, as GitLab and Jenkins do, need nothing here.

use std::env;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::terminal;
use crate::report::{Dialect, Location, RunReport, one_line, plain};

/// How many annotations are written: a service shows fewer.
const MAX_ANNOTATIONS: usize = 50;

/// How many lines of a message an annotation has.
const MESSAGE_LINES: usize = 20;

/// Prints what the CI service wants to know in which this process runs; nothing without one.
/// `junit` is the file of JUnit XML, unless there is none, with its dialect.
pub(super) fn show(run: &RunReport, root: &Path, junit: Option<(&Path, Dialect)>) {
    if let Some(service) = Service::find(|name| env::var(name).ok()) {
        terminal::verbatim(&service.annotations(run, root, junit));
    }
}

/// A CI service with a format of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Service {
    /// [Workflow commands](https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands),
    /// with the directory of the repository; Gitea and Forgejo have them, too.
    GitHub(Option<PathBuf>),
    /// [Logging commands](https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands),
    /// with the directory of the repository.
    Azure(Option<PathBuf>),
    /// [Service messages](https://www.jetbrains.com/help/teamcity/service-messages.html).
    TeamCity,
}

impl Service {
    /// Finds the service whose variables are set.
    fn find(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let is_true = |name| variable(name).is_some_and(|text| text.eq_ignore_ascii_case("true"));
        if is_true("GITHUB_ACTIONS") {
            Some(Self::GitHub(variable("GITHUB_WORKSPACE").map(PathBuf::from)))
        } else if is_true("TF_BUILD") {
            Some(Self::Azure(variable("BUILD_SOURCESDIRECTORY").map(PathBuf::from)))
        } else {
            variable("TEAMCITY_VERSION").map(|_| Self::TeamCity)
        }
    }

    /// Returns the lines about `run`, of the workspace at `root`, whose JUnit XML is at `junit`.
    fn annotations(&self, run: &RunReport, root: &Path, junit: Option<(&Path, Dialect)>) -> String {
        if *self == Self::TeamCity {
            let Some((junit, dialect)) = junit else { return String::new() };
            let kind = if dialect == Dialect::Surefire { "surefire" } else { "junit" };
            let path = teamcity(&junit.to_string_lossy());
            return format!("##teamcity[importData type='{kind}' path='{path}']\n");
        }
        let mut lines = String::new();
        let told = run.cases().filter(|(_, case)| case.outcome.is_failure() || case.is_flaky());
        for (suite, case) in told.take(MAX_ANNOTATIONS) {
            let name = one_line(&format!("{} {}", suite.name, case.name));
            let place = case.failed_at.as_ref().or(case.location.as_ref());
            let (severity, title, text) = match case.earlier.last() {
                Some(attempt) if case.is_flaky() => {
                    let title = format!("{name} passed on attempt {}", case.attempts());
                    ("warning", title, message(attempt.message.as_deref()))
                }
                _ => {
                    let title = format!("{name}: {}", case.outcome);
                    ("error", title, message(case.message.as_deref()))
                }
            };
            let line = match self {
                Self::Azure(repository) => {
                    let place = place.map(|at| azure_place(at, root, repository.as_deref()));
                    let (place, title) = (place.unwrap_or_default(), azure(&title));
                    format!(
                        "##vso[task.logissue type={severity};{place}]{title}%0A{}",
                        azure(&text)
                    )
                }
                Self::GitHub(repository) => {
                    let place = place.map(|at| github_place(at, root, repository.as_deref()));
                    let (place, title) = (place.unwrap_or_default(), github_property(&title));
                    format!("::{severity} {place}title={title}::{}", github(&text))
                }
                Self::TeamCity => continue,
            };
            // A `String` takes all that is written to it.
            let _ = writeln!(lines, "{line}");
        }
        lines
    }
}

/// Returns the beginning of a message; some services refuse an empty one.
fn message(message: Option<&str>) -> String {
    let message = plain(message.unwrap_or_default());
    let lines: Vec<_> = message.trim().lines().take(MESSAGE_LINES).collect();
    if lines.is_empty() { "no message".to_owned() } else { lines.join("\n") }
}

fn github_place(place: &Location, root: &Path, repository: Option<&Path>) -> String {
    let file = github_property(&path(&place.file, root, repository));
    format!("file={file},line={},", place.line)
}

fn azure_place(place: &Location, root: &Path, repository: Option<&Path>) -> String {
    let file = azure(&path(&place.file, root, repository));
    format!("sourcepath={file};linenumber={};", place.line)
}

/// Returns the path of a source file within the repository: the workspace may lie below that.
fn path(file: &str, root: &Path, repository: Option<&Path>) -> String {
    let path = root.join(file);
    let path = repository.and_then(|repository| path.strip_prefix(repository).ok());
    let path = path.map_or_else(|| file.to_owned(), |path| path.to_string_lossy().into_owned());
    plain(&path.replace('\\', "/"))
}

fn github(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn github_property(text: &str) -> String {
    github(text).replace(':', "%3A").replace(',', "%2C")
}

fn azure(text: &str) -> String {
    let text = text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A");
    text.replace(';', "%3B").replace(']', "%5D")
}

fn teamcity(text: &str) -> String {
    text.replace('|', "||")
        .replace('\'', "|'")
        .replace('\n', "|n")
        .replace('\r', "|r")
        .replace('[', "|[")
        .replace(']', "|]")
}

#[cfg(test)]
mod tests;
