//! The program as a whole.

/// A component in a crate that nothing names would be lost without a word.
#[test]
fn every_crate_is_linked() {
    thinking::assert_linked!();
}

#[test]
fn everything_is_wired() {
    thinking::assert_wired!();
}
