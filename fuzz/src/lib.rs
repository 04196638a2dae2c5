//! What is fuzzed: each function takes any bytes and must not panic.
//!
//! `cargo xtask fuzz` feeds them with what covers new code; `corpus/` keeps inputs that once did,
//! or that a mistake was found with, and the tests go through these.

mod facet_file;

pub use facet_file::facet_file;
