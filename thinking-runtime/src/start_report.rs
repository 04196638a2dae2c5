//! What a start did, in which order, how long it took, and with which files.

use std::fmt;
use std::time::Duration;

use thinking_modules::Mode;

/// A report on a program's start: `--explain-start`, and the log at the level `debug`.
///
/// Made by [`Runtime::report`](crate::Runtime::report); its text is what [`Display`](fmt::Display)
/// gives.
#[derive(Debug, Clone)]
pub struct StartReport {
    pub(crate) session: String,
    pub(crate) mode: Mode,
    pub(crate) root: String,
    /// Each with what activates it.
    pub(crate) profiles: Vec<(String, String)>,
    /// The actions that are disabled, each with what disables it.
    pub(crate) disabled: Vec<(String, String)>,
    pub(crate) phases: Vec<Phase>,
    pub(crate) total: Option<(String, Duration)>,
}

/// A part of the start.
#[derive(Debug, Clone)]
pub(crate) struct Phase {
    pub(crate) name: String,
    pub(crate) time: Option<Duration>,
    pub(crate) parts: Vec<Part>,
}

/// An action, or a facet, in a phase.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) time: Option<Duration>,
    /// What became of it, if that is not what usually does.
    pub(crate) remark: Option<String>,
    /// The files that count, and whether each exists.
    pub(crate) files: Vec<(String, bool)>,
}

impl StartReport {
    /// Adds a phase after the others.
    pub fn phase(&mut self, name: impl Into<String>, time: Duration) -> &mut Self {
        self.phases.push(Phase { name: name.into(), time: Some(time), parts: Vec::new() });
        self
    }

    /// Sets how long all of it took, up to what `until` says.
    pub fn total(&mut self, time: Duration, until: impl Into<String>) -> &mut Self {
        self.total = Some((until.into(), time));
        self
    }

    /// Tells whether [`log`](Self::log) would write anything: making a report costs look-ups of
    /// files.
    pub fn is_logged() -> bool {
        tracing::enabled!(tracing::Level::DEBUG)
    }

    /// Writes the report to the log, an event of the level `debug` per line.
    pub fn log(&self) {
        let text = self.to_string();
        let lines = text.lines().filter(|line| !line.is_empty());
        lines.for_each(|line| tracing::debug!("{line}"));
    }

    /// The lines with a time: name, time, remarks.
    fn rows(&self) -> Vec<[String; 3]> {
        let mut rows = Vec::new();
        for phase in &self.phases {
            rows.push([format!("  {}", phase.name), milliseconds(phase.time), String::new()]);
            for part in &phase.parts {
                let files = part.files.iter().map(|(file, exists)| match exists {
                    true => file.clone(),
                    false => format!("{file} (absent)"),
                });
                let files = files.collect::<Vec<_>>().join(", ");
                let remarks = part.remark.iter().cloned().chain(Some(files));
                let remarks: Vec<_> = remarks.filter(|remark| !remark.is_empty()).collect();
                let name = format!("    {}", part.name);
                rows.push([name, milliseconds(part.time), remarks.join("; ")]);
            }
        }
        if let Some((until, time)) = &self.total {
            rows.push(["  total".to_owned(), milliseconds(Some(*time)), until.clone()]);
        }
        rows
    }
}

impl fmt::Display for StartReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "start of {}", self.session)?;
        writeln!(f, "  mode      {}", self.mode)?;
        writeln!(f, "  root      {}", self.root)?;
        list(f, "profiles", &self.profiles)?;
        list(f, "disabled", &self.disabled)?;
        writeln!(f)?;
        let rows = self.rows();
        let width = |column: usize| {
            let lengths = rows.iter().map(|row| row[column].chars().count());
            lengths.max().unwrap_or_default()
        };
        let (names, times) = (width(0), width(1));
        for [name, time, remarks] in &rows {
            let line = format!("{name:<names$}  {time:>times$}  {remarks}");
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

fn list(f: &mut fmt::Formatter<'_>, title: &str, entries: &[(String, String)]) -> fmt::Result {
    if entries.is_empty() {
        return writeln!(f, "  {title:<8}  none");
    }
    let width = entries.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (index, (name, reason)) in entries.iter().enumerate() {
        let title = if index == 0 { title } else { "" };
        writeln!(f, "  {title:<8}  {name:<width$}  {reason}")?;
    }
    Ok(())
}

fn milliseconds(time: Option<Duration>) -> String {
    time.map(|time| format!("{:.2} ms", time.as_secs_f64() * 1000.0)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
