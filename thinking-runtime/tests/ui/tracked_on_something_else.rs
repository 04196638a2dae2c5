//! Only code is tracked.

extern crate thinking_runtime as thinking;

#[thinking::tracked]
struct Grid;

trait Shape {
    #[thinking::tracked]
    fn area(&self) -> f64;
}

#[thinking::tracked]
const SIZE: usize = 3;

impl Shape for Grid {
    fn area(&self) -> f64 {
        SIZE as f64
    }
}

fn main() {
    Grid.area();
}
