//! Tests of the figures, on a small example counted by hand.

use proptest::prelude::*;

use super::*;

fn example() -> Evaluation {
    Evaluation::compare(&[0, 0, 0, 1, 1, 2, 3, 3, 8], &[0, 0, 1, 1, 1, 0, 8, 8, 3])
}

#[test]
fn figures_are_as_counted_by_hand() {
    let evaluation = example();
    assert_eq!((evaluation.recognised(), evaluation.rows()), (4, 9));
    assert_eq!(evaluation.accuracy(), 4.0 / 9.0);
    assert_eq!(evaluation.confusion[[3, 8]], 2);
    assert_eq!(evaluation.confusion[[8, 3]], 1);
    let table = [
        (0, 3, Some(2.0 / 3.0), Some(2.0 / 3.0)),
        (1, 2, Some(2.0 / 3.0), Some(1.0)),
        (2, 1, None, Some(0.0)),
        (3, 2, Some(0.0), Some(0.0)),
        (9, 0, None, None),
    ];
    for (digit, support, precision, recall) in table {
        assert_eq!(evaluation.support(digit), support, "of {digit}");
        assert_eq!(evaluation.precision(digit), precision, "of {digit}");
        assert_eq!(evaluation.recall(digit), recall, "of {digit}");
    }
}

#[test]
fn the_worst_mistakes_come_first_and_equals_by_digit() {
    let mistakes = example().worst(3);
    let found: Vec<_> = mistakes
        .iter()
        .map(|m| (m.actual, m.predicted, m.count))
        .collect();
    assert_eq!(found, [(3, 8, 2), (0, 1, 1), (2, 0, 1)]);
    assert_eq!(example().worst(100).len(), 4);
}

#[test]
fn nothing_to_judge_is_no_success() {
    let evaluation = Evaluation::compare(&[], &[]);
    assert_eq!(evaluation.accuracy(), 0.0);
    assert_eq!(evaluation.worst(5), []);
}

proptest! {
    #[test]
    fn every_row_is_counted_once(rows in prop::collection::vec((0u8..10, 0u8..10), 0..100)) {
        let (actual, predicted): (Vec<_>, Vec<_>) = rows.iter().copied().unzip();
        let evaluation = Evaluation::compare(&actual, &predicted);
        let mistakes: u32 = evaluation.worst(100).iter().map(|mistake| mistake.count).sum();
        prop_assert_eq!(evaluation.rows() as usize, rows.len());
        prop_assert_eq!(evaluation.recognised() + mistakes, evaluation.rows());
    }
}
