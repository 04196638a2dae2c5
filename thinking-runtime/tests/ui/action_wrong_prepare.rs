//! What prepares an action gets `&mut Prepare<'_>`.

extern crate thinking_runtime as thinking;

#[thinking::action(prepare = takes_nothing)]
fn first() {}

fn takes_nothing() {}

#[thinking::action(prepare = returns_a_number)]
fn second() {}

fn returns_a_number(_: &mut thinking::Prepare<'_>) -> u32 {
    3
}

#[thinking::action(prepare = absent)]
fn third() {}

fn main() {}
