//! A report to test the writers with, and tests of what they share.

use super::*;

/// A finished experiment of so many epochs.
pub(super) fn report(epochs: u32) -> Report {
    Report {
        settings: vec![
            Setting::new("training.epochs", epochs),
            Setting::new("training.learning_rate", 0.02f32),
        ],
        train_rows: 1437,
        epochs: (1..=epochs)
            .map(|epoch| EpochMetrics {
                epoch,
                loss: 1.0 / f64::from(epoch),
                accuracy: 1.0 - 0.5 / f64::from(epoch),
            })
            .collect(),
        evaluation: Evaluation::compare(&[0, 0, 1, 2, 3, 3, 3], &[0, 0, 1, 2, 3, 8, 8]),
    }
}

#[test]
fn only_all_is_100_percent() {
    for (share, shown) in [
        (0.0, "0.0 %"),
        (0.1234, "12.3 %"),
        (0.9722, "97.2 %"),
        (0.99999, "99.9 %"),
        (1.0, "100.0 %"),
    ] {
        assert_eq!(percent(share), shown);
    }
}

#[test]
fn reports_survive_storage() {
    let stored = rmp_serde::to_vec(&report(3)).unwrap();
    assert_eq!(rmp_serde::from_slice::<Report>(&stored).unwrap(), report(3));
}
