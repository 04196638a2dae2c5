//! The library as others use it.

use tally::{Plain, Words};

#[test]
fn white_space_separates() {
    assert_eq!(Plain.of("a\tb\nc"), ["a", "b", "c"]);
}
