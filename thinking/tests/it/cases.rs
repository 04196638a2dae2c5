//! Cases through the facade, with the names that programs use.

use thinking::prelude::*;
use thinking::tests::{Fixture, FixtureScope, cases};

#[interface]
trait Clock: Send + Sync {
    fn now(&self) -> u64;
}

#[component(provides = dyn Clock)]
struct Real;

impl Clock for Real {
    fn now(&self) -> u64 {
        1
    }
}

struct Frozen(u64);

impl Clock for Frozen {
    fn now(&self) -> u64 {
        self.0
    }
}

#[fixture(scope = "module")]
fn primes() -> Result<Vec<u64>> {
    Ok(vec![2, 3, 5, 7])
}

/// The module `thinking::tests` and the attribute have the same name.
#[thinking::tests(tags("facade"), with(dyn Clock = Frozen(7)))]
mod group {
    use super::*;

    #[thinking::test(
        setup = |clock: Arc<dyn Clock>| clock.now(),
        teardown = |setup: u64, outcome: &Outcome| assert!(setup == 8 && *outcome == Outcome::Success),
    )]
    fn everything_goes_through_the_facade(setup: &mut u64, primes: &[u64]) -> Result<()> {
        ensure!(primes.contains(setup), "{setup} is no prime");
        *setup += 1;
        Ok(())
    }

    #[thinking::test(timeout = "1m")]
    #[row(7)]
    #[row(named("six and one"), 6 + 1)]
    async fn rows_may_be_async(expected: u64, clock: Arc<dyn Clock>) -> Result<()> {
        tokio::task::yield_now().await;
        ensure!(clock.now() == expected);
        Ok(())
    }
}

#[test]
fn names_and_tags_are_known_at_link_time() {
    let tagged = cases().filter(|case| case.policy.tags == ["facade"]);
    let names: Vec<_> = tagged.map(|case| case.name).collect();
    assert_eq!(
        names,
        [
            "it::cases::group::everything_goes_through_the_facade",
            "it::cases::group::rows_may_be_async::row_1",
            "it::cases::group::rows_may_be_async::six_and_one",
        ]
    );
    assert_eq!(<primes as Fixture>::DEFINITION.scope, FixtureScope::Module);
}
