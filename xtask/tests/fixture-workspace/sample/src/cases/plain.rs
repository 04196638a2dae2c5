//! Ordinary tests, as std has them.

#[test]
fn passes() {}

#[test]
fn compares() {
    let found = crate::half(9);
    assert_eq!(found, 5, "rounds up");
}

#[test]
fn panics() {
    panic!("plain panic");
}

#[test]
fn unwraps() {
    let nothing: Option<u8> = None;
    nothing.expect("a plain number");
}

#[test]
fn returns() -> Result<(), String> {
    Err("plain error".to_owned())
}

#[test]
#[should_panic(expected = "it refuses")]
fn refuses() {
    crate::refuse();
}

#[test]
#[should_panic]
fn does_not_refuse() {}

#[test]
#[cfg_attr(all(), ignore = "plainly later")]
fn later() {}
