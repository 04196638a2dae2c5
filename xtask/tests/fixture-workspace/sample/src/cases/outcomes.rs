//! The ways in which a case may end.

use thinking::tests;

#[thinking::test(tags("fine", "quick"))]
fn passes() {
    println!("on standard output");
    eprintln!("on standard error");
    tests::detail("seed", 7);
    tests::detail("<key>", "a & b");
}

#[thinking::test(tags("wrong"))]
fn compares() {
    assert_eq!("left side", "right side");
}

#[thinking::test(tags("wrong"))]
fn asserts() {
    assert!(crate::is_even(3), "three is odd");
}

#[thinking::test(tags("wrong"))]
fn panics() {
    panic!("first line\nsecond line");
}

#[thinking::test]
fn unwraps() {
    let nothing: Result<u8, String> = Err("no number".to_owned());
    nothing.expect("a number");
}

#[thinking::test]
fn returns() -> Result<(), std::num::ParseIntError> {
    "x".parse::<u8>().map(drop)
}

#[thinking::test]
#[should_panic(expected = "it refuses")]
fn refuses() {
    crate::refuse();
}

#[thinking::test]
#[should_panic]
fn does_not_refuse() {}

#[thinking::test]
#[should_panic(expected = "something else")]
fn refuses_otherwise() {
    crate::refuse();
}

#[thinking::test(tags("quick"))]
#[cfg_attr(all(), ignore = "later")]
fn later() {}

#[thinking::test(tags("quick"))]
fn skips() {
    println!("before it skips");
    tests::skip("no GPU here");
}
