//! What a stage has gives tables to read only.

extern crate thinking_executor as thinking;

use thinking::{Stage, StoreError, Table, stage};

const NUMBERS: Table<u32, u32> = Table::new("numbers");

#[stage]
fn wrong(stage: &Stage) -> Result<(), StoreError> {
    stage.table_mut(NUMBERS)?.insert(&1, &2)
}

fn main() {}
