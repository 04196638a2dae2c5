//! Compile errors of `#[derive(Facet)]` say what to write instead.

#[test]
fn compile_errors() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
