//! Which commits also record the pages that are free, so that opening after a crash need not find
//! out by reading the whole file.

use std::time::Duration;

/// What recording them costs: a sync more, for which this time has to pass.
const PRICE: Duration = Duration::from_secs(1);
/// How much time counts at most, so that many steps in a row can be settled after a long one.
const SAVED_MAX: Duration = Duration::from_secs(64);

/// Counts the time that passes, and spends it.
///
/// The record is valid for the commit that has it, and for no later one. Which commit is the last
/// before a crash is not known; that of a step that is followed by a long one is it most likely. So
/// where steps take a second on average every commit is settled, which costs them less than a
/// hundredth, and where they take milliseconds one per second is.
#[derive(Debug)]
pub(super) struct Settling {
    saved: Duration,
    last: Duration,
}

impl Settling {
    /// Begins with the time for `commits`.
    pub(super) fn new(commits: u32, now: Duration) -> Settling {
        Settling { saved: PRICE * commits, last: now }
    }

    /// Tells whether the commit that begins now is to be settled, and pays for it.
    pub(super) fn pay(&mut self, now: Duration) -> bool {
        let passed = now.saturating_sub(self.last);
        self.last = now;
        self.saved = self.saved.saturating_add(passed).min(SAVED_MAX);
        let left = self.saved.checked_sub(PRICE);
        self.saved = left.unwrap_or(self.saved);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    //! Which commits are settled, by the time between them.

    use super::*;

    /// The share of commits that are settled, where `pause` lies between them.
    fn settled(pause: Duration) -> f64 {
        let mut settling = Settling::new(0, Duration::ZERO);
        let all = 10_000;
        let settled = (1..=all).filter(|n| settling.pay(pause * *n)).count();
        settled as f64 / f64::from(all)
    }

    #[test]
    fn one_commit_per_second_is_settled() {
        assert_eq!(settled(Duration::from_secs(3600)), 1.0);
        assert_eq!(settled(PRICE), 1.0);
        assert_eq!(settled(PRICE / 4), 0.25);
        assert_eq!(settled(Duration::from_micros(250)), 0.0002);
    }

    #[test]
    fn short_steps_after_a_long_one_are_settled() {
        let mut settling = Settling::new(0, Duration::ZERO);
        let epoch = Duration::from_secs(3600);
        let commits: Vec<bool> = (0..100).map(|n| settling.pay(epoch + PRICE * n / 1000)).collect();
        assert_eq!(commits.iter().filter(|settled| **settled).count(), 64);
        assert!(commits[..64].iter().all(|settled| *settled));
    }

    #[test]
    fn the_first_commits_are_settled_on_request() {
        let mut settling = Settling::new(1, PRICE);
        assert!(settling.pay(PRICE));
        assert!(!settling.pay(PRICE));
        // A clock that goes back is not paid for twice.
        assert!(!settling.pay(Duration::ZERO));
        assert!(settling.pay(PRICE));
    }
}
