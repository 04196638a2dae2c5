//! Compile errors of the attributes say what to write instead.

#[test]
fn compile_errors() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    // What names the feature, and messages that list the types it adds. It is on where the facade's
    // tests are built beside these; `cargo xtask ci` builds these alone, too.
    if cfg!(not(feature = "tokio")) {
        cases.compile_fail("tests/ui/without_tokio/*.rs");
    }
}
