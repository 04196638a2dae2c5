//! Fixtures: values that cases share by name, as their attributes describe them.

use std::any::Any;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use linkme::distributed_slice;
use thinking_injection::{Outcome, Requirement, Resolver};
use thinking_modules::Place;

use crate::case::Case;
use crate::cases::fixtures::Fixtures;
use crate::cases::stage_error::StageError;

/// What `#[thinking::fixture]` makes of a function: a type of the function's name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a fixture",
    label = "a parameter `name: &T` of a test or fixture is the fixture `name`",
    note = "mark the function `{Self}` with `#[thinking::fixture]`, or say which one is meant with `#[from(path)]`"
)]
pub trait Fixture: 'static {
    /// What cases borrow.
    type Value: Send + Sync + 'static;
    /// The same without the type.
    const DEFINITION: &'static FixtureDefinition;
}

/// How long the value of a fixture lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixtureScope {
    /// For one case.
    Case,
    /// Until the last case of its module that uses it has ended, in each process; each module has
    /// a value of its own, and the rows of a function are a module. Where not all of these cases
    /// run, until the process ends.
    Module,
    /// Until its process ends: the end of `main`, or [`std::process::exit`], but no abort.
    Binary,
}

/// The value of a fixture without its type.
pub type FixtureValue = Arc<dyn Any + Send + Sync>;

/// Says how the value of a fixture is made, and what follows its last use.
#[derive(Clone, Copy)]
pub struct FixtureDefinition {
    /// The module path and the function's name, which identifies it.
    pub name: &'static str,
    /// Where it is declared.
    pub place: Place,
    /// How long its value lives.
    pub scope: FixtureScope,
    /// The fixtures that it uses itself; their scopes are not narrower.
    pub fixtures: &'static [&'static FixtureDefinition],
    /// What its function asks of a container.
    pub requirements: &'static [Requirement],
    /// Calls the function. The fixtures that it uses come from the second argument.
    pub make: fn(&Resolver<'_>, &Fixtures) -> Result<FixtureValue, StageError>,
    /// Calls what `teardown = …` names with the value, or drops it.
    pub teardown: fn(&Resolver<'_>, FixtureValue, &Outcome) -> Result<(), StageError>,
}

impl FixtureDefinition {
    /// Returns it and all fixtures that it uses, itself or through others, those that are used
    /// first. One may stand in it several times.
    pub fn all(&'static self) -> Vec<&'static FixtureDefinition> {
        let mut all: Vec<_> = self.fixtures.iter().flat_map(|fixture| fixture.all()).collect();
        all.push(self);
        all
    }

    /// Tells whether several cases of a process have one value.
    pub(crate) fn is_shared(&self) -> bool {
        self.scope != FixtureScope::Case
    }
}

impl PartialEq for FixtureDefinition {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.place) == (other.name, other.place)
    }
}

impl Eq for FixtureDefinition {}

impl fmt::Debug for FixtureDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixtureDefinition")
            .field("name", &self.name)
            .field("place", &self.place)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// A case that uses fixtures, known at link time: who is the last one of a module can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixtureUse {
    /// The case; none in the one that keeps the slice from being empty.
    pub case: Option<&'static Case>,
    /// The fixtures that it asks for itself.
    pub fixtures: &'static [&'static FixtureDefinition],
}

/// Every case of this binary that uses fixtures, and one sentinel.
#[doc(hidden)]
#[distributed_slice]
pub static FIXTURE_USES: [FixtureUse];

/// Returns the names of the fixtures that each case shares with others, itself or through others.
pub(crate) fn shared_fixtures_by_case() -> HashMap<*const Case, Vec<String>> {
    let mut shared: HashMap<*const Case, Vec<String>> = HashMap::new();
    for used in FIXTURE_USES.iter() {
        let Some(case) = used.case else { continue };
        let all = used.fixtures.iter().flat_map(|fixture| fixture.all());
        let names: BTreeSet<&str> =
            all.filter(|fixture| fixture.is_shared()).map(|fixture| fixture.name).collect();
        shared.entry(case).or_default().extend(names.into_iter().map(str::to_owned));
    }
    shared
}

/// Keeps the slice from being empty, which Windows' linker refuses.
#[allow(
    unsafe_code,
    reason = "within this crate the lint sees the section that linkme's expansion names; elsewhere it does not"
)]
#[distributed_slice(FIXTURE_USES)]
static SENTINEL: FixtureUse = FixtureUse { case: None, fixtures: &[] };

/// Returns the fixtures that one with `scope` uses, none of which lives shorter.
///
/// # Panics
///
/// One does; generated code calls this while it is compiled.
#[doc(hidden)]
pub const fn no_narrower(
    scope: FixtureScope,
    fixtures: &'static [&'static FixtureDefinition],
) -> &'static [&'static FixtureDefinition] {
    let mut position = 0;
    while position < fixtures.len() {
        assert!(
            fixtures[position].scope as u8 >= scope as u8,
            "a fixture cannot use one that lives shorter: give this one the narrower scope, or that \
             one the wider"
        );
        position += 1;
    }
    fixtures
}

/// Takes the type off a value of `F`.
#[doc(hidden)]
pub fn made<F: Fixture>(value: F::Value) -> FixtureValue {
    Arc::new(value)
}
