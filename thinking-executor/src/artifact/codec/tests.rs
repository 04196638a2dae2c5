//! The forms of values: their bytes, and that they come back or are refused.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use proptest::collection::vec;
use proptest::num::f64::{NEGATIVE, NORMAL, SUBNORMAL, ZERO};
use proptest::proptest;
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Row {
    epoch: u32,
    loss: f64,
    note: Option<String>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Train,
    Test,
}

fn row(epoch: u32, loss: f64, note: Option<&str>) -> Row {
    Row { epoch, loss, note: note.map(str::to_owned), kind: Kind::Test }
}

fn written<T>(codec: &impl Codec<T>, value: &T) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    codec.write(value, &mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// Checks the bytes of a value, and that it comes back.
fn check<T: PartialEq + std::fmt::Debug>(codec: &impl Codec<T>, value: T, expected: Expect) {
    let bytes = written(codec, &value).unwrap();
    expected.assert_eq(std::str::from_utf8(&bytes).unwrap());
    assert_eq!(codec.read(&mut &bytes[..]).unwrap(), value);
}

/// JSON has one `null`.
#[test]
fn json_refuses_a_some_that_would_become_none() {
    let error = Json.write(&vec![Some(1), Some(2)], &mut Vec::new());
    assert!(error.is_ok());
    let error = Json.write(&vec![None, Some(None::<u8>)], &mut Vec::new()).unwrap_err();
    assert!(error.source().unwrap().to_string().starts_with("`Some(None)` would"), "{error}");
}

#[test]
fn json() {
    let value =
        BTreeMap::from([("a".to_owned(), vec![row(1, 0.1, None)]), ("b".to_owned(), vec![])]);
    check(
        &Json,
        value,
        expect![[r#"
            {
              "a": [
                {
                  "epoch": 1,
                  "loss": 0.1,
                  "note": null,
                  "kind": "test"
                }
              ],
              "b": []
            }
        "#]],
    );
    check(
        &Json,
        f64::MIN_POSITIVE,
        expect![[r#"
        2.2250738585072014e-308
    "#]],
    );
}

/// serde_json writes `null` for NaN, which an option takes for nothing.
#[test]
fn json_refuses_what_it_cannot_say() {
    let refused = |value: Vec<Option<f64>>| written(&Json, &value).unwrap_err();
    assert_eq!(refused(vec![Some(1.0), Some(f64::NAN)]), "JSON has no number for `NaN`");
    assert_eq!(refused(vec![Some(f64::INFINITY)]), "JSON has no number for `inf`");
    let nested = BTreeMap::from([("a".to_owned(), (1, "text".to_owned(), f32::NEG_INFINITY))]);
    assert_eq!(written(&Json, &nested).unwrap_err(), "JSON has no number for `-inf`");
    let map = BTreeMap::from([((1, 2), 3)]);
    assert_eq!(written(&Json, &map).unwrap_err(), "key must be a string");
    check(
        &Json,
        (true, -1, u64::MAX, 'ä', (), Some(1.5), None::<f32>),
        expect![[r#"
        [
          true,
          -1,
          18446744073709551615,
          "ä",
          null,
          1.5,
          null
        ]
    "#]],
    );
}

/// serde_json reads numbers a little off unless it is told not to.
#[test]
fn numbers_come_back_exactly() {
    fn same(numbers: Vec<f64>) {
        let bytes = written(&Json, &numbers).unwrap();
        let back: Vec<f64> = Json.read(&mut &bytes[..]).unwrap();
        assert_eq!(back, numbers);
        let rows: Vec<_> = numbers.iter().map(|number| row(0, *number, None)).collect();
        let bytes = written(&Csv, &rows).unwrap();
        let back: Vec<Row> = Csv.read(&mut &bytes[..]).unwrap();
        assert_eq!(back, rows);
    }
    same(vec![31.245270191439438, 121.48791951161945, 100.78399658203125, -0.0, f64::MAX]);
    proptest!(|(numbers in vec(NORMAL | SUBNORMAL | ZERO | NEGATIVE, 0..50))| same(numbers));
}

#[test]
fn csv() {
    let rows = vec![
        row(1, 0.1, None),
        row(2, -1e300, Some("a \"word\", and\nmore")),
        row(u32::MAX, f64::INFINITY, Some("ä")),
    ];
    check(
        &Csv,
        rows,
        expect![[r#"
            epoch,loss,note,kind
            1,0.1,,test
            2,-1e300,"a ""word"", and
            more",test
            4294967295,inf,ä,test
        "#]],
    );
    check(&Csv, Vec::<Row>::new(), expect![""]);
    let bytes = written(&Csv, &vec![row(1, -f64::NAN, None)]).unwrap();
    let back: Vec<Row> = Csv.read(&mut &bytes[..]).unwrap();
    assert!(back[0].loss.is_nan());
}

/// The reader took the first row for a header, an empty text for none, and a list for columns.
#[test]
fn csv_refuses_what_would_come_back_as_another() {
    let names = "a row without named fields: CSV takes structs";
    assert_eq!(written(&Csv, &vec![(1, 2), (3, 4)]).unwrap_err(), names);
    assert_eq!(written(&Csv, &vec![1, 2]).unwrap_err(), names);
    assert_eq!(
        written(&Csv, &vec![row(1, 0.0, None), row(2, 0.0, Some(""))]).unwrap_err(),
        "row 2 would come back as another: `2,0.0,,test`"
    );

    #[derive(Serialize, Deserialize)]
    struct Nested {
        lists: Option<Vec<u32>>,
    }
    let nested = [None, Some(vec![1, 2])].map(|lists| Nested { lists });
    let error = written(&Csv, &Vec::from(nested)).unwrap_err();
    assert!(
        error.starts_with("row 2 would come back as another") || error.contains("CSV"),
        "{error}"
    );

    #[derive(Serialize, Deserialize)]
    struct Spaced {
        #[serde(serialize_with = "nothing")]
        number: u32,
    }
    fn nothing<S: serde::Serializer>(_: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("seven")
    }
    let error = written(&Csv, &vec![Spaced { number: 7 }]).unwrap_err();
    assert_eq!(error, "row 1 would come back as another: `seven`");
}

#[test]
fn wrong_content_is_an_error_that_names_the_place() {
    let error = |read: Result<Vec<Row>, BoxError>| read.unwrap_err().to_string();
    expect!["CSV deserialize error: record 1 (line: 2, byte: 21): field 1: invalid float literal"]
        .assert_eq(&error(Csv.read(&mut &b"epoch,loss,note,kind\n1,x,,test\n"[..])));
    expect!["CSV deserialize error: record 1 (line: 2, byte: 16): missing field `kind`"]
        .assert_eq(&error(Csv.read(&mut &b"epoch,loss,note\n1,0.5,\n"[..])));
    expect!["missing field `loss` at line 1 column 13"]
        .assert_eq(&error(Json.read(&mut &b"[{\"epoch\": 1}]"[..])));
    expect!["trailing characters at line 1 column 4"]
        .assert_eq(&error(Json.read(&mut &b"[] 1"[..])));
    let text: Result<String, _> = Text.read(&mut &b"\xff"[..]);
    expect!["stream did not contain valid UTF-8"].assert_eq(&text.unwrap_err().to_string());
}

#[test]
fn text_and_bytes_stay_as_they_are() {
    check(&Text, "a\r\nb\0ä".to_owned(), expect!["a\r\nb\0ä"]);
    let bytes: Vec<u8> = (0..=255).collect();
    assert_eq!(written(&Bytes, &bytes).unwrap(), bytes);
    assert_eq!(Bytes.read(&mut &bytes[..]).unwrap(), bytes);
}

#[cfg(feature = "npy")]
mod npy {
    //! NumPy reads these bytes (`numpy.load`), and writes them (`numpy.save`).

    use ndarray::{Array, Array2, ArrayD, ShapeBuilder, array};

    use super::super::{Codec, Npy};
    use super::written;

    /// The file of an array with the given header and elements.
    fn file(header: &str, elements: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
        bytes.extend(format!("{header:<117}\n").bytes());
        bytes.extend(elements);
        bytes
    }

    fn le(numbers: &[f64]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn arrays_have_the_bytes_of_a_file_of_numpy() {
        let matrix = array![[1.0, -2.5, f64::NAN], [f64::INFINITY, 0.0, 1e-300]];
        assert_eq!(
            written(&Npy, &matrix).unwrap(),
            file(
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)}",
                &le(&[1.0, -2.5, f64::NAN, f64::INFINITY, 0.0, 1e-300]),
            )
        );
        let columns = Array::from_shape_vec((2, 2).f(), vec![1.0, 2.0, 3.0, 4.0]).unwrap();
        assert_eq!(
            written(&Npy, &columns).unwrap(),
            file(
                "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2)}",
                &le(&[1.0, 2.0, 3.0, 4.0])
            )
        );
        assert_eq!(
            written(&Npy, &vec![1_i16, -1]).unwrap(),
            file("{'descr': '<i2', 'fortran_order': False, 'shape': (2,)}", &[1, 0, 255, 255])
        );
    }

    /// NumPy puts one more comma.
    #[test]
    fn what_numpy_saved_is_read() {
        let header = "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }";
        let bytes = file(header, &le(&[1.0, 2.0, 3.0, 4.0]));
        let read: Array2<f64> = Npy.read(&mut &bytes[..]).unwrap();
        assert_eq!(read, array![[1.0, 3.0], [2.0, 4.0]]);
    }

    #[test]
    fn arrays_come_back_with_their_shape() {
        let cube = Array::from_shape_fn((2, 3, 4), |(a, b, c)| (a * 100 + b * 10 + c) as f32);
        for array in [cube.clone().into_dyn(), cube.reversed_axes().into_dyn()] {
            let bytes = written(&Npy, &array).unwrap();
            let back: ArrayD<f32> = Npy.read(&mut &bytes[..]).unwrap();
            assert_eq!((back.shape(), &back), (array.shape(), &array));
        }
        let empty: Vec<u64> = Vec::new();
        let bytes = written(&Npy, &empty).unwrap();
        let back: Vec<u64> = Npy.read(&mut &bytes[..]).unwrap();
        assert_eq!(back, empty);
    }

    #[test]
    fn another_type_or_shape_is_an_error() {
        let bytes = file(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }",
            &1.5_f32.to_le_bytes(),
        );
        let wide: Result<Vec<f64>, _> = Npy.read(&mut &bytes[..]);
        assert!(wide.unwrap_err().to_string().contains("incorrect descriptor"));
        let flat: Result<Array2<f32>, _> = Npy.read(&mut &bytes[..]);
        assert!(flat.unwrap_err().to_string().contains("ndim"));
    }
}
