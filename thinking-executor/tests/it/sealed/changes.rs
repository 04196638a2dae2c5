//! What a sealed stage depends on: each change is found, whoever in it is concerned.

use std::sync::Arc;

use thinking::{OnChange, Stage, Table, stage, step};
use thinking_injection::{BoxError, Component, Container, Requirement, Resolver, Scope};
use thinking_modules::here;
use thinking_runtime::{Config, Runtime};

use super::{NOTHING, only_bodies, ran, sealed, seals};
use crate::change::{Tuning, container};
use crate::clock::Log;
use crate::lab::{Lab, Op, Ran, add, bodies, experiment, note, note_body};
use crate::rows;

fn with(assignments: &[&str]) -> Container {
    container(assignments, None)
}

#[test]
fn a_setting_that_a_step_in_it_read_runs_the_body_and_what_it_concerns() {
    let mut lab = Lab::new();
    let ops = [sealed("s", &[Op::Add(1), Op::Group("g".to_owned(), vec![Op::Tuned]), Op::Add(2)])];
    let session = |lab: &Lab, with: &Container| lab.session_in(experiment(ops.to_vec()), with);
    let (old, new) = (with(&[]), with(&["tuning.depth=7"]));
    assert_eq!(session(&lab, &old).result.unwrap(), [1, 4, 6]);
    assert_eq!(bodies(), ["sealed[s]"]);
    assert_eq!(ran(session(&lab, &old)), NOTHING);
    // No step in it read these.
    assert_eq!(ran(session(&lab, &with(&["tuning.rate=0.1", "tuning.report=1"]))), NOTHING);

    lab.options.on_change = OnChange::Refuse;
    let error = session(&lab, &new).result.unwrap_err();
    assert_eq!((error.exit_code(), bodies()), (3, vec!["sealed[s]".to_owned()]));
    assert_eq!(ran(session(&lab, &old)), NOTHING);

    lab.options.on_change = OnChange::Fork;
    let forked = session(&lab, &new);
    assert_eq!(forked.executed, ["sealed[s]/group[g]/tuned", "sealed[s]/add[2]"]);
    assert_eq!((forked.result.unwrap(), bodies().len()), (vec![1, 8, 10], 1));
    assert_eq!(ran(session(&lab, &new)), NOTHING);
}

#[test]
fn a_result_that_is_kept_is_kept_in_the_seal() {
    let mut lab = Lab::new();
    let ops = [sealed("s", &[Op::Add(1), Op::Tuned])];
    let session = |lab: &Lab, with: &Container| lab.session_in(experiment(ops.to_vec()), with);
    let (old, new) = (with(&[]), with(&["tuning.depth=7"]));
    session(&lab, &old).result.unwrap();
    bodies();
    lab.options.on_change = OnChange::Refuse;
    lab.options.keep = vec!["tuned".to_owned()];
    assert_eq!(ran(session(&lab, &new)), only_bodies(&["sealed[s]"]));
    lab.options.keep.clear();
    // Both are good now.
    for _ in 0..2 {
        assert_eq!(ran(session(&lab, &new)), NOTHING);
        assert_eq!(ran(session(&lab, &old)), NOTHING);
    }
    assert_eq!(seals(&lab), ["(0, 0) 1", "(0, 0) 2"]);
    assert!(ran(session(&lab, &with(&["tuning.depth=7", "tuning.rate=0.1"]))) == NOTHING);
    let error = session(&lab, &with(&["tuning.depth=8"])).result.unwrap_err();
    assert_eq!((error.exit_code(), bodies().len()), (3, 1));
}

/// Its path was told to be that of no step.
#[test]
fn a_step_below_a_skipped_one_is_not_kept_and_that_is_said() {
    let mut lab = Lab::new();
    let ops = [sealed("s", &[Op::Add(1), Op::Tuned]), Op::Add(2)];
    let session = |lab: &Lab| lab.session_in(experiment(ops.to_vec()), &with(&[]));
    session(&lab).result.unwrap();
    bodies();
    lab.options.keep = vec!["tuned".to_owned(), "add[2]".to_owned()];
    let (log, _guard) = Log::collect();
    assert_eq!(ran(session(&lab)), NOTHING);
    assert_eq!(
        log.warnings(),
        [
            "nothing is to be kept for `tuned`: nothing changed in `experiment[lab]/sealed[s]`, which \
             is skipped whole",
            "nothing is to be kept for `experiment[lab]/add[2]`: it did not change",
        ]
    );
}

/// Reads a setting in its body, in that of a stage below, and in a helper.
#[stage(sealed, key = "reads")]
pub(super) fn reads(tuning: Config<Tuning>, stage: &Stage) -> Result<(u32, f64), BoxError> {
    note_body(stage);
    let steps = tuning.depth();
    for n in 0..steps {
        stage.run(add(n.into()))?;
    }
    Ok((steps, stage.run(below())?))
}

#[stage]
fn below(tuning: Config<Tuning>, stage: &Stage) -> Result<f64, BoxError> {
    stage.run(add(100))?;
    Ok(tuning.rate())
}

#[test]
fn settings_that_bodies_read_count() {
    let lab = Lab::new();
    let session = |assignments: &[&str]| lab.session_in(reads(), &with(assignments));
    assert_eq!(session(&[]).result.unwrap(), (3, 0.5));
    bodies();
    assert_eq!(ran(session(&["tuning.report=1"])), NOTHING);
    // The steps are the same, and the result is not.
    let other = session(&["tuning.rate=0.25"]);
    assert_eq!((other.result.unwrap(), other.executed.len()), ((3, 0.25), 0));
    assert_eq!(bodies().len(), 1);
    assert_eq!(ran(session(&["tuning.rate=0.25"])), NOTHING);
    // The first seal stays good.
    let first = session(&[]);
    assert_eq!((first.result.unwrap(), bodies().len()), ((3, 0.5), 0));
    let fewer = session(&["tuning.depth=2"]);
    assert_eq!(
        (fewer.result.unwrap(), fewer.executed),
        ((2, 0.5), vec!["below/add[100]".to_owned()])
    );
    assert_eq!(bodies().len(), 1);
}

/// Copies a setting when it is made, for each stage anew.
struct Copied {
    rate: f64,
}

#[stage(sealed)]
fn injected(copied: Arc<Copied>, stage: &Stage) -> Result<f64, BoxError> {
    note_body(stage);
    stage.run(add(1))?;
    Ok(copied.rate)
}

fn with_component(scope: Scope, rate: &str) -> Container {
    let (runtime, mistakes) = Runtime::builder(thinking_modules::main_module!())
        .environment([])
        .assignments([format!("tuning.rate={rate}")])
        .load();
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let copied = Component::builder("app::Copied", here!(), |resolver: &Resolver<'_>| {
        let tuning: Config<Tuning> = resolver.resolve(None)?;
        Ok(Copied { rate: tuning.rate() })
    });
    let tuning = Requirement::of::<Config<Tuning>>("tuning", None);
    Container::builder()
        .runtime(Arc::new(runtime))
        .component(copied.requires(tuning).scope(scope).build())
        .build()
        .unwrap()
}

#[test]
fn settings_that_its_components_read_when_they_were_made_count() {
    for scope in [Scope::Singleton, Scope::Stage, Scope::Transient] {
        let lab = Lab::new();
        let session = |rate| lab.session_in(injected(), &with_component(scope, rate));
        for (rate, runs) in [("0.5", 1), ("0.5", 0), ("0.25", 1), ("0.25", 0)] {
            let ran = session(rate);
            assert_eq!(ran.result.unwrap().to_string(), rate);
            assert_eq!(bodies().len(), runs, "{scope} {rate}");
        }
    }
}

/// The same stage with another body, in programs that call the same steps.
macro_rules! program {
    ($module:ident, #[$attribute:meta] $name:ident, $sum:expr) => {
        mod $module {
            use super::*;

            #[$attribute]
            fn $name(stage: &Stage) -> Result<i64, BoxError> {
                note_body(stage);
                let sum: fn(i64, i64) -> i64 = $sum;
                Ok(sum(stage.run(add(1))?, stage.run(add(2))?))
            }

            #[stage(key = "code")]
            pub(super) fn outer(stage: &Stage) -> Result<i64, BoxError> {
                Ok(stage.run($name())?)
            }
        }
    };
}

program!(
    first,
    #[stage(sealed)]
    part,
    |a, b| a + b
);
program!(
    commented,
    #[stage(sealed)]
    part,
    |a, b| /* The sum. */ a + b
);
program!(
    edited,
    #[stage(sealed)]
    part,
    |a, b| a * b
);
program!(
    raised,
    #[stage(sealed, version = 2)]
    part,
    |a, b| a + b
);
program!(
    renamed,
    #[stage(sealed, alias = "part")]
    piece,
    |a, b| a + b
);
program!(
    unsealed,
    #[stage]
    part,
    |a, b| a + b
);

#[test]
fn its_own_code_and_version_count_and_its_name_does_not() {
    let lab = Lab::new();
    let session = |task| lab.session(task);
    let check = |ran: Ran<i64>, result, runs: usize, what: &str| {
        assert_eq!(ran.result.unwrap(), result, "{what}");
        assert_eq!(bodies().len(), runs, "{what}");
    };
    check(session(first::outer()), 4, 1, "first");
    check(session(commented::outer()), 4, 0, "commented");
    check(session(renamed::outer()), 4, 0, "renamed");
    check(session(edited::outer()), 3, 1, "edited");
    check(session(edited::outer()), 3, 0, "edited again");
    check(session(raised::outer()), 4, 1, "raised");
    // One that is not sealed runs, and what was sealed stays.
    check(session(unsealed::outer()), 4, 1, "unsealed");
    check(session(first::outer()), 4, 0, "first again");
    assert_eq!(lab.branch().0, "main");
}

/// Steps that were recorded before the stage was marked are sealed by the next session.
#[test]
fn a_stage_that_becomes_sealed_is_sealed_without_running_its_steps() {
    let lab = Lab::new();
    lab.session(unsealed::outer()).result.unwrap();
    bodies();
    assert_eq!(ran(lab.session(first::outer())), only_bodies(&["part"]));
    assert_eq!(ran(lab.session(first::outer())), NOTHING);
}

const SEEN: Table<u32, i64> = Table::new("seen");

/// A closure may have captured what the stage knows.
#[stage(sealed, key = "closures")]
fn closures(numbers: Vec<i64>, tuning: Config<Tuning>, stage: &Stage) -> Result<i64, BoxError> {
    note_body(stage);
    let depth = i64::from(tuning.depth());
    stage.stage("inner", (), |stage| {
        for (place, number) in (0..).zip(&numbers) {
            stage.step("put", place, |tx| {
                note(tx.path().as_str());
                Ok(tx.table_mut(SEEN)?.insert(&place, &(number * depth))?)
            })?;
        }
        Ok(())
    })?;
    // A stage reads what its steps left.
    Ok(stage.table(SEEN)?.get(&0)?.unwrap_or_default())
}

#[test]
fn closures_in_it_depend_on_it() {
    let lab = Lab::new();
    let session =
        |numbers: &[i64], depth| lab.session_in(closures(numbers.to_vec()), &with(&[depth]));
    assert_eq!(session(&[2, 3], "tuning.depth=3").result.unwrap(), 6);
    assert_eq!(bodies().len(), 1);
    assert_eq!(ran(session(&[2, 3], "tuning.depth=3")), NOTHING);
    for (numbers, depth, result) in [([2, 3], "tuning.depth=4", 8), ([5, 3], "tuning.depth=4", 20)]
    {
        let ran = session(&numbers, depth);
        assert_eq!((ran.result.unwrap(), ran.executed.len(), bodies().len()), (result, 2, 1));
    }
    assert_eq!(ran(session(&[5, 3], "tuning.depth=4")), NOTHING);
}

mod twins {
    //! Two functions of one name in one module: a record cannot tell them apart.

    use super::*;

    fn one() -> thinking::Step<u32> {
        #[step]
        fn twin() -> Result<u32, BoxError> {
            Ok(1)
        }
        twin()
    }

    fn other() -> thinking::Step<u32> {
        #[step]
        fn twin() -> Result<u32, BoxError> {
            Ok(2)
        }
        twin().occurrence(2)
    }

    #[stage(sealed)]
    pub(super) fn both(stage: &Stage) -> Result<u32, BoxError> {
        note_body(stage);
        Ok(stage.run(one())? + stage.run(other())?)
    }
}

#[test]
fn one_whose_tasks_cannot_be_told_apart_is_not_sealed() {
    let lab = Lab::new();
    for _ in 0..2 {
        assert_eq!(lab.session(twins::both()).result.unwrap(), 3);
        assert_eq!(bodies(), ["both"]);
    }
    assert_eq!(seals(&lab), [""; 0]);
}

#[stage(sealed, key = "typed")]
fn counted(stage: &Stage) -> Result<u32, BoxError> {
    note_body(stage);
    stage.run(add(1))?;
    Ok(7)
}

/// A result whose type changed, in a way that no token of the stage shows, is made anew.
#[test]
fn a_result_that_cannot_be_read_any_more_is_made_by_the_body() {
    let lab = Lab::new();
    lab.session(counted()).result.unwrap();
    bodies();
    let [(key, sealed)] = &rows::raw(&lab.file(), rows::SEALS)[..] else { panic!() };
    let text = |result: &[u8]| -> Vec<u8> {
        let field = b"\xa6result\xc4";
        let at = sealed.windows(field.len()).position(|bytes| bytes == field).unwrap();
        let payload = [&sealed[8..at + field.len()], &[result.len() as u8], result].concat();
        [&twox_hash::XxHash3_64::oneshot(&payload).to_be_bytes()[..], &payload].concat()
    };
    // The text "a", as MessagePack.
    rows::put(&lab.file(), rows::SEALS, key, &text(b"\xa1a"));
    let again = lab.session(counted());
    assert_eq!((again.result.unwrap(), bodies().len()), (7, 1));
    assert_eq!(ran(lab.session(counted())), NOTHING);
    assert_eq!(seals(&lab).len(), 2);
}

#[test]
fn a_damaged_seal_is_none() {
    let lab = Lab::new();
    lab.session(counted()).result.unwrap();
    bodies();
    // What only the seal names: itself, and what the stage's body depends on.
    for table in [rows::SEALS, rows::PRINTS] {
        let step = lab.rows()[&("steps", "(0, 0)".to_owned())].clone();
        let rows = rows::raw(&lab.file(), table).into_iter();
        for (key, mut row) in rows.filter(|(key, _)| !contains(&step, key)) {
            *row.last_mut().unwrap() ^= 1;
            rows::put(&lab.file(), table, &key, &row);
        }
        let again = lab.session(counted());
        assert_eq!((again.result.unwrap(), again.executed.len(), bodies().len()), (7, 0, 1));
        assert_eq!(seals(&lab).len(), 2);
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|bytes| bytes == part)
}
