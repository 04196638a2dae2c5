//! Whom JUnit XML is written for.

use serde::{Deserialize, Serialize};

/// How each file of JUnit XML of ours goes on after the XML declaration, which tells it from
/// another program's.
pub(crate) const MARK: &str = " written by thinking-tests ";

/// Whom JUnit XML is written for: there is no one format of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Dialect {
    /// CI services: with file, line, properties and earlier attempts.
    #[default]
    Extended,
    /// Valid by the schema of the Jenkins xunit-plugin, `junit-10.xsd`.
    Strict,
    /// Valid by the schema of Maven Surefire 3: one file per suite.
    Surefire,
}
