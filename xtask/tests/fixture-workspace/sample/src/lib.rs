//! Doctests of every kind, and the unit tests in `cases`.

#[cfg(test)]
mod cases;

/// ```
/// assert!(sample::is_even(2));
/// ```
pub fn is_even(number: u32) -> bool {
    number % 2 == 0
}

/// ```
/// assert_eq!(sample::half(3), 2);
/// ```
pub fn half(number: u32) -> u32 {
    number / 2
}

/// ```should_panic
/// sample::refuse();
/// ```
pub fn refuse() {
    panic!("it refuses");
}

/// ```ignore
/// this is not Rust
/// ```
pub fn later() {}

/// ```compile_fail
/// let number: u32 = sample::is_even(1);
/// ```
///
/// ```compile_fail
/// sample::typed();
/// ```
pub fn typed() {}

/// ```
/// sample::nowhere();
/// ```
pub fn documented_wrongly() {}
