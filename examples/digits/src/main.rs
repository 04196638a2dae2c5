//! A resumable experiment.

fn main() {}
