//! Keys of the usual types, as `storekey` writes them and `std` names them.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::state::TableTypes;

/// The key as it is read by the name of its type.
fn shown<K: storekey::Encode>(key: &K) -> String {
    let name = TableTypes::of::<K, ()>().key;
    let of = KeyType::parse(&name);
    assert!(of.is_some(), "{name}");
    decode(of.as_ref(), &storekey::encode_vec(key).unwrap()).to_string()
}

#[test]
fn the_usual_types() {
    for (shown, key) in [
        (shown(&true), "true"),
        (shown(&'ä'), r#""ä""#),
        (shown(&"a\0b".to_owned()), r#""a\u0000b""#),
        (shown(&Arc::new("shared".to_owned())), r#""shared""#),
        (shown(&0_u8), "0"),
        (shown(&-1_i8), "-1"),
        (shown(&u16::MAX), "65535"),
        (shown(&i32::MIN), "-2147483648"),
        (shown(&u64::MAX), "18446744073709551615"),
        (shown(&7_u128), "7"),
        (shown(&u128::MAX), r#""340282366920938463463374607431768211455""#),
        (shown(&i128::MIN), r#""-170141183460469231731687303715884105728""#),
        (shown(&-0.5_f32), "-0.5"),
        (shown(&f64::INFINITY), "inf"),
        (shown(&None::<u32>), "null"),
        (shown(&Some("x".to_owned())), r#""x""#),
        (shown(&(7_u32, "a".to_owned())), r#"[7, "a"]"#),
        (shown(&(1_u8,)), "[1]"),
        (shown(&()), "[]"),
        (shown(&vec![(0_u8, Some(1_i64)), (1, None)]), "[[0, 1], [1, null]]"),
        (shown(&[1_u32, 0]), "[1, 0]"),
        (shown(&(Some((false, 'c')), vec![0.0_f64])), r#"[[false, "c"], [0.0]]"#),
    ] {
        assert_eq!(shown, key);
    }
}

#[test]
fn names_that_say_too_little() {
    for name in
        ["Place", "", "(u32, Place)", "Option", "Option<u32", "(u32", "u32 ", "[u8; x]", "f16"]
    {
        assert_eq!(KeyType::parse(name), None, "{name}");
    }
    assert_eq!(KeyType::parse(&"(".repeat(100_000)), None);
}

#[test]
fn what_does_not_fit_its_type_is_bytes() {
    let of = |name| KeyType::parse(name);
    assert_eq!(decode(None, b"\x01\xff").to_string(), "0x01ff");
    assert_eq!(decode(of("u32").as_ref(), b"\x01\xff").to_string(), "0x01ff");
    assert_eq!(decode(of("u8").as_ref(), b"\x01\xff").to_string(), "0x01ff");
    assert_eq!(decode(of("bool").as_ref(), b"\x07").to_string(), "0x07");
}

proptest! {
    #[test]
    fn tuples_and_texts_come_back(a: Vec<u8>, b: String, c: Option<i64>) {
        let values = rmpv::Value::from(vec![
            a.iter().map(|byte| rmpv::Value::from(*byte)).collect::<Vec<_>>().into(),
            b.clone().into(),
            c.map_or(rmpv::Value::Nil, rmpv::Value::from),
        ]);
        prop_assert_eq!(shown(&(a, b, c)), Value::new(values).to_string());
    }
}
