//! What serde writes, as people and tools read it.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn value<T: Serialize + ?Sized>(value: &T) -> Value {
    Value::open(&codec::seal(value).unwrap()).unwrap()
}

#[derive(Serialize)]
struct Record {
    loss: f32,
    kind: Kind,
    note: Option<&'static str>,
}

#[derive(Serialize)]
enum Kind {
    Plain,
    Scaled(f64, i8),
}

struct Bytes(&'static [u8]);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(self.0)
    }
}

#[test]
fn one_line_and_json() {
    for (value, line, json) in [
        (value(&()), "null", "null"),
        (value(&true), "true", "true"),
        (value(&u64::MAX), "18446744073709551615", "18446744073709551615"),
        (value(&i64::MIN), "-9223372036854775808", "-9223372036854775808"),
        (value(&0.1_f32), "0.1", "0.1"),
        (value(&0.1_f64), "0.1", "0.1"),
        (value(&1.0_f64), "1.0", "1.0"),
        (value(&1e-9_f64), "1e-9", "1e-9"),
        (value(&f64::NAN), "NaN", r#"{"$float":"NaN"}"#),
        (value(&f32::NEG_INFINITY), "-inf", r#"{"$float":"-inf"}"#),
        (value("a\n\"b\""), r#""a\n\"b\"""#, r#""a\n\"b\"""#),
        (value(&Bytes(b"\x00\xff")), "0x00ff", r#"{"$bytes":"00ff"}"#),
        (value(&(1, "a", [2.5])), r#"[1, "a", [2.5]]"#, r#"[1,"a",[2.5]]"#),
        (
            value(&Record { loss: 0.3, kind: Kind::Plain, note: None }),
            r#"{loss: 0.3, kind: "Plain", note: null}"#,
            r#"{"kind":"Plain","loss":0.3,"note":null}"#,
        ),
        (
            value(&Record { loss: 1.5, kind: Kind::Scaled(2.0, -1), note: Some("x") }),
            r#"{loss: 1.5, kind: {Scaled: [2.0, -1]}, note: "x"}"#,
            r#"{"kind":{"Scaled":[2.0,-1]},"loss":1.5,"note":"x"}"#,
        ),
        (
            value(&BTreeMap::from([("a b", 1), ("", 2)])),
            r#"{"": 2, "a b": 1}"#,
            r#"{"":2,"a b":1}"#,
        ),
        (
            value(&BTreeMap::from([((1, true), "x")])),
            r#"{[1, true]: "x"}"#,
            r#"{"$map":[[[1,true],"x"]]}"#,
        ),
        (Value::new(rmpv::Value::Ext(5, vec![1, 2])), "ext 5 0x0102", r#"{"$ext":[5,"0102"]}"#),
    ] {
        assert_eq!(value.to_string(), line);
        assert_eq!(value.to_json().to_string(), json);
    }
}

#[test]
fn damaged_values_are_errors() {
    let mut sealed = codec::seal(&(1, 2)).unwrap();
    *sealed.last_mut().unwrap() ^= 1;
    assert!(matches!(Value::open(&sealed), Err(CodecError::Damaged)));
}

#[test]
fn a_line_is_cut_where_it_ends() {
    let long = value(&(0..1_000_000).collect::<Vec<u32>>());
    assert_eq!(long.line(12), "[0, 1, 2, 3…");
    assert_eq!(value("äöü").line(5), r#""äöü""#);
    assert_eq!(value("äöü").line(4), r#""äö…"#);
}

fn check(value: &Value, expected: Expect) {
    let (mut text, is_cut) = value.lines(false);
    text.push_str(if is_cut { "\n(cut)\n" } else { "\n" });
    expected.assert_eq(&text);
}

#[test]
fn several_lines() {
    check(
        &value(&[1, 2]),
        expect![[r#"
        [1, 2]
    "#]],
    );
    let rows: Vec<_> = (0..40).map(|n| (n, "x".repeat(20))).collect();
    let nested = BTreeMap::from([
        ("bytes", value(&Bytes(&[7; 900]))),
        ("few", value(&rows[..4])),
        ("rows", value(&rows)),
        ("text", value(&"t".repeat(500))),
    ]);
    let nested = nested.into_iter().map(|(key, value)| (key.into(), value.0)).collect::<Vec<_>>();
    check(
        &Value::new(nested.clone()),
        expect![[r#"
        {
          bytes: 0x07070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707… (900 bytes in all),
          few: [
            [0, "xxxxxxxxxxxxxxxxxxxx"],
            [1, "xxxxxxxxxxxxxxxxxxxx"],
            [2, "xxxxxxxxxxxxxxxxxxxx"],
            [3, "xxxxxxxxxxxxxxxxxxxx"],
          ],
          rows: [
            [0, "xxxxxxxxxxxxxxxxxxxx"],
            [1, "xxxxxxxxxxxxxxxxxxxx"],
            [2, "xxxxxxxxxxxxxxxxxxxx"],
            [3, "xxxxxxxxxxxxxxxxxxxx"],
            [4, "xxxxxxxxxxxxxxxxxxxx"],
            [5, "xxxxxxxxxxxxxxxxxxxx"],
            [6, "xxxxxxxxxxxxxxxxxxxx"],
            [7, "xxxxxxxxxxxxxxxxxxxx"],
            [8, "xxxxxxxxxxxxxxxxxxxx"],
            [9, "xxxxxxxxxxxxxxxxxxxx"],
            [10, "xxxxxxxxxxxxxxxxxxxx"],
            [11, "xxxxxxxxxxxxxxxxxxxx"],
            … 28 more
          ],
          text: "ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt… (500 bytes in all),
        }
        (cut)
    "#]],
    );
    let (all, is_cut) = Value::new(nested).lines(true);
    assert!(!is_cut);
    assert_eq!(all.matches("xxx").count(), 44 * 6);
    assert!(all.contains(&"07".repeat(900)) && all.contains(&"t".repeat(500)));
}

#[test]
fn fields_are_those_of_records() {
    let record = value(&Record { loss: 0.5, kind: Kind::Plain, note: None });
    let names: Vec<_> =
        record.fields().unwrap().into_iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(names, ["loss", "kind", "note"]);
    assert!(value(&BTreeMap::from([(1, 2)])).fields().is_none());
    assert!(value(&[1]).fields().is_none());
}

proptest! {
    /// Whatever bytes a store holds, reading them is a value or an error.
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let mut sealed = twox_hash::XxHash3_64::oneshot(&bytes).to_be_bytes().to_vec();
        sealed.extend(&bytes);
        if let Ok(value) = Value::open(&sealed) {
            prop_assert!(value.line(20).chars().count() <= 20);
            value.lines(false);
            prop_assert!(serde_json::to_string(&value).is_ok());
        }
    }
}
