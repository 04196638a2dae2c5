//! What is refused, and that everything else is written as it was before.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use serde::{Deserialize, Serialize};

use crate::codec;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Newtype<T>(T);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Case<T> {
    Unit,
    Newtype(T),
    Tuple(T, u8),
    Struct { value: T },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Fields<T> {
    before: Option<u8>,
    inside: Vec<T>,
}

fn refused(value: &impl Serialize, expected: Expect) {
    let error = codec::encode(value).unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    expected.assert_eq(&source.to_string());
}

/// Written as without the check, and read back equal.
fn unchanged<T: Serialize + for<'a> Deserialize<'a> + PartialEq + std::fmt::Debug>(value: T) {
    let bytes = codec::encode(&value).unwrap();
    assert_eq!(bytes, rmp_serde::to_vec_named(&value).unwrap());
    assert_eq!(rmp_serde::from_slice::<T>(&bytes).unwrap(), value);
}

#[test]
fn a_some_that_would_become_none_is_refused() {
    let expected =
        "`Some(())` would be read back as `None`: take an enum that has a name for each case";
    let unit = |value: &dyn Fn() -> Result<Vec<u8>, codec::CodecError>| {
        let error = value().unwrap_err();
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), expected);
    };
    unit(&|| codec::encode(&Some(())));
    unit(&|| codec::seal(&Some(())).map(|_| Vec::new()));
    unit(&|| codec::encode(&Some(Some(()))));
    unit(&|| codec::encode(&Some(Newtype(()))));
    unit(&|| codec::encode(&Newtype(Some(Newtype(())))));
    unit(&|| codec::encode(&(1, [Some(())])));
    unit(&|| codec::encode(&Case::Newtype(Some(()))));
    unit(&|| codec::encode(&Case::Tuple(Some(()), 1)));
    unit(&|| codec::encode(&BTreeMap::from([(1, Some(()))])));
    unit(&|| codec::encode(&BTreeMap::from([(Some(()), 1)])));
    unit(&|| codec::encode(&Some(serde_json::Value::Null)));
    refused(
        &Some(None::<u8>),
        expect![
            "`Some(None)` would be read back as `None`: take an enum that has a name for each case"
        ],
    );
}

#[test]
fn the_field_is_named() {
    refused(
        &Fields { before: None, inside: vec![(1, Some(None::<u8>))] },
        expect![
            "`Some(None)` in the field `inside` would be read back as `None`: take an enum that has a name for each case"
        ],
    );
    refused(
        &Case::Struct { value: Some(()) },
        expect![
            "`Some(())` in the field `value` would be read back as `None`: take an enum that has a name for each case"
        ],
    );
}

#[test]
fn everything_else_is_written_as_it_is() {
    unchanged(());
    unchanged(None::<()>);
    unchanged(None::<Option<u8>>);
    unchanged(Some(Some(1_u8)));
    unchanged(vec![Some(1), None]);
    unchanged(Some(vec![(), ()]));
    unchanged(Some(vec![None::<u8>]));
    unchanged(Some((None::<u8>,)));
    unchanged(Some(Unit));
    unchanged([Case::Unit, Case::Newtype(()), Case::Tuple((), 1), Case::Struct { value: () }]);
    unchanged(Some(Case::Newtype(None::<u8>)));
    unchanged(Some(Fields { before: None, inside: vec![Newtype(None::<u8>)] }));
    unchanged(BTreeMap::from([(Some("a".to_owned()), None), (None, Some(-0.5_f32))]));
    unchanged((i128::MIN, u128::MAX, 'x', true, i64::MIN, 1.5_f64, "text".to_owned()));
}

proptest::proptest! {
    #[test]
    fn bytes_do_not_change(value: (Vec<Option<(u8, String)>>, Option<Vec<Option<i64>>>, f64, char)) {
        unchanged(value);
    }
}
