//! The program that starts, and ends.

fn main() {}
