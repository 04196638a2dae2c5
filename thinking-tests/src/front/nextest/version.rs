//! Which cargo-nextest is installed, and whether it understands what is generated for it.

use std::fmt;
use std::process::Stdio;

use super::super::command::cargo_in;
use super::super::workspace::Workspace;

/// The oldest version that understands the generated configuration: the last thing that it uses,
/// `--no-tests pass` with `default-filter` and groups of tools, was complete then.
pub(super) const OLDEST: Version = Version([0, 9, 85]);

/// A version of cargo-nextest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Version([u32; 3]);

impl Version {
    /// Returns the installed version, or `None` without one.
    pub(in super::super) fn installed(workspace: &Workspace) -> Option<Self> {
        let mut command = cargo_in(workspace);
        let output = command.args(["nextest", "--version"]).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let first = output.status.success().then(|| text.lines().next())??;
        Self::parse(first.split_whitespace().nth(1)?)
    }

    /// Tells whether it can be used.
    pub(in super::super) fn is_new_enough(self) -> bool {
        self >= OLDEST
    }

    fn parse(text: &str) -> Option<Self> {
        // What follows the numbers, as in `0.9.100-rc.1`, does not matter.
        let mut numbers = text.splitn(3, '.').map(|part| {
            let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            part[..end].parse().ok()
        });
        Some(Self([numbers.next()??, numbers.next()??, numbers.next()??]))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    //! Versions as cargo-nextest prints them.

    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (text, expected) in [
            ("0.9.143", Some(true)),
            ("0.9.85", Some(true)),
            ("0.9.100-rc.1", Some(true)),
            ("1.0.0", Some(true)),
            ("0.9.9", Some(false)),
            ("0.8.200", Some(false)),
            ("none", None),
            ("0.9", None),
        ] {
            assert_eq!(Version::parse(text).map(Version::is_new_enough), expected, "{text}");
        }
    }
}
