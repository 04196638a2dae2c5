//! Applications that are put together in code, several of them in one process.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use expect_test::expect;
use tempfile::TempDir;
use thinking::injection::{Component, Pick};
use thinking::prelude::*;
use thinking::{AppBuilder, Mistakes, modules::here};

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "training")]
struct Training {
    #[facet(default = 3, range = 1..=10)]
    epochs: u32,
}

/// Says when it was started and stopped.
struct Witness(Arc<Mutex<Vec<String>>>);

impl Lifecycle for Witness {
    fn start(&self) -> Result<(), thinking::injection::BoxError> {
        self.0.lock().unwrap().push("started".to_owned());
        Ok(())
    }

    fn stop(&self, outcome: &Outcome) -> Result<(), thinking::injection::BoxError> {
        self.0.lock().unwrap().push(format!("stopped: {outcome:?}"));
        Ok(())
    }
}

#[component(provides = dyn Greeting)]
struct Plain;

#[interface]
trait Greeting: Send + Sync {
    fn text(&self) -> String;
}

impl Greeting for Plain {
    fn text(&self) -> String {
        "hello".to_owned()
    }
}

static EXECUTED: AtomicU32 = AtomicU32::new(0);

#[step]
fn counted(n: u32) -> Result<u32> {
    EXECUTED.fetch_add(1, Ordering::Relaxed);
    Ok(n)
}

#[stage]
fn experiment(stage: &Stage, training: Config<Training>) -> Result<u32> {
    let results = (1..=training.epochs()).map(|n| stage.run(counted(n)));
    Ok(results.sum::<Result<u32, _>>()?)
}

fn app(root: &TempDir) -> AppBuilder {
    App::builder(thinking::main_module!()).root(root.path()).environment([])
}

fn root() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn with_a_variable(app: AppBuilder) -> AppBuilder {
    app.environment([("THINKING_TRAINING__EPOCHS".to_owned(), "5".to_owned())])
}

fn epochs(training: Config<Training>) -> Result<u32> {
    Ok(training.epochs())
}

#[track_caller]
fn assert_code(code: ExitCode, expected: u8) {
    // The standard library compares exit codes by no other means.
    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(expected)));
}

#[test]
fn each_application_has_its_own_configuration() {
    let file = "epochs = 1\n[profile.long]\nepochs = 9\n";
    let check = |files: &[(&str, &str)], change: fn(AppBuilder) -> AppBuilder, expected: u32| {
        let root = root();
        for (name, text) in files {
            std::fs::write(root.path().join(name), text).unwrap();
        }
        assert_eq!(change(app(&root)).call(epochs).unwrap(), expected);
    };
    let file: &[_] = &[("training.toml", file)];
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| check(file, |app| app, 1));
            scope.spawn(|| check(file, |app| app.profile("long"), 9));
            scope.spawn(|| check(&[], |app| app, 3));
            scope.spawn(|| check(&[], |app| app.set("training.epochs=4"), 4));
            scope.spawn(|| check(&[], with_a_variable, 5));
        }
    });
}

#[test]
fn a_body_gets_what_it_asks_for() {
    let root = root();
    let body = |app: App, greeting: Arc<dyn Greeting>, all: Vec<Arc<dyn Greeting>>| {
        assert!(app.container().runtime().is_some());
        Ok::<_, thinking::Error>((greeting.text(), all.len()))
    };
    assert_eq!(app(&root).call(body).unwrap(), ("hello".to_owned(), 1));
    app(&root).call(|| Ok::<_, thinking::Error>(())).unwrap();
}

#[test]
fn a_component_belongs_to_one_application_and_hears_how_it_ended() {
    let (root, heard) = (root(), Arc::new(Mutex::new(Vec::new())));
    let witness = || {
        let heard = heard.clone();
        let witness = Arc::new(Witness(heard.clone()));
        Component::existing("test::Witness", here!(), witness).lifecycle().build()
    };
    let seen = |witness: Option<Arc<Witness>>| Ok::<_, thinking::Error>(witness.is_some());
    assert!(app(&root).component(witness()).call(seen).unwrap());
    assert!(!app(&root).call(seen).unwrap());
    let failing = || Err::<(), _>(thinking::Error::msg("no more paper"));
    let error = app(&root).component(witness()).call(failing).unwrap_err();
    assert_eq!(error.to_string(), "no more paper");
    let panicking = || -> Result<()> { panic!("no more ink") };
    let error = app(&root).component(witness()).call(panicking).unwrap_err();
    assert_eq!(format!("{error:#}"), "`main` panicked: no more ink");
    assert_eq!(
        *heard.lock().unwrap(),
        [
            "started",
            "stopped: Success",
            "started",
            "stopped: Failure(\"no more paper\")",
            "started",
            "stopped: Failure(\"`main` panicked: no more ink\")",
        ]
    );
}

#[test]
fn an_application_replaces_removes_and_chooses_components_for_itself() {
    struct Loud;
    impl Greeting for Loud {
        fn text(&self) -> String {
            "HELLO".to_owned()
        }
    }
    let root = root();
    let loud = || {
        let loud = Component::existing("test::Loud", here!(), Arc::new(Loud));
        loud.provides(|loud| loud as Arc<dyn Greeting>).build()
    };
    let texts = |one: Option<Arc<dyn Greeting>>, all: Vec<Arc<dyn Greeting>>| {
        let texts: Vec<_> = one.iter().chain(&all).map(|greeting| greeting.text()).collect();
        Ok::<_, thinking::Error>(texts.join(" "))
    };
    let plain = || Pick::of::<Plain>();
    assert_eq!(app(&root).replace(plain(), loud()).call(texts).unwrap(), "HELLO HELLO");
    assert_eq!(app(&root).remove(plain()).call(texts).unwrap(), "");
    let both = || app(&root).component(loud());
    assert!(both().call(texts).is_err(), "which of the two?");
    let forced = both().force::<dyn Greeting>(Pick::of::<Loud>());
    assert_eq!(forced.call(texts).unwrap(), "HELLO hello HELLO");
    let by_default = both().default_to::<dyn Greeting>(plain());
    assert_eq!(by_default.call(texts).unwrap(), "hello hello HELLO");
}

#[test]
fn mistakes_of_configuration_and_wiring_come_together() {
    let root = root();
    let error = app(&root)
        .set("training.epochs=11")
        .call(|_: Arc<dyn Absent>, _: App| Ok::<_, thinking::Error>(()))
        .unwrap_err();
    let mistakes = error.downcast::<Mistakes>().unwrap();
    let messages: Vec<_> = mistakes.diagnostics.iter().map(|found| found.message()).collect();
    expect![[r#"
        [
            "`training.epochs` is out of range: found 11",
            "no component provides `dyn it::builder::Absent`",
        ]
    "#]]
    .assert_debug_eq(&messages);
    let text = mistakes.diagnostics[1].to_string();
    assert!(text.contains("asked for by `parameter 1` of `main`"), "{text}");
}

#[interface]
trait Absent: Send + Sync {}

/// The roots of the applications whose actions were performed.
static PERFORMED: Mutex<Vec<std::path::PathBuf>> = Mutex::new(Vec::new());

#[action]
fn note_the_root(runtime: Arc<Runtime>) {
    PERFORMED.lock().unwrap().push(runtime.root().path.clone());
}

#[test]
fn each_application_performs_its_actions() {
    let performed = |root: &TempDir| {
        PERFORMED.lock().unwrap().iter().filter(|path| *path == root.path()).count()
    };
    let (first, second) = (root(), root());
    for app in [app(&first), app(&second), app(&second), app(&second).disable("note_the_root")] {
        app.call(epochs).unwrap();
    }
    assert_eq!((performed(&first), performed(&second)), (1, 2));
    assert_code(app(&first).arguments(["--disable", "note_the_root"]).run(|| ()), 0);
    assert_code(app(&first).arguments(["config"]).run(|| ()), 0);
    assert_eq!(performed(&first), 1);
    let error = app(&first).disable("note_the_rot").call(epochs).unwrap_err();
    assert!(error.to_string().contains("did you mean `note_the_root`?"), "{error}");
    // Only `#[thinking::main]` makes its application that of the process.
    assert!(Runtime::current().is_none());
}

#[test]
fn run_understands_a_command_line() {
    let root = root();
    let run = |arguments: &[&str]| {
        let mut found = None;
        let code = app(&root)
            .set("training.epochs=2")
            .arguments(arguments)
            .run(|training: Config<Training>| found = Some(training.epochs()));
        (code, found)
    };
    let check = |arguments: &[&str], expected: u8, body: Option<u32>| {
        let (code, found) = run(arguments);
        assert_code(code, expected);
        assert_eq!(found, body, "{arguments:?}");
    };
    check(&[], 0, Some(2));
    check(&["run", "--set", "training.epochs=7"], 0, Some(7));
    check(&["--set", "training.epochs=70"], 78, None);
    check(&["config"], 0, None);
    check(&["wiring"], 0, None);
    check(&["nonsense"], 2, None);
    assert_code(app(&root).run(|| ExitCode::from(75)), 75);
    assert_code(app(&root).run(|| Err::<(), _>(thinking::Error::msg("no"))), 1);
}

#[test]
fn an_experiment_goes_on_in_the_next_application_of_its_root() {
    let root = root();
    let run = |epochs: u32| {
        let run = |app: App| app.experiment(experiment());
        app(&root).set(format!("training.epochs={epochs}")).call(run).unwrap()
    };
    let executed = |epochs: u32, sum: u32| {
        let before = EXECUTED.load(Ordering::Relaxed);
        assert_eq!(run(epochs), sum);
        EXECUTED.load(Ordering::Relaxed) - before
    };
    assert_eq!(executed(2, 3), 2);
    assert_eq!(executed(4, 10), 2);
    assert_eq!(executed(4, 10), 0);
}
