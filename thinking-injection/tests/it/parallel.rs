//! Components that are constructed and started at once, with the result that one after the other
//! has.

use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use proptest::prelude::*;
use thinking::{
    Arity, BoxError, Component, ComponentBuilder, Container, ContainerBuilder, ContainerError,
    Inject, Lifecycle, Outcome, Requirement, Resolver, Scope, TypeKey, Want, component,
};
use thinking_modules::here;
use thinking_runtime::{Config, Profiles, Recording, Runtime};

use crate::lineage::Training;
use crate::watch::logged;

const NAMES: [&str; 10] = ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"];

type Log = Arc<Mutex<Vec<String>>>;
type Work = Box<dyn Fn() -> Result<(), BoxError> + Send + Sync>;

/// A component that does what a test says, and notes it.
struct Node {
    name: &'static str,
    log: Log,
    start: Arc<Work>,
}

impl Node {
    fn note(&self, what: &str) {
        self.log.lock().unwrap().push(format!("{what} {}", self.name));
    }
}

impl Lifecycle for Node {
    fn start(&self) -> Result<(), BoxError> {
        (self.start)()?;
        self.note("start");
        Ok(())
    }

    fn stop(&self, _: &Outcome) -> Result<(), BoxError> {
        self.note("stop");
        Ok(())
    }
}

fn nothing() -> Work {
    Box::new(|| Ok(()))
}

fn failing(error: &'static str) -> Work {
    Box::new(move || Err(error.into()))
}

fn asks(name: &'static str) -> Requirement {
    let want = Want::Components(TypeKey::of::<Node>(), Arity::One);
    Requirement { parameter: name, want, name: Some(name) }
}

/// A component `app::NAME`, which needs others by their names.
fn node(
    name: &'static str,
    log: &Log,
    needs: &[&'static str],
    construct: Work,
    start: Work,
) -> ComponentBuilder<Node> {
    let (log, start, needed) = (log.clone(), Arc::new(start), needs.to_vec());
    let component = Component::builder(format!("app::{name}"), here!(), move |resolver| {
        for name in &needed {
            <Arc<Node> as Inject>::resolve(resolver, Some(name))?;
        }
        construct()?;
        let node = Node { name, log: log.clone(), start: start.clone() };
        node.note("construct");
        Ok(node)
    });
    let component = component.named(name).lifecycle();
    needs.iter().fold(component, |component, name| component.requires(asks(name)))
}

fn with(nodes: impl IntoIterator<Item = ComponentBuilder<Node>>) -> ContainerBuilder {
    nodes.into_iter().fold(Container::builder(), |builder, node| builder.component(node.build()))
}

fn noted(log: &Log) -> Vec<String> {
    std::mem::take(&mut *log.lock().unwrap())
}

/// Sends, and waits: work that one piece allows another one to go on.
fn signal() -> (Work, Work) {
    let (sender, receiver): (SyncSender<()>, Receiver<()>) = sync_channel(1);
    let receiver = Mutex::new(receiver);
    let send = move || Ok(sender.send(())?);
    (Box::new(send), Box::new(move || Ok(receiver.lock().unwrap().recv()?)))
}

fn wait(barrier: &Arc<Barrier>) -> Work {
    let barrier = barrier.clone();
    Box::new(move || {
        barrier.wait();
        Ok(())
    })
}

static BOTH: Barrier = Barrier::new(2);

#[component(parallel, when(profile = "parallel"))]
struct One(#[inject(value = { BOTH.wait(); 1 })] u8);

#[component(parallel, when(profile = "parallel"))]
async fn two() -> Two {
    tokio::task::yield_now().await;
    BOTH.wait();
    Two(2)
}

struct Two(u8);

#[test]
fn the_attribute_says_so() {
    let profiles = Profiles::new(["parallel"]);
    let container = Container::builder().registered().profiles(profiles).build().unwrap();
    assert_eq!(container.get::<One>().unwrap().0 + container.get::<Two>().unwrap().0, 3);
}

#[test]
fn two_wait_for_one_another_in_constructors_and_hooks() {
    let (log, both) = (Log::default(), Arc::new(Barrier::new(2)));
    let nodes = ["n0", "n1"].map(|name| node(name, &log, &[], wait(&both), wait(&both)).parallel());
    let container = with(nodes).build().unwrap();
    noted(&log);
    container.stop(&Outcome::Success);
    assert_eq!(noted(&log), ["stop n1", "stop n0"]);
}

/// The thread that builds is busy with `n2` until `n1` is ready, which needs `n0`.
#[test]
fn one_begins_as_soon_as_what_it_needs_is_ready() {
    let log = Log::default();
    let (constructed, wait_for_construction) = signal();
    let (started, wait_for_start) = signal();
    let nodes = [
        node("n0", &log, &[], nothing(), nothing()).parallel(),
        node("n1", &log, &["n0"], constructed, started).parallel(),
        node("n2", &log, &[], wait_for_construction, wait_for_start),
    ];
    with(nodes).build().unwrap();
    assert_eq!(noted(&log).len(), 6);
}

/// What a transient one holds, who holds that one waits for.
#[test]
fn one_waits_for_what_it_needs_through_others() {
    let log = Log::default();
    let (first, second) = signal();
    let nodes = [
        node("n0", &log, &["n1"], nothing(), nothing()).parallel(),
        node("n2", &log, &[], second, nothing()).parallel(),
    ];
    let middle = Component::builder("app::n1", here!(), |resolver: &Resolver<'_>| {
        let inner = <Arc<Node> as Inject>::resolve(resolver, Some("n2"))?;
        Ok(Node { name: "n1", log: inner.log.clone(), start: inner.start.clone() })
    });
    let middle = middle.named("n1").scope(Scope::Transient).requires(asks("n2"));
    let serial = node("n3", &log, &[], first, nothing());
    let container = with(nodes).component(middle.build()).component(serial.build()).build();
    container.unwrap();
    let happened = noted(&log);
    let at = |what: &str| happened.iter().position(|happened| happened == what).unwrap();
    assert!(at("construct n2") < at("construct n0"), "{happened:?}");
    assert!(at("start n2") < at("start n0"), "{happened:?}");
}

#[test]
fn all_others_stay_on_the_thread_that_builds() {
    let (log, (sender, threads)) = (Log::default(), channel());
    let threads_of = |name, parallel: bool| {
        let sender = Mutex::new(sender.clone());
        let send = move || Ok(sender.lock().unwrap().send((name, thread::current().id()))?);
        let node = node(name, &log, &[], Box::new(send), nothing());
        if parallel { node.parallel() } else { node }
    };
    with([threads_of("n0", false), threads_of("n1", true), threads_of("n2", false)])
        .build()
        .unwrap();
    drop(sender);
    let elsewhere = threads.iter().filter(|(_, id)| *id != thread::current().id());
    assert_eq!(elsewhere.map(|(name, _)| name).collect::<Vec<_>>(), ["n1"]);
}

fn fails(container: Result<Container, ContainerError>) -> (String, String) {
    let error = container.err().unwrap();
    (error.to_string(), std::error::Error::source(&error).unwrap().to_string())
}

/// `n2` fails first; `n1`, which comes before it, only after that. The other one is in the log.
#[test]
fn the_first_of_several_failures_in_order_is_the_error() {
    for panics in [false, true] {
        let log = Log::default();
        let (failed, wait) = signal();
        let second = move || {
            failed()?;
            Err("n2 does not work".into())
        };
        let first = move || {
            wait()?;
            if panics {
                panic!("n1 panics");
            }
            Err("n1 does not work".into())
        };
        let nodes = [
            node("n0", &log, &[], nothing(), nothing()),
            node("n1", &log, &["n0"], Box::new(first), nothing()).parallel(),
            node("n2", &log, &[], Box::new(second), nothing()).parallel(),
            node("n3", &log, &["n1"], nothing(), nothing()),
        ];
        let ((error, source), others) = logged(|messages| {
            let failure = fails(with(nodes).build());
            (failure, messages.try_iter().collect::<Vec<_>>())
        });
        assert_eq!(others, ["cannot be constructed: n2 does not work"]);
        let needed = "cannot be constructed, needed by `n1` of component `app::n3` (";
        assert!(error.starts_with("component `app::n1` (") && error.contains(needed), "{error}");
        assert_eq!(source, if panics { "panic: n1 panics" } else { "n1 does not work" });
        assert_eq!(noted(&log), ["construct n0"]);
    }
}

/// `n2` is started before `n1` fails, though it comes after it.
#[test]
fn a_failing_start_stops_all_that_was_started_in_reverse() {
    let log = Log::default();
    let (started, wait) = signal();
    let first = move || {
        wait()?;
        Err("n1 does not start".into())
    };
    let nodes = [
        node("n0", &log, &[], nothing(), nothing()).parallel(),
        node("n1", &log, &["n0"], nothing(), Box::new(first)).parallel(),
        node("n2", &log, &["n0"], nothing(), started).parallel(),
        node("n3", &log, &["n1"], nothing(), nothing()),
    ];
    let (error, source) = fails(with(nodes).build());
    let needed = "cannot be started, needed by `n1` of component `app::n3` (";
    assert!(error.starts_with("component `app::n1` (") && error.contains(needed), "{error}");
    assert_eq!(source, "n1 does not start");
    assert_eq!(noted(&log)[4..], ["start n0", "start n2", "stop n2", "stop n0"]);
}

#[test]
fn each_records_what_it_reads_itself_and_so_does_who_builds() {
    struct Rate(Config<Training>);
    struct Epochs(Config<Training>);
    impl Lifecycle for Rate {
        fn start(&self) -> Result<(), BoxError> {
            self.0.rate();
            Ok(())
        }
    }
    let (runtime, _) = Runtime::builder(thinking_modules::main_module!()).environment([]).load();
    let both = Arc::new(Barrier::new(2));
    let (one, two) = (both.clone(), both);
    // While the other one records.
    let rate = Component::builder("app::Rate", here!(), move |resolver| {
        let training: Config<Training> = resolver.resolve(None)?;
        one.wait();
        Ok(Rate(training))
    });
    let epochs = Component::builder("app::Epochs", here!(), move |resolver| {
        let training: Config<Training> = resolver.resolve(None)?;
        training.epochs();
        two.wait();
        Ok(Epochs(training))
    });
    let requires = || Requirement::of::<Config<Training>>("training", None);
    let outer = Recording::start(runtime.facets().source());
    let container = Container::builder()
        .runtime(Arc::new(runtime))
        .component(rate.requires(requires()).parallel().lifecycle().build())
        .component(epochs.requires(requires()).parallel().build())
        .build()
        .unwrap();
    let reads = |requirement| container.lineage(&[requirement]).reads.into_keys().collect();
    let rate: Vec<String> = reads(Requirement::of::<Arc<Rate>>("rate", None));
    let epochs: Vec<String> = reads(Requirement::of::<Arc<Epochs>>("epochs", None));
    assert_eq!((rate, epochs), (vec!["training.rate".into()], vec!["training.epochs".into()]));
    let both: Vec<_> = outer.finish().settings.into_keys().collect();
    assert_eq!(both, ["training.epochs", "training.rate"]);
    let kept = container.get::<Epochs>().unwrap();
    assert_eq!(kept.0.epochs(), 3);
}

/// A graph by the positions of what each one needs, who is parallel, and who fails at what.
#[derive(Debug, Clone)]
struct Plan {
    needs: Vec<Vec<usize>>,
    parallel: Vec<bool>,
    fails: Vec<Option<bool>>,
}

fn plans() -> impl Strategy<Value = Plan> {
    (1..NAMES.len()).prop_flat_map(|len| {
        let needs = proptest::collection::vec(proptest::collection::vec(0..len, 0..3), len);
        let parallel = proptest::collection::vec(any::<bool>(), len);
        let fails = proptest::option::weighted(0.1, any::<bool>());
        let fails = proptest::collection::vec(fails, len);
        (needs, parallel, fails).prop_map(|(mut needs, parallel, fails)| {
            for (position, needs) in needs.iter_mut().enumerate() {
                needs.retain(|need| *need < position);
            }
            Plan { needs, parallel, fails }
        })
    })
}

/// What is seen of a container from its beginning to its end.
#[derive(Debug, PartialEq)]
struct Seen {
    error: Option<(String, String)>,
    wiring: serde_json::Value,
    stopped: Vec<String>,
}

fn see(plan: &Plan, parallel: bool) -> Seen {
    let log = Log::default();
    let nodes = plan.needs.iter().enumerate().map(|(position, needs)| {
        let needs: Vec<_> = needs.iter().map(|need| NAMES[*need]).collect();
        let (construct, start) = match plan.fails[position] {
            Some(true) => (failing("it does not construct"), nothing()),
            Some(false) => (nothing(), failing("it does not start")),
            None => (nothing(), nothing()),
        };
        let node = node(NAMES[position], &log, &needs, construct, start);
        if parallel && plan.parallel[position] { node.parallel() } else { node }
    });
    let blueprint = with(nodes).validate().unwrap();
    let wiring = serde_json::to_value(blueprint.wiring()).unwrap();
    let built = blueprint.build();
    let error = match built {
        Ok(container) => {
            container.stop(&Outcome::Success);
            None
        }
        error => Some(fails(error)),
    };
    let stopped = noted(&log).into_iter().filter(|noted| noted.starts_with("stop")).collect();
    Seen { error, wiring, stopped }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_result_is_that_of_one_after_the_other(plan in plans()) {
        let (alone, parallel) = (see(&plan, false), see(&plan, true));
        prop_assert_eq!(&parallel.error, &alone.error);
        prop_assert_eq!(&parallel.wiring, &alone.wiring);
        if alone.error.is_none() {
            prop_assert_eq!(&parallel.stopped, &alone.stopped);
        }
        // After a failure more may have been started, which is stopped among the others.
        let mut others = parallel.stopped.iter();
        prop_assert!(alone.stopped.iter().all(|stopped| others.any(|other| other == stopped)));
    }
}
