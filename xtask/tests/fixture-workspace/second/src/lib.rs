//! A package that knows nothing of `thinking`.

/// Doubles a number.
///
/// ```
/// assert_eq!(second::double(2), 4);
/// ```
pub fn double(number: u32) -> u32 {
    number * 2
}

#[test]
fn doubles() {
    assert_eq!(double(4), 8);
}

mod below {
    #[test]
    fn halves() {
        assert_eq!(crate::double(4), 2);
    }
}
