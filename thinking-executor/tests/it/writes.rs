//! A stage may read databases of its own, and only its steps may write them.

use std::sync::Arc;

use redb::{ReadableDatabase, TableDefinition};
use thinking::{Stage, stage, step};
use thinking_dbs::Database;
use thinking_injection::{BoxError, Component, Container};
use thinking_modules::here;

use crate::lab::Lab;

const ROWS: TableDefinition<u32, u32> = TableDefinition::new("rows");

fn write(database: &Database, row: u32) -> Result<(), BoxError> {
    let transaction = database.begin_write()?;
    transaction.open_table(ROWS)?.insert(row, row)?;
    transaction.commit()?;
    Ok(())
}

#[step]
fn insert(row: u32, samples: Arc<Database>) -> Result<(), BoxError> {
    write(&samples, row)
}

#[stage]
fn through_a_step(samples: Arc<Database>, stage: &Stage) -> Result<u32, BoxError> {
    stage.run(insert(1))?;
    stage.step("closure", (), |_| write(&samples, 2))?;
    let transaction = samples.redb().begin_read()?;
    let rows = transaction.open_table(ROWS)?;
    Ok([1, 2].iter().filter(|row| rows.get(**row).is_ok_and(|row| row.is_some())).count() as u32)
}

#[stage]
fn by_itself(samples: Arc<Database>, stage: &Stage) -> Result<(), BoxError> {
    stage.run(insert(3))?;
    write(&samples, 4)
}

fn container() -> Container {
    let samples = Arc::new(Database::temporary("samples").unwrap());
    let component = Component::existing("app::samples", here!(), samples).build();
    Container::builder().component(component).build().unwrap()
}

#[test]
fn a_step_writes() {
    assert_eq!(Lab::new().session_in(through_a_step(), &container()).result.unwrap(), 2);
}

#[test]
fn a_stage_is_told_where_the_write_belongs() {
    let container = container();
    let error = Lab::new().session_in(by_itself(), &container).result.unwrap_err();
    let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |e| e.source());
    let text = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    assert_eq!(
        text,
        "stage `by_itself` failed: database `samples` may not be written here: \
         stage `by_itself` may not modify data; move the write into a step"
    );
    // What stands outside is not concerned.
    let samples: Arc<Database> = container.get().unwrap();
    write(&samples, 5).unwrap();
}
