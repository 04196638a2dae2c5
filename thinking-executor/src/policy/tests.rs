//! Pauses: they grow, have an end, and jitter makes them shorter only.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn pauses(policy: Policy, chance: f64) -> Vec<f64> {
    (1..=6).map(|attempt| policy.pause(attempt, chance).as_secs_f64()).collect()
}

#[test]
fn pauses_double_until_the_longest() {
    let policy = Policy::new().backoff(SECOND, 10 * SECOND).jitter(false);
    assert_eq!(pauses(policy, 0.3), [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]);
    assert_eq!(policy.pause(u32::MAX, 0.0), 10 * SECOND);
}

#[test]
fn one_duration_is_every_pause() {
    let policy = Policy::new().backoff(2 * SECOND, 2 * SECOND).jitter(false);
    assert_eq!(pauses(policy, 1.0), [2.0; 6]);
    let none = Policy::new().backoff(Duration::ZERO, Duration::ZERO);
    assert_eq!(pauses(none, 1.0), [0.0; 6]);
}

#[test]
fn jitter_takes_up_to_a_half() {
    let policy = Policy::new().backoff(SECOND, 4 * SECOND);
    assert_eq!(pauses(policy, 0.0), [0.5, 1.0, 2.0, 2.0, 2.0, 2.0]);
    assert_eq!(pauses(policy, 1.0), [1.0, 2.0, 4.0, 4.0, 4.0, 4.0]);
}

#[test]
fn the_longest_is_never_shorter_than_the_first() {
    let policy = Policy::new().backoff(5 * SECOND, SECOND).jitter(false);
    assert_eq!(pauses(policy, 0.0), [5.0; 6]);
    let endless = Policy::new().backoff(Duration::MAX, Duration::MAX);
    assert!(endless.pause(40, 1.0) <= Duration::MAX);
}
