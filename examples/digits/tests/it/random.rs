//! Random moments, which a failed test can be repeated with.

use std::hash::{BuildHasher, RandomState};
use std::hint::black_box;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::session::Session;

const SEED_VARIABLE: &str = "DIGITS_TEST_SEED";

/// Returns a generator whose seed is printed, or given by the environment.
#[allow(clippy::print_stderr, reason = "who sees the test fail needs the seed")]
pub(crate) fn rng() -> ChaCha8Rng {
    let given = std::env::var(SEED_VARIABLE).ok().map(|seed| seed.parse().unwrap());
    let seed = given.unwrap_or_else(|| RandomState::new().hash_one(SEED_VARIABLE));
    eprintln!("to repeat: {SEED_VARIABLE}={seed}");
    ChaCha8Rng::seed_from_u64(seed)
}

/// When a session is killed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// After so many steps.
    pub(crate) steps: usize,
    /// And after so many turns of an idle loop, which end within a step or between two.
    pub(crate) turns: u64,
}

impl Moment {
    /// After up to `steps` steps and `turns` turns.
    pub(crate) fn within(rng: &mut ChaCha8Rng, steps: usize, turns: u64) -> Moment {
        Moment { steps: rng.random_range(0..=steps), turns: rng.random_range(0..=turns) }
    }

    /// Waits for it. A session that ends before is no mistake.
    pub(crate) fn wait(self, session: &mut Session) {
        if session.wait_for(" done in ", self.steps) {
            (0..self.turns).for_each(|turn| {
                black_box(turn);
            });
        }
    }
}
