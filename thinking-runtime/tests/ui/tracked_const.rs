//! What runs in the compiler reports nothing.

extern crate thinking_runtime as thinking;

struct Grid;

#[thinking::tracked]
const fn cells(n: usize) -> usize {
    n * n
}

#[thinking::tracked]
impl Grid {
    const fn new() -> Self {
        Grid
    }

    fn width(&self) -> usize {
        cells(2)
    }

    const fn height() -> usize {
        3
    }
}

fn main() {
    const CELLS: usize = cells(3);
    assert_eq!(Grid::new().width() + Grid::height() + CELLS, 16);
}
