//! How a session ends: what is recorded of it, and what the caller gets.

use std::error::Error;

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR2};
use thinking::{ExecutorError, Flow, Stage, stage, step};
use thinking_injection::BoxError;

use crate::lab::{Lab, add, note};
use crate::scripted::{Act, Broken, Plan, lab, next, outer, raise, scripted};

fn texts(paths: &[thinking::TaskPath]) -> Vec<&str> {
    paths.iter().map(|path| path.as_str()).collect()
}

/// The error is recorded on its step, and as an interruption on each stage around it; the caller
/// gets the error itself.
#[test]
fn an_error_is_recorded_on_its_step_and_interrupts_the_stages_around_it() {
    let (mut lab, _) = lab(&[Act::Breaks(1)]);
    let error = lab.session(outer(Plan::default())).result.unwrap_err();
    assert_eq!(error.source().unwrap().downcast_ref(), Some(&Broken(1)));
    let record = lab.last_session();
    assert_eq!(record.outcome.as_deref(), Some("failed"));
    let ending = record.ending.unwrap();
    let step = "outer[lab]/inner[lab]/scripted[s]";
    assert_eq!(ending.path.unwrap().as_str(), step);
    assert_eq!(ending.causes, [format!("step `{step}` failed"), "broken: 1".to_owned()]);
    assert_eq!(texts(&ending.interrupted), ["outer[lab]", "outer[lab]/inner[lab]"]);
    assert_eq!((ending.branch, ending.position), (0, 1));
    assert_eq!(lab.failures()[0]["path"], step);

    next(&mut lab, &[Act::Works]);
    assert_eq!(lab.session(outer(Plan::default())).executed, ["inner[lab]/scripted[s]", "add[2]"]);
    let record = lab.last_session();
    assert_eq!(record.outcome.as_deref(), Some("done"));
    let ending = record.ending.unwrap();
    assert_eq!((ending.position, ending.path, ending.causes.len()), (3, None, 0));
}

#[test]
fn a_step_that_is_to_be_continued_leaves_nothing_and_goes_on_later() {
    let (mut lab, time) = lab(&[Act::Later]);
    let ran = lab.session(outer(Plan { retries: 5, ..Plan::default() }));
    let error = ran.result.unwrap_err();
    assert_eq!(error.exit_code(), 75);
    assert_eq!(error.to_string(), "`outer[lab]/inner[lab]/scripted[s]` is to be continued");
    assert_eq!(error.source().unwrap().to_string(), "the quota is used up");
    assert!(time.waits().is_empty());
    assert_eq!(lab.failures(), [0; 0]);
    let record = lab.last_session();
    assert_eq!(record.outcome.as_deref(), Some("to be continued"));
    let ending = record.ending.unwrap();
    assert_eq!(ending.causes[1], "the quota is used up");
    assert_eq!(texts(&ending.interrupted), ["outer[lab]", "outer[lab]/inner[lab]"]);

    next(&mut lab, &[Act::Works]);
    let ran = lab.session(outer(Plan::default()));
    assert_eq!(ran.executed, ["inner[lab]/scripted[s]", "add[2]"]);
    assert_eq!((ran.result.unwrap(), lab.branch().0), ((1, 9), "main".to_owned()));
}

/// A step that gives up because it was asked to may put it either way.
#[test]
fn a_signal_counts_more_than_to_be_continued() {
    let (lab, _) = lab(&[Act::Signal(SIGTERM, Box::new(Act::Later))]);
    let error = lab.session(outer(Plan::default())).result.unwrap_err();
    assert_eq!(error.exit_code(), 143);
    assert_eq!(lab.last_session().outcome.as_deref(), Some("interrupted"));
}

/// Whatever its stages make of it, and through errors of other types.
#[stage(key = "quota")]
fn stops(at: u32, now: bool, stage: &Stage) -> anyhow::Result<i64> {
    use anyhow::Context;
    let mut total = 0;
    for n in 1..=3 {
        if n == at && now {
            Err(Flow::to_be_continued("enough for today")).context("a page")?;
        }
        total = stage.run(add(n.into()))?;
    }
    Ok(total)
}

#[stage(key = "lenient")]
fn lenient(now: bool, stage: &Stage) -> Result<i64, BoxError> {
    match stage.attempt(stops(2, now)) {
        Ok(total) => Ok(total?),
        // What ends the session is no failure to be handled: nothing that is done now counts.
        Err(error) => {
            assert!(error.to_string().contains("to be continued"), "{error}");
            assert!(stage.run(add(9)).is_err() && stage.cancelled());
            Ok(-1)
        }
    }
}

#[test]
fn a_stage_may_end_the_session_too() {
    let lab = Lab::new();
    let ran = lab.session(lenient(true));
    assert_eq!(ran.executed, ["stops[quota]/add[1]"]);
    let error = ran.result.unwrap_err();
    assert_eq!(
        (error.exit_code(), error.to_string().as_str()),
        (75, "`lenient[lenient]/stops[quota]` is to be continued")
    );
    let ending = lab.last_session().ending.unwrap();
    assert_eq!(texts(&ending.interrupted), ["lenient[lenient]"]);
    let ran = lab.session(lenient(false));
    assert_eq!(ran.executed, ["stops[quota]/add[2]", "stops[quota]/add[3]"]);
    assert_eq!(ran.result.unwrap(), 6);
}

#[stage(key = "s")]
fn wraps(stage: &Stage) -> anyhow::Result<u32> {
    use anyhow::Context;
    stage.run(scripted("s".to_owned())).context("while it was wrapped")
}

#[test]
fn the_error_is_found_behind_what_a_stage_said_of_it() {
    let (lab, _) = lab(&[Act::Breaks(3)]);
    let error = lab.session(wraps()).result.unwrap_err();
    assert_eq!(error.to_string(), "stage `wraps[s]` failed");
    let context = error.source().unwrap();
    assert_eq!(context.to_string(), "while it was wrapped");
    let step = context.source().unwrap();
    assert!(matches!(step.downcast_ref(), Some(ExecutorError::Step { attempts: 1, .. })));
    assert_eq!(step.source().unwrap().downcast_ref(), Some(&Broken(3)));
}

/// An error that `anyhow` made of another was of a private type of its own.
#[step]
fn wrapped() -> anyhow::Result<()> {
    note("run/wrapped");
    Err(Broken(5))?
}

#[stage]
fn wrapping(stage: &Stage) -> anyhow::Result<()> {
    Ok(stage.run(wrapped())?)
}

#[test]
fn an_error_that_passed_through_anyhow_is_still_itself() {
    let lab = Lab::new();
    let error = lab.session(wrapping()).result.unwrap_err();
    let ExecutorError::Step { source, .. } = &error else { panic!("{error}") };
    assert_eq!(source.downcast_ref(), Some(&Broken(5)));
    assert_eq!(error.source().unwrap().downcast_ref(), Some(&Broken(5)));
}

/// What a scheduler sends before time is up gives the exit code that asks for another run.
#[test]
fn each_signal_has_its_exit_code() {
    for (signal, exit) in [(SIGINT, 130), (SIGTERM, 143), (SIGUSR2, 75)] {
        let (lab, _) = lab(&[Act::Works]);
        raise(signal);
        let ran = lab.session(outer(Plan::default()));
        assert_eq!(ran.executed, [""; 0]);
        let error = ran.result.unwrap_err();
        assert_eq!(
            (error.exit_code(), lab.last_session().outcome.as_deref()),
            (exit, Some("interrupted"))
        );
    }
}

/// In a process of its own, as backtraces are captured if a variable says so.
#[test]
fn backtraces_are_recorded_if_they_are_captured() {
    const INSIDE: &str = "THINKING_TEST_BACKTRACE";
    if std::env::var_os(INSIDE).is_none() {
        let name = "ends::backtraces_are_recorded_if_they_are_captured";
        let mut test = std::process::Command::new(std::env::current_exe().unwrap());
        test.args([name, "--exact"]).env(INSIDE, "1").env("RUST_BACKTRACE", "1");
        let output = test.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{text}");
        return;
    }
    let recorded =
        |lab: &Lab| lab.failures()[0]["backtrace"].as_str().unwrap_or_default().to_owned();
    let (lab, _) = lab(&[Act::Panics]);
    lab.session(outer(Plan::default())).result.unwrap_err();
    assert!(recorded(&lab).contains("perform"), "{}", recorded(&lab));
    let lab = Lab::new();
    lab.session(wrapping()).result.unwrap_err();
    assert!(recorded(&lab).contains("wrapped"), "{}", recorded(&lab));
}
