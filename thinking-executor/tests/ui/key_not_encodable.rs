//! A key has an order that its bytes keep.

extern crate thinking_executor as thinking;

use thinking::{Table, Tx, step};

#[derive(PartialEq)]
struct Point;

const POINTS: Table<Point, u32> = Table::new("points");

#[step]
fn wrong(tx: &mut Tx) -> Result<(), thinking::StoreError> {
    tx.table_mut(POINTS)?;
    Ok(())
}

fn main() {}
