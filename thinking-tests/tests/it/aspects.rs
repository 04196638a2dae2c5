//! Aspects as components of a program: their order, what is injected, and what they may do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use thinking_injection::{Outcome, Resolver, component};
use thinking_modules::__private::built;
use thinking_tests::{
    Aspect, Case, CasePolicy, Changes, Ending, Fixtures, Next, Plan, Stage, StageError, Stages,
    detail, run_case, skip,
};

use crate::child;

/// What the aspects below have in common.
#[component]
struct Diary;

impl Diary {
    fn around(&self, name: &str, stage: Stage, case: &Case, next: Next<'_>) -> Ending {
        let short = case.name.rsplit("::").next().unwrap();
        detail("diary", format!("{name} before {stage} of {short}"));
        let ending = next.run();
        detail("diary", format!("{name} after {stage}: {ending:?}"));
        ending
    }
}

/// Comes second, though its name is the first one.
#[component(provides = dyn Aspect, order = 2, when(profile = "diary"))]
struct Ample {
    diary: Arc<Diary>,
}

#[component(provides = dyn Aspect, order = 1, when(profile = "diary"))]
struct Zealous {
    diary: Arc<Diary>,
}

impl Aspect for Ample {
    fn around(&self, stage: Stage, case: &Case, next: Next<'_>) -> Ending {
        self.diary.around("ample", stage, case, next)
    }
}

impl Aspect for Zealous {
    fn around(&self, stage: Stage, case: &Case, next: Next<'_>) -> Ending {
        self.diary.around("zealous", stage, case, next)
    }
}

#[thinking_tests::test(crate = thinking_tests, profile = "diary", setup = || detail("diary", "setup"))]
fn wrapped() {
    detail("diary", "body");
    assert!(!child::is_child(), "on purpose");
}

#[test]
fn aspects_wrap_each_stage_in_their_order_with_what_is_injected() {
    let child = child::run(&["--exact", "aspects::wrapped"], &[]);
    let failed = "Failed(\"on purpose\")";
    let expected = [
        "zealous before setup of wrapped".to_owned(),
        "ample before setup of wrapped".to_owned(),
        "setup".to_owned(),
        "ample after setup: Passed".to_owned(),
        "zealous after setup: Passed".to_owned(),
        "zealous before run of wrapped".to_owned(),
        "ample before run of wrapped".to_owned(),
        "body".to_owned(),
        format!("ample after run: {failed}"),
        format!("zealous after run: {failed}"),
        "zealous before teardown of wrapped".to_owned(),
        "ample before teardown of wrapped".to_owned(),
        "ample after teardown: Passed".to_owned(),
        "zealous after teardown: Passed".to_owned(),
    ];
    let expected: Vec<_> = expected.iter().map(|line| format!("diary={line}")).collect();
    assert_eq!(child.details("aspects::wrapped"), expected);
}

/// What the aspect `Meddler` does, in one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meddles {
    PanicsBefore,
    PanicsAfter,
    PassesInstead,
    FailsInstead,
    SkipsInstead,
    Forgives,
    Accuses,
}

use Meddles::{
    Accuses, FailsInstead, Forgives, PanicsAfter, PanicsBefore, PassesInstead, SkipsInstead,
};

const ALL: [Meddles; 7] =
    [PanicsBefore, PanicsAfter, PassesInstead, FailsInstead, SkipsInstead, Forgives, Accuses];

static MEDDLES: Mutex<Option<(Stage, Meddles)>> = Mutex::new(None);

#[component(provides = dyn Aspect, when(profile = "meddler"))]
struct Meddler;

impl Aspect for Meddler {
    fn around(&self, stage: Stage, _: &Case, next: Next<'_>) -> Ending {
        let meddles = *MEDDLES.lock().unwrap();
        let Some((_, meddles)) = meddles.filter(|(of, _)| *of == stage) else { return next.run() };
        match meddles {
            PanicsBefore => panic!("the aspect panicked"),
            PanicsAfter => {
                next.run();
                panic!("the aspect panicked")
            }
            PassesInstead => Ending::Passed,
            FailsInstead => Ending::Failed("instead".to_owned()),
            SkipsInstead => skip("the aspect skipped"),
            Forgives => {
                next.run();
                Ending::Passed
            }
            Accuses => {
                next.run();
                Ending::Failed("too slow".to_owned())
            }
        }
    }
}

/// A case that notes which stages happened, and fails in one of them.
struct Noted {
    fails: Option<Stage>,
    happened: Vec<Stage>,
}

impl Noted {
    fn note(&mut self, stage: Stage) -> Result<(), StageError> {
        self.happened.push(stage);
        assert_ne!(self.fails, Some(stage), "on purpose");
        Ok(())
    }
}

impl Stages for Noted {
    fn setup(&mut self, _: &Resolver<'_>) -> Result<(), StageError> {
        self.note(Stage::Setup)
    }

    fn run(&mut self, _: &Resolver<'_>, _: &Fixtures) -> Result<(), StageError> {
        self.note(Stage::Run)
    }

    fn teardown(&mut self, _: &Resolver<'_>, _: &Outcome) -> Result<(), StageError> {
        self.note(Stage::Teardown)
    }
}

#[test]
fn what_an_aspect_says_counts() {
    let table = || {
        ALL.into_iter().flat_map(|meddles| {
            Stage::ALL
                .into_iter()
                .flat_map(move |stage| [(meddles, stage, None), (meddles, stage, Some(stage))])
        })
    };
    let name = |(meddles, stage, fails): (Meddles, Stage, Option<Stage>)| {
        format!("meddled::{meddles:?}::{stage}::{fails:?}")
    };
    if child::is_child() {
        for row in table() {
            let (meddles, stage, fails) = row;
            *MEDDLES.lock().unwrap() = Some((stage, meddles));
            let case: &'static Case = Box::leak(Box::new(Case {
                name: String::leak(format!("it::{}", name(row))),
                module: "it::meddled",
                file: file!(),
                line: line!(),
                column: 1,
                policy: CasePolicy::NONE,
            }));
            let changes = Changes { profiles: &["meddler"], assignments: &[] };
            let plan = Plan { changes, ..Plan::new(case, const { &built!() }) };
            let mut noted = Noted { fails, happened: Vec::new() };
            let raised = catch_unwind(AssertUnwindSafe(|| run_case(&plan, &mut noted))).err();
            let text = raised.map(|payload| match payload.downcast::<String>() {
                Ok(text) => *text,
                Err(payload) => (*payload.downcast::<&str>().unwrap()).to_owned(),
            });
            let raised = text.as_deref().and_then(|text| text.lines().next());
            println!("{}: {:?}, {raised:?}", name(row), noted.happened);
        }
        return;
    }
    let test = "aspects::what_an_aspect_says_counts";
    let child = child::run(&["--exact", test, "--nocapture"], &[]);
    let stdout = child.stdout();
    let assertion = "assertion `left != right` failed: on purpose";
    for row in table() {
        let (meddles, stage, fails) = row;
        let text = match meddles {
            // What is inside has failed first.
            PanicsAfter if fails.is_some() => Some(assertion),
            PanicsBefore | PanicsAfter => Some("the aspect panicked"),
            PassesInstead if stage == Stage::Setup => Some(
                "an aspect let the setup pass without calling `next`, so the body has nothing to \
                 run with",
            ),
            Forgives if stage == Stage::Setup && fails.is_some() => Some(
                "an aspect let the setup pass without calling `next`, so the body has nothing to \
                 run with",
            ),
            FailsInstead => Some("instead"),
            Accuses => Some("too slow"),
            PassesInstead | SkipsInstead | Forgives => None,
        };
        let is_inside =
            !matches!(meddles, PanicsBefore | PassesInstead | FailsInstead | SkipsInstead);
        // A setup that does not pass leaves nothing for the others.
        let goes_on = stage != Stage::Setup || (text.is_none() && meddles != SkipsInstead);
        let happened: Vec<_> = Stage::ALL
            .into_iter()
            .filter(|other| match other {
                other if *other == stage => is_inside,
                other => *other < stage || goes_on,
            })
            .collect();
        let line = format!("{}: {happened:?}, {text:?}\n", name(row));
        assert!(stdout.contains(&line), "{line} in {stdout}");
        let (stages, end) = child.endings(&name(row));
        let of_stage = stages.iter().find(|(other, _)| *other == stage).map(|(_, ending)| ending);
        assert_eq!(of_stage, end.as_ref(), "{row:?}");
        let skipped = Ending::Skipped("the aspect skipped".to_owned());
        assert_eq!(end == Some(skipped), meddles == SkipsInstead, "{row:?}");
    }
}
