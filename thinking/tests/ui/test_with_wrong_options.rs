//! A test may change settings and profiles; nothing else.

#[thinking::test(seed = 3)]
fn unknown() {}

#[thinking::test(set = "training.epochs=3")]
fn no_parentheses() {}

#[thinking::test(set(training = 3))]
fn no_key() {}

#[thinking::test(set(training.epochs = three()))]
fn a_call() {}

#[thinking::test(profile)]
fn no_name() {}

fn main() {}
