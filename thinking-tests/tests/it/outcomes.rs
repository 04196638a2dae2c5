//! How a case ends, for each combination of what its stages do, read from its records.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use thinking_injection::{BoxError, Lifecycle, Outcome, Requirement, Resolver, component};
use thinking_modules::__private::built;
use thinking_tests::{
    Case, CasePolicy, Changes, Ending, Fixtures, Plan, Stage, StageError, Stages, run_case, skip,
};

use crate::child;

/// What a stage does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Pass,
    Assert,
    AssertWithText,
    Panic,
    Return,
    Skip,
    /// As expect-test: says itself what is wrong, and unwinds past the hook.
    Unwind,
}

use Does::{Assert, AssertWithText, Panic, Pass, Return, Skip, Unwind};

const ALL: [Does; 7] = [Pass, Assert, AssertWithText, Panic, Return, Skip, Unwind];

impl Does {
    fn go(self, stage: Stage) -> Result<(), StageError> {
        match self {
            Pass => Ok(()),
            Assert => {
                assert_eq!(Stage::ALL.len(), 4, "in the {stage}");
                Ok(())
            }
            AssertWithText => {
                assert!(Stage::ALL.is_empty(), "the {stage} is not as it should be");
                Ok(())
            }
            Panic => panic!("the {stage} panicked"),
            Return => Err(StageError::Returned(format!("the {stage} returned").into())),
            Skip => skip(format!("the {stage} skipped")),
            Unwind => resume_unwind(Box::new(())),
        }
    }

    /// How a stage ends that does so.
    fn ending(self, stage: Stage) -> Ending {
        let failed = |text: String| Ending::Failed(text);
        match self {
            Pass => Ending::Passed,
            Assert => failed(format!(
                "assertion `left == right` failed: in the {stage}\n  left: 3\n right: 4"
            )),
            AssertWithText => failed(format!("the {stage} is not as it should be")),
            Panic => Ending::Error(format!("the {stage} panicked")),
            Return => Ending::Error(format!("the {stage} returned")),
            Skip => Ending::Skipped(format!("the {stage} skipped")),
            Unwind => failed("a check failed; its message is in the output".to_owned()),
        }
    }

    fn fails(self) -> bool {
        !matches!(self, Pass | Skip)
    }
}

/// A case that does in its stages what the table says.
struct Acts {
    does: [Does; 3],
    /// What the teardown was told.
    told: Option<Outcome>,
}

impl Stages for Acts {
    fn setup(&mut self, _: &Resolver<'_>) -> Result<(), StageError> {
        self.does[0].go(Stage::Setup)
    }

    fn run(&mut self, _: &Resolver<'_>, _: &Fixtures) -> Result<(), StageError> {
        self.does[1].go(Stage::Run)
    }

    fn teardown(&mut self, _: &Resolver<'_>, outcome: &Outcome) -> Result<(), StageError> {
        self.told = Some(outcome.clone());
        self.does[2].go(Stage::Teardown)
    }
}

fn table() -> impl Iterator<Item = (bool, [Does; 3])> {
    let does = ALL.into_iter().flat_map(|setup| {
        ALL.into_iter().flat_map(move |run| ALL.into_iter().map(move |down| [setup, run, down]))
    });
    does.flat_map(|does| [(false, does), (true, does)])
}

fn name(should_panic: bool, does: [Does; 3]) -> String {
    format!("it::table::{should_panic}::{does:?}")
}

/// Runs a case as the harness does, and returns whether it panicked.
fn panics(case: Case, requirements: &'static [Requirement], acts: &mut Acts) -> bool {
    let case: &'static Case = Box::leak(Box::new(case));
    let changes = Changes { profiles: &["failing"], assignments: &[] };
    let plan = Plan { changes, requirements, ..Plan::new(case, const { &built!() }) };
    catch_unwind(AssertUnwindSafe(|| run_case(&plan, acts))).is_err()
}

fn case(name: String, should_panic: bool) -> Case {
    let policy = CasePolicy { should_panic, ..CasePolicy::NONE };
    let name: &'static str = String::leak(name);
    Case { name, module: "it::table", file: file!(), line: line!(), column: 1, policy }
}

#[test]
fn one_failure_per_case_whatever_its_stages_do() {
    if child::is_child() {
        for (should_panic, does) in table() {
            let mut acts = Acts { does, told: None };
            let name = name(should_panic, does);
            let panicked = panics(case(name.clone(), should_panic), &[], &mut acts);
            println!("{name} panicked {panicked}, told {:?}", acts.told);
        }
        return;
    }
    let arguments =
        ["--exact", "outcomes::one_failure_per_case_whatever_its_stages_do", "--nocapture"];
    let child = child::run(&arguments, &[]);
    assert!(child.output.status.success(), "{}", child.stderr());
    let stdout = child.stdout();
    let mut checked = 0;
    for (should_panic, does) in table() {
        let name = name(should_panic, does);
        let short = name.strip_prefix("it::").unwrap();
        let (stages, end) = child.endings(short);
        let expected = expected(should_panic, does);
        assert_eq!((stages, end.as_ref()), (expected.stages, Some(&expected.end)), "{name}");
        // The harness wants a panic, or none.
        let panics = match &expected.end {
            Ending::Passed | Ending::Skipped(_) => should_panic,
            _ => !should_panic,
        };
        let line = format!("{name} panicked {panics}, told {:?}\n", expected.told);
        assert!(stdout.contains(&line), "{line} in {stdout}");
        checked += 1;
    }
    assert_eq!(checked, 2 * 343);
}

struct Expected {
    stages: Vec<(Stage, Ending)>,
    end: Ending,
    told: Option<Outcome>,
}

/// The rules, once more in the words of the documentation.
fn expected(should_panic: bool, [setup, run, teardown]: [Does; 3]) -> Expected {
    let expects = |does: Does, stage| match should_panic && does.fails() {
        true => Ending::Passed,
        false => does.ending(stage),
    };
    let set_up = expects(setup, Stage::Setup);
    let mut stages = vec![(Stage::Setup, set_up.clone())];
    if setup != Pass {
        return Expected { stages, end: set_up, told: None };
    }
    let ran = match run {
        Pass if should_panic => {
            Ending::Failed("the case did not panic, as `#[should_panic]` expects".to_owned())
        }
        run => expects(run, Stage::Run),
    };
    stages.push((Stage::Run, ran.clone()));
    let told = match &ran {
        Ending::Passed | Ending::Skipped(_) => Outcome::Success,
        failure => Outcome::Failure(failure.reason().unwrap_or_default().to_owned()),
    };
    let torn_down = teardown.ending(Stage::Teardown);
    stages.push((Stage::Teardown, torn_down.clone()));
    // The body's failure wins; a skip stands for a success.
    let end = match (&ran, teardown.fails()) {
        (Ending::Passed, _) => torn_down,
        (Ending::Skipped(_), true) => torn_down,
        _ => ran,
    };
    Expected { stages, end, told: Some(told) }
}

/// Cannot be made.
#[component(when(profile = "failing"))]
struct Broken {}

impl Lifecycle for Broken {
    fn start(&self) -> Result<(), BoxError> {
        Err("no power".into())
    }
}

/// Cannot be stopped.
#[component(when(profile = "failing"))]
struct Stuck {}

impl Lifecycle for Stuck {
    fn stop(&self, outcome: &Outcome) -> Result<(), BoxError> {
        println!("stuck was told of a {outcome}");
        Err("it is stuck".into())
    }
}

/// Leaves each case out that needs it.
#[component(when(profile = "failing"))]
fn absent() -> Gpu {
    skip("no GPU")
}

struct Gpu;

#[test]
fn components_that_fail_make_the_case_fail() {
    const BROKEN: &[Requirement] = &[Requirement::of::<Arc<Broken>>("broken", None)];
    const STUCK: &[Requirement] = &[Requirement::of::<Arc<Stuck>>("stuck", None)];
    const ABSENT: &[Requirement] = &[Requirement::of::<Arc<Gpu>>("gpu", None)];
    if child::is_child() {
        for (name, requirements, does) in [
            ("broken", BROKEN, [Pass, Pass, Pass]),
            ("stuck", STUCK, [Pass, Pass, Pass]),
            ("stuck_after_setup", STUCK, [Panic, Pass, Pass]),
            ("stuck_after_body", STUCK, [Pass, Assert, Pass]),
            ("stuck_after_skip", STUCK, [Pass, Skip, Pass]),
            ("stuck_after_teardown", STUCK, [Pass, Pass, Return]),
            ("absent", ABSENT, [Pass, Pass, Pass]),
        ] {
            let case = case(format!("it::component::{name}"), false);
            println!("{name}: {}", panics(case, requirements, &mut Acts { does, told: None }));
        }
        return;
    }
    let test = "outcomes::components_that_fail_make_the_case_fail";
    let child = child::run(&["--exact", test, "--nocapture"], &[]);
    let ending = |name: &str| child.endings(&format!("component::{name}"));
    let passed = |stage| (stage, Ending::Passed);

    let (stages, Some(Ending::Error(text))) = ending("broken") else { panic!("not an error") };
    assert_eq!(stages.len(), 1);
    assert!(text.contains("no power") && text.contains("Broken"), "{text}");

    let (stages, Some(Ending::Error(text))) = ending("stuck") else { panic!("not an error") };
    assert_eq!(stages[..2], [passed(Stage::Setup), passed(Stage::Run)]);
    assert_eq!(stages[2], (Stage::Teardown, Ending::Error(text.clone())));
    assert!(text.starts_with("a component cannot be stopped: ") && text.contains("it is stuck"));

    // What failed before wins, and all of it is in the output.
    let of =
        |name, does: Does, stage| assert_eq!(ending(name).1, Some(does.ending(stage)), "{name}");
    of("stuck_after_setup", Panic, Stage::Setup);
    of("stuck_after_body", Assert, Stage::Run);
    of("stuck_after_teardown", Return, Stage::Teardown);
    assert!(matches!(ending("stuck_after_skip").1, Some(Ending::Error(_))));
    assert_eq!(child.stderr().matches("Error: a component cannot be stopped: ").count(), 5);
    let told = "stuck was told of a failure: the setup panicked\n";
    assert!(child.stdout().contains(told), "{}", child.stdout());
    assert!(child.stdout().contains("stuck was told of a failure: the teardown returned\n"));

    let skipped = Ending::Skipped("no GPU".to_owned());
    assert_eq!(ending("absent"), (vec![(Stage::Setup, skipped.clone())], Some(skipped)));
    assert!(child.stdout().contains("absent: false\n"));
}
