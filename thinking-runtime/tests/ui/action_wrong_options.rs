//! Each option is known, and a name fits into a list.

extern crate thinking_runtime as thinking;

#[thinking::action(later = "logging")]
fn unknown() {}

#[thinking::action(name = "a,b")]
fn list() {}

#[thinking::action(name = "")]
fn empty() {}

#[thinking::action(after = logging)]
fn no_text() {}

fn main() {
    unknown();
    list();
    empty();
    no_text();
}
