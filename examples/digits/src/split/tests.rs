//! Tests of the division into two parts.

use ndarray::Array2;
use proptest::prelude::*;

use super::*;

/// Digits whose first pixel is the number of the row, so that rows can be recognised.
fn numbered(rows: usize) -> Digits {
    Digits {
        images: Array2::from_shape_fn((rows, 64), |(row, _)| row as f32),
        labels: (0..rows).map(|row| (row % 10) as u8).collect(),
    }
}

fn numbers(digits: &Digits) -> Vec<usize> {
    digits
        .images
        .column(0)
        .iter()
        .map(|&number| number as usize)
        .collect()
}

#[test]
fn a_fifth_of_the_digits_is_for_the_test() {
    let split = Split::new(&numbered(1797), 0.2, 1).unwrap();
    assert_eq!((split.train.len(), split.test.len()), (1437, 360));
}

#[test]
fn the_order_is_the_same_everywhere_and_forever() {
    // Stored runs rely on this order: a change makes their results incomparable.
    let split = Split::new(&numbered(10), 0.3, 1).unwrap();
    assert_eq!(
        (numbers(&split.test), numbers(&split.train)),
        (vec![3, 8, 5], vec![2, 7, 9, 6, 0, 4, 1])
    );
}

#[test]
fn another_seed_gives_another_split() {
    let digits = numbered(100);
    assert_ne!(
        Split::new(&digits, 0.5, 1).unwrap(),
        Split::new(&digits, 0.5, 2).unwrap()
    );
}

#[test]
fn impossible_splits_are_refused() {
    let message = |rows, fraction| {
        Split::new(&numbered(rows), fraction, 1)
            .unwrap_err()
            .to_string()
    };
    for (fraction, shown) in [
        (0.0, "0"),
        (1.0, "1"),
        (-0.5, "-0.5"),
        (f64::NAN, "NaN"),
        (f64::INFINITY, "inf"),
    ] {
        let expected =
            format!("the test fraction is `{shown}`, expected a number above 0 and below 1");
        assert_eq!(message(10, fraction), expected);
    }
    for (rows, fraction, test_rows) in [(0, 0.5, 0), (1, 0.5, 1), (10, 0.95, 10)] {
        let expected = format!(
            "{rows} rows with {test_rows} for the test leave a part empty, expected rows in both"
        );
        assert_eq!(message(rows, fraction), expected);
    }
}

proptest! {
    #[test]
    fn every_row_is_in_one_part_with_its_label(
        rows in 2usize..200,
        fraction in 0.01f64..0.5,
        seed: u64,
    ) {
        let split = Split::new(&numbered(rows), fraction, seed).unwrap();
        let mut all = numbers(&split.train);
        all.extend(numbers(&split.test));
        for part in [&split.train, &split.test] {
            prop_assert!(!part.labels.is_empty());
            for (number, &label) in numbers(part).iter().zip(&part.labels) {
                prop_assert_eq!(number % 10, usize::from(label));
            }
        }
        all.sort_unstable();
        prop_assert_eq!(all, (0..rows).collect::<Vec<_>>());
    }
}
