//! What a case's attribute says of its container and fixtures, as a value.

use thinking_injection::{ContainerBuilder, Requirement};
use thinking_modules::__private::Built;

use crate::case::Case;
use crate::cases::changes::Changes;
use crate::cases::fixture::FixtureDefinition;

/// Says what a case needs to be run; written by the code that `#[thinking::test]` generates.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// What it is called, where it is written, and how it wants to be run.
    pub case: &'static Case,
    /// The package that it is part of.
    pub built: &'static Built,
    /// What it changes about the configuration.
    pub changes: Changes,
    /// What its parameters ask of the container. What `setup` and fixtures ask comes besides.
    pub requirements: &'static [Requirement],
    /// The fixtures that its parameters borrow.
    pub fixtures: &'static [&'static FixtureDefinition],
    /// What it replaces in its container, if anything.
    pub replace: Option<fn(ContainerBuilder) -> ContainerBuilder>,
    /// Whether it uses the container of all cases of this process that say so.
    pub share: bool,
}

impl Plan {
    /// Changes, asks and replaces nothing.
    pub const fn new(case: &'static Case, built: &'static Built) -> Plan {
        Plan {
            case,
            built,
            changes: Changes::NONE,
            requirements: &[],
            fixtures: &[],
            replace: None,
            share: false,
        }
    }

    /// Tells whether the case asks nothing of a container and changes nothing about it.
    pub(crate) fn is_bare(&self) -> bool {
        let Plan { case: _, built: _, changes, requirements, fixtures, replace, share } = *self;
        changes == Changes::NONE
            && requirements.is_empty()
            && fixtures.is_empty()
            && replace.is_none()
            && !share
    }
}
