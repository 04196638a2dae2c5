//! A stage may read databases of its own, and only its steps may write them.

use std::sync::Arc;

use redb::{ReadableDatabase, TableDefinition};
use thinking::{Stage, stage, step};
use thinking_dbs::Database;
use thinking_injection::{
    BoxError, Component, Container, Lazy, Lifecycle, Outcome, Requirement, Resolver, Scope,
};
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

/// Lives in a stage, and writes when it is made.
struct Eager;

/// Lives in a stage, and writes when it is stopped.
struct Late(Arc<Database>);

impl Lifecycle for Late {
    fn stop(&self, _outcome: &Outcome) -> Result<(), BoxError> {
        write(&self.0, 7)
    }
}

fn of_stages() -> Container {
    let samples = Arc::new(Database::temporary("samples").unwrap());
    let eager = Component::builder("app::Eager", here!(), |resolver: &Resolver<'_>| {
        write(&*resolver.resolve::<Arc<Database>>(None)?, 6)?;
        Ok(Eager)
    });
    let late = Component::builder("app::Late", here!(), |resolver: &Resolver<'_>| {
        Ok(Late(resolver.resolve(None)?))
    });
    let wanted = || Requirement::of::<Arc<Database>>("samples", None);
    Container::builder()
        .component(Component::existing("app::samples", here!(), samples).build())
        .component(eager.requires(wanted()).scope(Scope::Stage).build())
        .component(late.requires(wanted()).scope(Scope::Stage).lifecycle().build())
        .build()
        .unwrap()
}

#[step]
fn uses(_eager: Arc<Eager>) -> Result<(), BoxError> {
    Ok(())
}

#[step]
fn uses_late(_late: Arc<Late>) -> Result<(), BoxError> {
    Ok(())
}

#[stage(key = "{which}")]
fn using(which: u8, eager: Lazy<Arc<Eager>>, stage: &Stage) -> Result<(), BoxError> {
    match which {
        0 => drop(eager.get()?),
        1 => stage.run(uses())?,
        _ => stage.run(uses_late())?,
    }
    Ok(())
}

/// Where a step asked first it could write, and where the stage did not.
#[test]
fn what_lives_in_a_stage_may_not_write_whoever_asks_for_it_first() {
    for which in 0..3 {
        let error = Lab::new().session_in(using(which), &of_stages()).result.unwrap_err();
        let last = std::iter::successors(Some(&error as &dyn std::error::Error), |e| e.source());
        let last = last.last().unwrap().to_string();
        let expected = format!(
            "database `samples` may not be written here: stage `using[{which}]` may not modify \
             data; move the write into a step"
        );
        assert_eq!(last, expected);
    }
}
