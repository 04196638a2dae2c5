//! The integration tests of `thinking-tests`.

mod cases;
