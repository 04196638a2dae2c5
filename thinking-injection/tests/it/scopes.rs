//! How long components live: in the container, a stage, a step, or with who holds them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use thinking::{
    BoxError, Component, Container, Factory, Lazy, Outcome, Requirement, ResolveError, Resolver,
    Scope,
};
use thinking_modules::here;

use crate::choosing::runtime;

struct Thing;
struct Holder {
    thing: Arc<Thing>,
}

struct LazyHolder {
    thing: Lazy<Arc<Thing>>,
}

fn thing(scope: Scope, made: &Arc<AtomicUsize>) -> Component {
    let made = made.clone();
    Component::builder::<Thing>("app::Thing", here!(), move |_| {
        made.fetch_add(1, Ordering::Relaxed);
        Ok(Thing)
    })
    .scope(scope)
    .build()
}

fn holder(scope: Scope) -> Component {
    Component::builder("app::Holder", here!(), |resolver| {
        Ok(Holder { thing: resolver.resolve(None)? })
    })
    .requires(Requirement::of::<Arc<Thing>>("thing", None))
    .scope(scope)
    .build()
}

fn lazy_holder() -> Component {
    Component::builder("app::LazyHolder", here!(), |resolver: &Resolver<'_>| {
        Ok(LazyHolder { thing: resolver.resolve(None)? })
    })
    .requires(Requirement::of::<Lazy<Arc<Thing>>>("thing", None))
    .build()
}

#[test]
fn a_transient_component_is_new_for_each_who_asks() {
    let made = Arc::default();
    let container = Container::builder()
        .component(thing(Scope::Transient, &made))
        .component(holder(Scope::Singleton))
        .build()
        .unwrap();
    assert_eq!(made.load(Ordering::Relaxed), 1, "the holder has its own; nobody else asked");
    let (one, two) = (container.get::<Thing>().unwrap(), container.get::<Thing>().unwrap());
    assert_eq!(made.load(Ordering::Relaxed), 3);
    drop((one, two, container.get::<Holder>().unwrap().thing.clone()));
    assert_eq!(made.load(Ordering::Relaxed), 3);
}

#[test]
fn a_step_has_its_own_and_a_stage_shares_it_with_its_steps() {
    let made = Arc::default();
    let container = Container::builder()
        .component(thing(Scope::Stage, &made))
        .component(holder(Scope::Step))
        .build()
        .unwrap();
    assert_eq!(made.load(Ordering::Relaxed), 0, "made when it is asked for");
    let stage = container.open(Scope::Stage);
    let in_a_step = || {
        let step = stage.container().open(Scope::Step);
        let (one, two): (Arc<Holder>, Arc<Holder>) =
            (step.container().get().unwrap(), step.container().get().unwrap());
        assert!(Arc::ptr_eq(&one, &two));
        one
    };
    let (one, two) = (in_a_step(), in_a_step());
    assert!(!Arc::ptr_eq(&one, &two));
    assert_eq!(made.load(Ordering::Relaxed), 1);
    let inner = stage.container().open(Scope::Stage);
    inner.container().get::<Thing>().unwrap();
    assert_eq!(made.load(Ordering::Relaxed), 2, "a stage below has its own");
    let error = container.get::<Holder>().err().unwrap();
    assert_eq!(error.to_string(), "`app::Holder` lives in a step, and no step is running here");
    assert!(matches!(
        container.open(Scope::Step).container().get::<Thing>(),
        Err(ResolveError::NoScope { scope: Scope::Stage, .. })
    ));
}

#[test]
fn a_lazy_one_finds_the_step_that_runs_on_its_thread() {
    let made = Arc::default();
    let container = Container::builder()
        .component(thing(Scope::Step, &made))
        .component(lazy_holder())
        .build()
        .unwrap();
    let holder: Arc<LazyHolder> = container.get().unwrap();
    assert!(matches!(holder.thing.get(), Err(ResolveError::NoScope { .. })));
    for count in 1..=2 {
        let step = container.open(Scope::Step);
        step.run(|| {
            let first = holder.thing.get().unwrap();
            assert!(Arc::ptr_eq(&first, &step.container().get().unwrap()));
            holder.thing.get().unwrap();
        });
        assert_eq!(made.load(Ordering::Relaxed), count);
    }
    let other = Container::builder().build().unwrap();
    let step = other.open(Scope::Step);
    assert!(step.run(|| holder.thing.get()).is_err(), "the step of another container");
}

#[test]
fn a_lazy_transient_one_is_made_once_and_a_factory_makes_new_ones() {
    struct Maker {
        things: Factory<Arc<Thing>>,
    }
    let made = Arc::default();
    let maker = Component::builder("app::Maker", here!(), |resolver: &Resolver<'_>| {
        Ok(Maker { things: resolver.resolve(None)? })
    });
    let container = Container::builder()
        .component(thing(Scope::Transient, &made))
        .component(lazy_holder())
        .component(maker.requires(Requirement::of::<Factory<Arc<Thing>>>("things", None)).build())
        .build()
        .unwrap();
    assert_eq!(made.load(Ordering::Relaxed), 0);
    let holder: Arc<LazyHolder> = container.get().unwrap();
    holder.thing.get().unwrap();
    holder.thing.get().unwrap();
    assert_eq!(made.load(Ordering::Relaxed), 1);
    let maker: Arc<Maker> = container.get().unwrap();
    maker.things.create().unwrap();
    maker.things.create().unwrap();
    assert_eq!(made.load(Ordering::Relaxed), 3);
    drop(container);
    assert!(matches!(maker.things.create(), Err(ResolveError::Gone)));
}

#[test]
fn a_failing_constructor_of_a_transient_is_an_error_of_the_factory_and_may_work_next_time() {
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = tries.clone();
    let thing = Component::builder::<Thing>("app::Thing", here!(), move |_| {
        match counted.fetch_add(1, Ordering::Relaxed) {
            0 => Err("no connection".into()),
            1 => panic!("no memory"),
            _ => Ok(Thing),
        }
    });
    let container =
        Container::builder().component(thing.scope(Scope::Transient).build()).build().unwrap();
    let things: Factory<Arc<Thing>> = container.inject(None).unwrap();
    for reason in ["no connection", "panic: no memory"] {
        let error = things.create().err().unwrap();
        let ResolveError::Failed { component, place, .. } = &error else { panic!("{error}") };
        assert_eq!((component.as_str(), place.file), ("app::Thing", file!()));
        assert_eq!(error.to_string(), format!("component `app::Thing` ({place}) cannot be made"));
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), reason);
    }
    assert!(things.create().is_ok());
}

#[test]
fn threads_that_ask_at_once_share_what_a_step_has() {
    let made = Arc::default();
    let container = Container::builder().component(thing(Scope::Step, &made)).build().unwrap();
    let step = container.open(Scope::Step);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| step.container().get::<Thing>().unwrap());
        }
    });
    assert_eq!(made.load(Ordering::Relaxed), 1);
}

type Log = Arc<Mutex<Vec<String>>>;

struct Session {
    log: Log,
}

impl thinking::Lifecycle for Session {
    fn start(&self) -> Result<(), BoxError> {
        self.log.lock().unwrap().push("start".to_owned());
        Ok(())
    }

    fn stop(&self, outcome: &Outcome) -> Result<(), BoxError> {
        self.log.lock().unwrap().push(format!("stop: {outcome}"));
        Err("it does not stop".into())
    }
}

#[test]
fn what_lives_in_a_scope_is_started_there_and_stopped_with_its_outcome() {
    let log = Log::default();
    let ours = log.clone();
    let session =
        Component::builder("app::Session", here!(), move |_| Ok(Session { log: ours.clone() }));
    let container = Container::builder()
        .component(session.scope(Scope::Step).lifecycle().build())
        .build()
        .unwrap();
    container.open(Scope::Step).close(&Outcome::Success);
    assert!(log.lock().unwrap().is_empty(), "nobody asked for it");
    let step = container.open(Scope::Step);
    step.container().get::<Session>().unwrap();
    let errors = step.close(&Outcome::Failure("the disk is full".to_owned()));
    assert_eq!(errors.len(), 1);
    assert_eq!(*log.lock().unwrap(), ["start", "stop: failure: the disk is full"]);
    drop(container);
    assert_eq!(Arc::strong_count(&log), 1, "nothing is left");
}

#[test]
fn a_scope_knows_what_its_components_read_while_they_were_made() {
    let container = Container::builder()
        .runtime(runtime(&["clocks.rate=0.25"]))
        .component(
            Component::builder::<Thing>("app::Thing", here!(), |resolver| {
                let runtime: Arc<thinking_runtime::Runtime> = resolver.resolve(None)?;
                crate::choosing::read_rate(&runtime);
                Ok(Thing)
            })
            .requires(Requirement::of::<Arc<thinking_runtime::Runtime>>("runtime", None))
            .scope(Scope::Stage)
            .build(),
        )
        .build()
        .unwrap();
    let stage = container.open(Scope::Stage);
    stage.container().get::<Thing>().unwrap();
    let asks = [Requirement::of::<Arc<Thing>>("thing", None)];
    let step = stage.container().open(Scope::Step);
    let reads: Vec<_> = step.recorded(&asks).settings.into_iter().collect();
    assert_eq!(reads, [("clocks.rate".to_owned(), "0.25".to_owned())]);
    assert!(step.recorded(&[]).is_empty());
    assert_eq!(container.lineage(&asks).components, ["app::Thing", "thinking_runtime::Runtime"]);
}
