//! Cases with rows.

#[thinking::test(tags("rows"))]
#[row(2, 4)]
#[row(named("negative"), -3, -9)]
#[row(0, 0)]
fn squares(input: i64, expected: i64) {
    assert_eq!(input * input, expected);
}

#[thinking::test]
#[row(named("gpu"), true)]
#[row(named("cpu"), false)]
fn devices(is_missing: bool) {
    if is_missing {
        thinking::tests::skip("not this row");
    }
}
