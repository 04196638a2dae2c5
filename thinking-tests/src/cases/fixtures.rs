//! The values of the fixtures that one case uses.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use thinking_injection::{Outcome, Resolver};
use thinking_modules::__private::Built;
use thinking_modules::{MainModule, Place};

use crate::case::Case;
use crate::cases::attempt::Attempt;
use crate::cases::fixture::{Fixture, FixtureDefinition, FixtureValue};
use crate::cases::plan::Plan;
use crate::cases::shared_fixtures;
use crate::cases::stage_error::StageError;
use crate::stage::Ending;

/// The values of the fixtures that one case uses: those of its own, and those that it shares.
pub struct Fixtures {
    user: User,
    /// Those of the case's own, in the order in which they were made.
    made: RefCell<Vec<(&'static FixtureDefinition, FixtureValue)>>,
}

/// For whom a fixture is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User {
    /// The case, or the first one where they share it.
    pub(crate) case: &'static Case,
    /// The package that it is part of.
    pub(crate) built: &'static Built,
}

impl User {
    pub(crate) fn of(plan: &Plan) -> User {
        User { case: plan.case, built: plan.built }
    }

    /// Returns the case as the program that its process runs.
    pub(crate) fn main(&self) -> MainModule {
        let Case { module, file, line, column, .. } = *self.case;
        self.built.main_module(module, Place { file, line, column })
    }

    /// Returns the package's directory at build.
    pub(crate) fn package(&self) -> &'static Path {
        Path::new(self.built.manifest_dir)
    }
}

impl Fixtures {
    /// Holds nothing yet.
    pub(crate) fn of(plan: &Plan) -> Fixtures {
        Fixtures::for_user(User::of(plan))
    }

    pub(crate) fn for_user(user: User) -> Fixtures {
        Fixtures { user, made: RefCell::default() }
    }

    /// Returns the value of `F`; makes it if it is the first that asks.
    ///
    /// # Errors
    ///
    /// What its function, or that of a fixture which it uses, returned.
    pub fn get<F: Fixture>(&self, resolver: &Resolver<'_>) -> Result<Arc<F::Value>, StageError> {
        let value = self.make(F::DEFINITION, resolver)?;
        // The definition of `F` makes values of its type, as the attribute writes both.
        value.downcast().map_err(|_| StageError::WrongFixture(F::DEFINITION.name))
    }

    /// Makes the value of `fixture` unless it is there.
    pub(crate) fn make(
        &self,
        fixture: &'static FixtureDefinition,
        resolver: &Resolver<'_>,
    ) -> Result<FixtureValue, StageError> {
        if fixture.is_shared() {
            return shared_fixtures::value(fixture, self.user);
        }
        let find = |(made, _): &&(&'static FixtureDefinition, _)| **made == *fixture;
        if let Some((_, value)) = self.made.borrow().iter().find(find) {
            return Ok(value.clone());
        }
        // Nothing is borrowed here: the function may ask for other fixtures.
        let value = (fixture.make)(resolver, self)
            .map_err(|error| StageError::of_fixture(fixture, error.ending()))?;
        self.made.borrow_mut().push((fixture, value.clone()));
        Ok(value)
    }

    /// Tears down those of the case's own, the last one first, each whatever the others do; the first
    /// failure says how that ended.
    pub(crate) fn teardown(
        self,
        resolver: &Resolver<'_>,
        outcome: &Outcome,
        package: &Path,
    ) -> Ending {
        let mut ending = Ending::Passed;
        for (fixture, value) in self.made.into_inner().into_iter().rev() {
            let teardown = || (fixture.teardown)(resolver, value, outcome);
            ending = ending.then(Attempt::of(package, teardown).ending);
        }
        ending
    }
}
