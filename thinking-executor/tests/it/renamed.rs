//! Renamed tasks keep their history.

use thinking::{OnChange, Stage, Tx, stage, step};
use thinking_injection::BoxError;

use crate::lab::{Lab, broken, note};

/// A program of a stage and a step under names of its own.
macro_rules! program {
    ($module:ident, #[$run:meta] $experiment:ident, #[$outer:meta] $train:ident, #[$inner:meta] $epoch:ident) => {
        mod $module {
            use super::*;

            #[$inner]
            fn $epoch(n: u32, tx: &mut Tx) -> Result<u32, BoxError> {
                note(tx.path().as_str());
                Ok(2 * n)
            }

            #[step]
            fn fails(tx: &mut Tx) -> Result<u32, BoxError> {
                note(tx.path().as_str());
                Err("it fails".into())
            }

            #[$outer]
            fn $train(name: String, stage: &Stage) -> Result<u32, BoxError> {
                assert!(!name.is_empty());
                assert!(stage.run(fails()).is_err());
                Ok(stage.run($epoch(1))? + stage.run($epoch(2))?)
            }

            #[$run]
            pub(super) fn $experiment(stage: &Stage) -> Result<u32, BoxError> {
                Ok(stage.run($train("a".to_owned()))? + stage.run($train("b".to_owned()))?)
            }
        }
    };
}

program!(
    before,
    #[stage]
    experiment,
    #[stage]
    fit,
    #[step]
    pass
);
program!(
    step_renamed,
    #[stage]
    experiment,
    #[stage]
    fit,
    #[step(alias = "round", alias = "pass")]
    epoch
);
program!(
    stage_renamed,
    #[stage]
    experiment,
    #[stage(alias = "fit")]
    train,
    #[step]
    pass
);
program!(
    both_renamed,
    #[stage]
    experiment,
    #[stage(alias = "fit")]
    train,
    #[step(alias = "pass")]
    epoch
);
program!(
    all_renamed,
    #[stage(alias = "experiment")]
    study,
    #[stage(alias = "fit")]
    train,
    #[step(alias = "pass")]
    epoch
);
program!(
    unsaid,
    #[stage]
    experiment,
    #[stage]
    fit,
    #[step]
    epoch
);

#[test]
fn what_is_recorded_under_former_names_is_reused() {
    let mut lab = Lab::new();
    broken(false);
    assert_eq!(lab.session(before::experiment()).executed.len(), 6);
    lab.options.on_change = OnChange::Refuse;
    for ran in [
        lab.session(step_renamed::experiment()),
        lab.session(stage_renamed::experiment()),
        lab.session(both_renamed::experiment()),
        lab.session(all_renamed::study()),
        lab.session(before::experiment()),
    ] {
        assert_eq!((ran.executed, ran.result.unwrap()), (vec![], 12));
    }
    assert_eq!(lab.view().runs.len(), 1);
    assert_eq!(lab.branch().0, "main");
    // Without an alias it is another step.
    assert_eq!(lab.session(unsaid::experiment()).result.unwrap_err().exit_code(), 3);
}

#[test]
fn what_is_new_is_recorded_under_the_new_names() {
    let lab = Lab::new();
    assert_eq!(lab.session(all_renamed::study()).executed[1], "train[a]/epoch[1]");
    assert_eq!(lab.view().runs[0].run, "study");
    // An old program does not know its later names.
    assert_eq!(lab.session(before::experiment()).executed.len(), 6);
    assert_eq!(lab.view().runs.len(), 2);
}
