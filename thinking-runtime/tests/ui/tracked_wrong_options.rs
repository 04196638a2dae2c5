//! Each option is known.

extern crate thinking_runtime as thinking;

#[thinking::tracked(name = "other")]
fn unknown() {}

#[thinking::tracked(version = "1.2")]
fn text() {}

#[thinking::tracked(version = -1)]
impl Grid {
    fn width(&self) {}
}

struct Grid;

fn main() {
    unknown();
    text();
    Grid.width();
}
