//! Tests of the reader: each kind of damage with its exact message, and arbitrary bytes.

use std::path::Path;

use proptest::prelude::*;

use super::*;

/// Returns the digits that the example comes with.
pub(crate) fn digits() -> Digits {
    Digits::load(Path::new(FILE), 1797).unwrap()
}

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/digits.csv");

/// A row whose pixels are all `pixel`.
fn row(pixel: &str, label: &str) -> String {
    format!("{},{label}\n", [pixel; PIXELS].join(","))
}

fn message(bytes: impl AsRef<[u8]>, expected_rows: usize) -> String {
    Digits::parse(bytes.as_ref(), "d.csv", expected_rows)
        .unwrap_err()
        .to_string()
}

#[test]
fn the_file_of_the_example_is_read_as_a_whole() {
    let digits = digits();
    assert_eq!(digits.len(), 1797);
    assert_eq!(digits.images.dim(), (1797, PIXELS));
    // The first row begins `0,0,5,13,9` and ends with its label, 0.
    assert_eq!(
        digits.images.row(0).to_vec()[..5],
        [0.0, 0.0, 5.0, 13.0, 9.0]
    );
    assert_eq!(digits.labels[..4], [0, 1, 2, 3]);
    assert_eq!(digits.labels.last(), Some(&8));
}

#[test]
fn line_ends_may_be_of_either_kind_and_the_last_may_be_missing() {
    let text = row("3", "7") + &row("16", "0");
    let expected = Digits::parse(text.as_bytes(), "d.csv", 2).unwrap();
    assert_eq!(expected.labels, [7, 0]);
    for same in [text.replace('\n', "\r\n"), text.trim_end().to_owned()] {
        assert_eq!(
            Digits::parse(same.as_bytes(), "d.csv", 2).unwrap(),
            expected
        );
    }
}

#[test]
fn damage_is_named_with_its_place() {
    let good = row("12", "3");
    let after_good = |line: &str| format!("{good}{line}");
    let long = "1".repeat(300);
    let table = [
        (String::new(), "`d.csv` is empty, expected 2 rows"),
        (
            after_good(&good.replacen("12,12", "12,1x2", 1)),
            "`d.csv` line 2, column 5: found `1x2`, expected a pixel from 0 to 16",
        ),
        (
            after_good(&good.replacen("12,12", "12,-2", 1)),
            "`d.csv` line 2, column 4: found `-2`, expected a pixel from 0 to 16",
        ),
        (
            after_good(&good.replacen("12,12", "12, 12", 1)),
            "`d.csv` line 2, column 4: found ` 12`, expected a pixel from 0 to 16",
        ),
        (
            after_good(&good.replacen("12,12", "12,é,12", 1)),
            "`d.csv` line 2, column 4: found `é`, expected a pixel from 0 to 16",
        ),
        (
            after_good(&good.replacen("12,12", "é,12", 1)),
            "`d.csv` line 2, column 1: found `é`, expected a pixel from 0 to 16",
        ),
        (
            after_good(&good.replacen("12,12", "12,", 1)),
            "`d.csv` line 2, column 4: found an empty field, expected a pixel from 0 to 16",
        ),
        (
            after_good(&good.replacen("12,12", "12,17", 1)),
            "`d.csv` line 2, column 4: found `17`, expected a pixel from 0 to 16",
        ),
        (
            after_good(&good.replacen("12,12", &format!("12,{long}"), 1)),
            "`d.csv` line 2, column 4: found `11111111111111111111…`, \
             expected a pixel from 0 to 16",
        ),
        (
            after_good(&row("12", "10")),
            "`d.csv` line 2, column 193: found `10`, expected a label from 0 to 9",
        ),
        (
            after_good(&row("12", "")),
            "`d.csv` line 2, column 193: found an empty field, expected a label from 0 to 9",
        ),
        (
            after_good("1,2,3\n"),
            "`d.csv` line 2, column 6: the row ends after 3 fields, expected 65",
        ),
        (
            after_good("\n"),
            "`d.csv` line 2, column 1: the row ends after 0 fields, expected 65",
        ),
        (
            after_good("5\n"),
            "`d.csv` line 2, column 2: the row ends after 1 field, expected 65",
        ),
        (
            after_good(&row("12", "3,4")),
            "`d.csv` line 2, column 195: the row goes on, found 66 fields, expected 65",
        ),
        (
            after_good(&row("12", "3,")),
            "`d.csv` line 2, column 195: the row goes on, found 66 fields, expected 65",
        ),
        (good.clone(), "`d.csv` has 1 row, expected 2"),
        (good.repeat(3), "`d.csv` has 3 rows, expected 2"),
    ];
    for (text, expected) in table {
        assert_eq!(message(&text, 2), expected, "in {text:?}");
    }
}

#[test]
fn a_file_cut_within_a_row_is_called_so() {
    let text = row("12", "3").repeat(2);
    let cut = |column: usize| message(&text[..text.len() / 2 + column - 1], 2);
    let expected = |column: usize, fields: &str| {
        format!(
            "`d.csv` line 2, column {column}: the file ends within a row, found {fields} complete \
             of 65; it was probably cut short"
        )
    };
    // Half of a `12` is a `1`, which would be a fine pixel.
    assert_eq!(cut(2), expected(2, "0 fields"));
    assert_eq!(cut(5), expected(5, "1 field"));
    assert_eq!(cut(7), expected(7, "2 fields"));
    // All pixels are there and the comma as well; only the label is missing.
    assert_eq!(cut(193), expected(193, "64 fields"));
}

#[test]
fn every_cut_of_the_file_is_noticed() {
    let text = row("12", "3").repeat(3);
    let whole = text.len() - 1;
    for length in 0..whole {
        assert!(
            Digits::parse(&text.as_bytes()[..length], "d.csv", 3).is_err(),
            "{length}"
        );
    }
    // Without the last line end, nothing is missing.
    assert!(Digits::parse(&text.as_bytes()[..whole], "d.csv", 3).is_ok());
}

#[test]
fn bytes_that_are_no_text_are_shown() {
    let mut bytes = row("12", "3").into_bytes();
    bytes.extend(b"1,\xff,3\n");
    assert_eq!(
        message(&bytes, 2),
        "`d.csv` line 2, column 3: found the byte `0xff`, expected UTF-8 text"
    );
    // The first two of the three bytes of `€`, then something else.
    assert_eq!(
        message(b"\xe2\x82,", 2),
        "`d.csv` line 1, column 1: found the bytes `0xe2 0x82`, expected UTF-8 text"
    );
}

#[test]
fn a_missing_file_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("none.csv");
    let error = Digits::load(&path, 1797).unwrap_err();
    assert!(matches!(error, DatasetError::Missing { .. }), "{error:?}");
    assert!(
        error.to_string().contains(&path.display().to_string()),
        "{error}"
    );
}

#[test]
fn an_unreadable_file_keeps_the_cause() {
    let directory = tempfile::tempdir().unwrap();
    let error = Digits::load(directory.path(), 1797).unwrap_err();
    assert!(std::error::Error::source(&error).is_some(), "{error:?}");
}

#[test]
fn digits_survive_storage() {
    let digits = Digits::parse(row("3", "7").as_bytes(), "d.csv", 1).unwrap();
    let stored = rmp_serde::to_vec(&digits).unwrap();
    assert_eq!(rmp_serde::from_slice::<Digits>(&stored).unwrap(), digits);
}

/// Rows of fields that are mostly right, so that the reader gets far.
fn nearly_csv() -> impl Strategy<Value = Vec<u8>> {
    let field = prop_oneof![
        60 => (0u8..=9).prop_map(|value| value.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    let row = prop::collection::vec(field, 64..=66).prop_map(|fields| fields.join(&b','));
    prop::collection::vec(row, 0..4).prop_map(|rows| rows.join(&b'\n'))
}

proptest! {
    #[test]
    fn any_bytes_give_a_value_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        // A single row needs 129 bytes of the right kind; chance never hits it.
        prop_assert!(!Digits::parse(&bytes, "d.csv", 1).unwrap_err().to_string().is_empty());
    }

    #[test]
    fn what_is_accepted_is_in_range(bytes in nearly_csv(), rows in 0usize..4) {
        match Digits::parse(&bytes, "d.csv", rows) {
            Ok(digits) => {
                prop_assert_eq!(digits.images.dim(), (rows, PIXELS));
                prop_assert_eq!(digits.labels.len(), rows);
                prop_assert!(digits.images.iter().all(|&pixel| (0.0..=16.0).contains(&pixel)));
                prop_assert!(digits.labels.iter().all(|&label| label <= 9));
            }
            Err(error) => prop_assert!(!error.to_string().contains('\n')),
        }
    }

    #[test]
    fn what_is_written_is_read(
        rows in prop::collection::vec((prop::collection::vec(0u8..=16, PIXELS), 0u8..=9), 1..5),
    ) {
        let text: String = rows
            .iter()
            .map(|(pixels, label)| {
                let pixels: Vec<_> = pixels.iter().map(u8::to_string).collect();
                format!("{},{label}\n", pixels.join(","))
            })
            .collect();
        let digits = Digits::parse(text.as_bytes(), "d.csv", rows.len()).unwrap();
        for (index, (pixels, label)) in rows.iter().enumerate() {
            let read: Vec<_> = digits.images.row(index).iter().map(|&pixel| pixel as u8).collect();
            prop_assert_eq!(&read, pixels);
            prop_assert_eq!(digits.labels[index], *label);
        }
    }
}
