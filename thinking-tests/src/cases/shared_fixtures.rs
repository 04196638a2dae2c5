//! Fixtures that several cases of a process share: made once, torn down after the last of them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use thinking_injection::{Asker, Container, Scope};

use crate::cases::attempt::Attempt;
use crate::cases::bootstrap::Bootstrapped;
use crate::cases::changes::Changes;
use crate::cases::fixture::{FIXTURE_USES, FixtureDefinition, FixtureScope, FixtureValue};
use crate::cases::fixtures::{Fixtures, User};
use crate::cases::joined::Joined;
use crate::cases::plan::Plan;
use crate::cases::stage_error::StageError;
use crate::cases::{process_end, run, skip};
use crate::stage::Ending;

/// All that were asked for in this process.
static SHARED: Mutex<Vec<Arc<Shared>>> = Mutex::new(Vec::new());
/// Those that are made and not torn down, in the order of their making.
static MADE: Mutex<Vec<Arc<Shared>>> = Mutex::new(Vec::new());

/// The value of a fixture that several cases share.
struct Shared {
    fixture: &'static FixtureDefinition,
    /// The module whose cases share it; none if all of the binary do.
    module: Option<&'static str>,
    user: User,
    /// How making it ended; it is tried once.
    made: OnceLock<Result<Made, Ending>>,
    users: Mutex<Users>,
}

struct Made {
    /// A container of the fixture's own, as it outlives those of the cases.
    container: Container,
    /// Gone once it is torn down.
    value: Mutex<Option<FixtureValue>>,
}

#[derive(Default)]
struct Users {
    ended: BTreeSet<&'static str>,
    joined: Joined,
}

/// Returns the value that `user` shares with others; makes it if it is the first that asks. Others
/// that ask meanwhile wait.
///
/// It is made once per process: who asks after it failed is told how, and is skipped if it was.
pub(crate) fn value(
    fixture: &'static FixtureDefinition,
    user: User,
) -> Result<FixtureValue, StageError> {
    let shared = shared(fixture, user);
    let mut first = false;
    let made = shared.made.get_or_init(|| {
        first = true;
        shared.make()
    });
    if first && made.is_ok() {
        process_end::expect();
        lock(&MADE).push(shared.clone());
    }
    let ending = match made {
        Ok(made) => match &*lock(&made.value) {
            Some(value) => return Ok(value.clone()),
            None => {
                Ending::Error("it was torn down, as all cases that use it had ended".to_owned())
            }
        },
        Err(Ending::Skipped(reason)) => skip::skip(reason.clone()),
        Err(ending) => ending.clone(),
    };
    Err(StageError::Fixture { name: fixture.name, place: fixture.place, ending })
}

/// Says that a case has ended which uses the fixtures of `plan`, made or not; tears down those that
/// no other case of the process will use.
pub(crate) fn leave(plan: &Plan, ending: &Ending) -> Ending {
    let user = User::of(plan);
    let used = plan.fixtures.iter().flat_map(|fixture| fixture.all());
    for fixture in used.filter(|fixture| fixture.is_shared()) {
        let shared = shared(fixture, user);
        let mut users = lock(&shared.users);
        if users.ended.insert(plan.case.name) {
            users.joined.add(plan.case.name, ending);
        }
    }
    if plan.fixtures.is_empty() {
        return Ending::Passed;
    }
    teardown_where(Shared::is_over)
        .into_iter()
        .map(|(_, ending)| ending)
        .fold(Ending::Passed, Ending::then)
}

/// Tears down all that is left, when the process ends; returns what failed.
pub(crate) fn teardown_all() -> Vec<(&'static FixtureDefinition, Ending)> {
    let mut all = teardown_where(|_| true);
    all.retain(|(_, ending)| ending.is_failure());
    all
}

/// Tears down those that are picked, the one that was made last first.
fn teardown_where(picked: impl Fn(&Shared) -> bool) -> Vec<(&'static FixtureDefinition, Ending)> {
    let mut over: Vec<_> = lock(&MADE).extract_if(.., |shared| picked(shared)).collect();
    over.reverse();
    over.iter().map(|shared| (shared.fixture, shared.teardown())).collect()
}

impl Shared {
    fn make(&self) -> Result<Made, Ending> {
        let FixtureDefinition { name, place, requirements, .. } = *self.fixture;
        let mut made = None;
        let attempt = Attempt::quietly(self.user.package(), || {
            let bootstrapped = Bootstrapped::new(self.user, Changes::NONE, None)?;
            let container = bootstrapped.needed(Asker {
                label: format!("fixture `{name}`"),
                place,
                requirements: requirements.to_vec(),
                scope: Scope::Singleton,
            })?;
            // Those that it uses live as long as it does, or longer.
            let value = (self.fixture.make)(&container.resolver(), &Fixtures::for_user(self.user));
            match value {
                Ok(value) => made = Some(Made { container, value: Mutex::new(Some(value)) }),
                Err(error) => {
                    run::stop(&container, &run::outcome(&error.ending()));
                    return Err(error);
                }
            }
            Ok(())
        });
        made.ok_or(attempt.ending)
    }

    /// Tells whether all cases that can ask for it have ended.
    fn is_over(&self) -> bool {
        let Some(module) = self.module else { return false };
        let ended = &lock(&self.users).ended;
        FIXTURE_USES.iter().all(|used| match used.case {
            Some(case) if case.module == module => {
                ended.contains(case.name)
                    || !used.fixtures.iter().any(|used| used.all().contains(&self.fixture))
            }
            _ => true,
        })
    }

    fn teardown(&self) -> Ending {
        let Some(Ok(made)) = self.made.get() else { return Ending::Passed };
        let Some(value) = lock(&made.value).take() else { return Ending::Passed };
        let outcome = lock(&self.users).joined.outcome();
        let teardown = || (self.fixture.teardown)(&made.container.resolver(), value, &outcome);
        Attempt::of(self.user.package(), teardown).ending.then(run::stop(&made.container, &outcome))
    }
}

/// Returns the one that stands for `fixture` as `user` sees it.
fn shared(fixture: &'static FixtureDefinition, user: User) -> Arc<Shared> {
    let module = (fixture.scope == FixtureScope::Module).then_some(user.case.module);
    let mut all = lock(&SHARED);
    let found = all.iter().find(|shared| *shared.fixture == *fixture && shared.module == module);
    if let Some(found) = found {
        return found.clone();
    }
    let (made, users) = (OnceLock::new(), Mutex::default());
    let shared = Arc::new(Shared { fixture, module, user, made, users });
    all.push(shared.clone());
    shared
}

/// No code of the program runs under these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
