//! Tests of ranges and ticks.

use super::*;

fn labels(axis: &Axis) -> Vec<String> {
    axis.ticks.iter().map(axis.label).collect()
}

#[test]
fn epochs_have_round_ticks() {
    assert_eq!(labels(&Axis::epochs(0)), ["1"]);
    assert_eq!(labels(&Axis::epochs(1)), ["1"]);
    assert_eq!(labels(&Axis::epochs(3)), ["1", "2", "3"]);
    assert_eq!(labels(&Axis::epochs(23)), ["1", "5", "10", "15", "20"]);
}

#[test]
fn decades_are_whole() {
    let axis = Axis::decades([-2.4, -0.1].into_iter());
    assert_eq!(axis.range, -3.0..0.0);
    assert_eq!(labels(&axis), ["0.001", "0.01", "0.1", "1"]);
    assert_eq!(axis.fine.len(), 3 * 8);
    assert_eq!(labels(&Axis::decades([4.5].into_iter()))[0], "0.1");
    assert_eq!(labels(&Axis::decades([4.5].into_iter()))[6], "1e5");
    assert!(Axis::decades([300.0].into_iter()).ticks.len() <= 11);
}

#[test]
fn percent_reach_from_below_the_lowest_to_100() {
    let axis = Axis::percent([0.97, 0.84].into_iter());
    assert_eq!(labels(&axis), ["80 %", "85 %", "90 %", "95 %", "100 %"]);
    assert!(axis.range.start < 0.8 && axis.range.end > 1.0);
    assert_eq!(labels(&Axis::percent([0.0].into_iter())).len(), 11);
    assert_eq!(
        labels(&Axis::percent([].into_iter())),
        ["90 %", "95 %", "100 %"]
    );
}

#[test]
fn steps_are_round() {
    for (length, step) in [
        (0, 1),
        (1, 1),
        (10, 1),
        (11, 2),
        (21, 2),
        (22, 5),
        (54, 5),
        (55, 10),
        (4000, 500),
    ] {
        assert_eq!(round_step(length), step, "for {length}");
    }
    assert_eq!(round_step(u32::MAX), 500_000_000);
}
