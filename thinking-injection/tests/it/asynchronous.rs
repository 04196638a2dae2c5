//! Constructors and hooks that are `async`, beside those that are not.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use thinking::{
    AsyncLifecycle, BoxError, Component, Container, ContainerBuilder, Factory, Lifecycle, Outcome,
    Requirement, Scope, component,
};
use thinking_modules::here;
use thinking_runtime::{Config, Profiles, Runtime};
use tokio::runtime::Handle;
use tokio::sync::{Barrier, mpsc, oneshot};

use crate::lineage::Training;

/// So long that a test which waits for it has failed.
const LONG: Duration = Duration::from_secs(3600);

/// Waits for something that another thread does.
async fn elsewhere() -> Result<(), BoxError> {
    let (sender, receiver) = oneshot::channel();
    tokio::spawn(async { sender.send(()) });
    Ok(tokio::time::timeout(LONG, receiver).await??)
}

#[component(when(profile = "async"))]
struct Address(#[inject(value = "localhost".to_owned())] String);

struct Connection {
    address: String,
    handle: Handle,
}

#[component(when(profile = "async"))]
async fn connection(address: Arc<Address>, handle: Handle) -> Result<Connection, BoxError> {
    elsewhere().await?;
    assert_eq!(handle.id(), Handle::current().id());
    Ok(Connection { address: address.0.clone(), handle })
}

struct Pool(Arc<Connection>);

#[component]
impl Pool {
    #[component(when(profile = "async"))]
    async fn open(connection: Arc<Connection>) -> Self {
        tokio::task::yield_now().await;
        Pool(connection)
    }
}

#[component(instances(twice::<3>), when(profile = "async"))]
async fn twice<const N: usize>(_pool: Arc<Pool>) -> [u8; N] {
    [2; N]
}

#[component(when(profile = "async"))]
struct Users {
    pool: Arc<Pool>,
    twice: Arc<[u8; 3]>,
}

fn builder() -> ContainerBuilder {
    Container::builder().registered().profiles(Profiles::new(["async"]))
}

#[test]
fn async_and_other_constructors_mix_in_one_graph() {
    let container = builder().build().unwrap();
    let users = container.get::<Users>().unwrap();
    assert_eq!((users.pool.0.address.as_str(), *users.twice), ("localhost", [2; 3]));
    let handle: Handle = container.inject(None).unwrap();
    assert_eq!(handle.id(), users.pool.0.handle.id(), "there is one runtime");
    assert_eq!(handle.block_on(async { 3 }), 3);
    let tree = container.wiring().tree();
    assert!(tree.contains("handle: the runtime of tokio"), "{tree}");
}

/// Tokio's own way to wait panics here.
#[tokio::test]
async fn a_container_is_built_stopped_and_dropped_inside_a_runtime() {
    let container = builder().build().unwrap();
    let theirs = container.get::<Connection>().unwrap().handle.id();
    assert_ne!(theirs, Handle::current().id(), "the container has its own");
    assert!(container.stop(&Outcome::Success).is_empty());
    drop(container);
    // What follows is in this test's runtime, again.
    elsewhere().await.unwrap();
    assert_ne!(theirs, Handle::current().id());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_container_is_built_in_a_task_of_the_only_worker() {
    let built = tokio::spawn(async { builder().build().unwrap().get::<Users>().is_ok() });
    assert!(built.await.unwrap());
}

/// In a task, tokio's channels and timers pause now and then, to let other tasks run. A wait inside
/// of one constructor went round for ever: nobody gave the task more time.
#[tokio::test]
async fn a_constructor_inside_of_a_task_may_do_much() {
    let busy = Component::builder("app::busy", here!(), |resolver| {
        Ok(resolver.block_on(async {
            let (sender, mut receiver) = mpsc::unbounded_channel();
            (1..=1000_u32).for_each(|number| sender.send(number).unwrap());
            drop(sender);
            let mut sum = 0;
            while let Some(number) = receiver.recv().await {
                sum += number;
            }
            sum
        })?)
    });
    let built = tokio::spawn(async { Container::builder().component(busy.build()).build() });
    let container = built.await.unwrap().unwrap();
    assert_eq!(*container.get::<u32>().unwrap(), 500_500);
}

/// More wait at once than there are workers, each for a task.
#[test]
fn tasks_of_the_own_runtime_make_components_that_wait_for_tasks() {
    let many = std::thread::available_parallelism().unwrap().get() + 1;
    let together = Arc::new(Barrier::new(many));
    let transient = Component::builder("app::transient", here!(), move |resolver| {
        let together = together.clone();
        resolver.block_on(async move {
            together.wait().await;
            elsewhere().await?;
            Ok(1_u32)
        })?
    });
    let container =
        Container::builder().component(transient.scope(Scope::Transient).build()).build().unwrap();
    let factory: Arc<Factory<Arc<u32>>> = Arc::new(container.inject(None).unwrap());
    let handle: Handle = container.inject(None).unwrap();
    let create = |_| {
        let factory = factory.clone();
        handle.spawn(async move { *factory.create().unwrap() })
    };
    let made: Vec<_> = (0..many).map(create).collect();
    let sum = handle.block_on(async {
        let mut sum = 0;
        for made in made {
            sum += made.await.unwrap();
        }
        sum
    });
    assert_eq!(sum as usize, many);
}

struct Trained(Config<Training>);

impl AsyncLifecycle for Trained {
    async fn start(&self) -> Result<(), BoxError> {
        elsewhere().await?;
        self.0.epochs();
        Ok(())
    }
}

#[test]
fn what_is_read_after_a_wait_is_recorded() {
    let (runtime, _) = Runtime::builder(thinking_modules::main_module!()).environment([]).load();
    let trained = Component::builder("app::Trained", here!(), |resolver| {
        let training: Config<Training> = resolver.resolve(None)?;
        resolver.block_on(async {
            elsewhere().await?;
            training.rate();
            Ok::<_, BoxError>(())
        })??;
        Ok(Trained(training))
    });
    let trained = trained
        .requires(Requirement::of::<Config<Training>>("training", None))
        .async_lifecycle()
        .build();
    let other = Component::builder("app::other", here!(), |resolver| {
        resolver.block_on(elsewhere())??;
        Ok(1_u8)
    });
    let container = Container::builder()
        .runtime(Arc::new(runtime))
        .component(trained)
        .component(other.build())
        .build()
        .unwrap();
    let reads = |requirement| container.lineage(&[requirement]).reads.into_keys().collect();
    let read: Vec<String> = reads(Requirement::of::<Arc<Trained>>("trained", None));
    assert_eq!(read, ["training.epochs", "training.rate"]);
    let read: Vec<String> = reads(Requirement::of::<Arc<u8>>("other", None));
    assert_eq!(read, [""; 0]);
}

type Log = Arc<Mutex<Vec<String>>>;

/// Notes its hooks, which fail where it is told to.
struct Noting<const N: usize>(Log, &'static str);

impl<const N: usize> Noting<N> {
    fn note(&self, what: &'static str) -> Result<(), BoxError> {
        self.0.lock().unwrap().push(format!("{what} {N}"));
        match self.1 {
            fails if fails == what => Err(format!("{N} does not {what}").into()),
            panics if panics.strip_suffix(" panics") == Some(what) => panic!("{N} panics"),
            _ => Ok(()),
        }
    }
}

/// The even ones are `async`.
impl AsyncLifecycle for Noting<2> {
    async fn start(&self) -> Result<(), BoxError> {
        elsewhere().await?;
        self.note("start")
    }

    async fn stop(&self, outcome: &Outcome) -> Result<(), BoxError> {
        self.0.lock().unwrap().push(outcome.to_string());
        elsewhere().await?;
        self.note("stop")
    }
}

impl AsyncLifecycle for Noting<4> {
    async fn start(&self) -> Result<(), BoxError> {
        self.note("start")
    }
}

macro_rules! odd {
    ($($n:literal)*) => {$(
        impl Lifecycle for Noting<$n> {
            fn start(&self) -> Result<(), BoxError> {
                self.note("start")
            }

            fn stop(&self, _: &Outcome) -> Result<(), BoxError> {
                self.note("stop")
            }
        }
    )*};
}

odd!(1 3);

/// 1 before 2 before 3 before 4.
fn chain(log: &Log, two: &'static str) -> Result<Container, thinking::ContainerError> {
    let new = |fails| (log.clone(), fails);
    let (one, three, four) = (new(""), new(""), new(""));
    let (log, fails) = new(two);
    let one = Component::builder("app::1", here!(), move |_| Ok(Noting::<1>(one.0.clone(), one.1)));
    let two = Component::builder("app::2", here!(), move |resolver| {
        resolver.block_on(async {
            elsewhere().await?;
            let two = Noting::<2>(log.clone(), fails);
            two.note("construct")?;
            Ok(two)
        })?
    });
    let three =
        Component::builder("app::3", here!(), move |_| Ok(Noting::<3>(three.0.clone(), "")));
    let four = Component::builder("app::4", here!(), move |_| Ok(Noting::<4>(four.0.clone(), "")));
    Container::builder()
        .component(one.lifecycle().build())
        .component(
            two.requires(Requirement::of::<Arc<Noting<1>>>("one", None)).async_lifecycle().build(),
        )
        .component(
            three.requires(Requirement::of::<Arc<Noting<2>>>("two", None)).lifecycle().build(),
        )
        .component(
            four.requires(Requirement::of::<Arc<Noting<3>>>("three", None))
                .async_lifecycle()
                .build(),
        )
        .build()
}

fn noted(log: &Log) -> String {
    std::mem::take(&mut *log.lock().unwrap()).join(", ")
}

#[test]
fn hooks_of_both_kinds_run_in_order_and_in_reverse() {
    let log = Log::default();
    let container = chain(&log, "").unwrap();
    assert_eq!(noted(&log), "construct 2, start 1, start 2, start 3, start 4");
    assert!(container.stop(&Outcome::Success).is_empty());
    assert_eq!(noted(&log), "stop 3, success, stop 2, stop 1");
}

#[test]
fn a_failing_async_constructor_or_hook_ends_the_start_and_stops_what_was_started() {
    for (fails, error, reason, happened) in [
        ("construct", "constructed", "2 does not construct", "construct 2"),
        ("construct panics", "constructed", "panic: 2 panics", "construct 2"),
        ("start", "started", "2 does not start", "construct 2, start 1, start 2, stop 1"),
        ("start panics", "started", "panic: 2 panics", "construct 2, start 1, start 2, stop 1"),
    ] {
        let log = Log::default();
        let found = chain(&log, fails).err().unwrap();
        let text = found.to_string();
        assert!(text.starts_with("component `app::2` ("), "{text}");
        let needed = ["`two` of component `app::3` (", "`three` of component `app::4` ("];
        for needed in needed.map(|needed| format!(", needed by {needed}")) {
            assert!(
                text.contains(&format!("cannot be {error}, ")) && text.contains(&needed),
                "{text}"
            );
        }
        assert_eq!(std::error::Error::source(&found).unwrap().to_string(), reason);
        assert_eq!(noted(&log), happened);
    }
}

#[test]
fn a_failing_async_stop_does_not_keep_the_others_from_stopping() {
    for (fails, reason) in [("stop", "2 does not stop"), ("stop panics", "panic: 2 panics")] {
        let log = Log::default();
        let container = chain(&log, fails).unwrap();
        noted(&log);
        let errors = container.stop(&Outcome::Success);
        assert_eq!(errors.iter().map(ToString::to_string).collect::<Vec<_>>(), [reason]);
        assert_eq!(noted(&log), "stop 3, success, stop 2, stop 1");
    }
}

/// Those that live in a step have async constructors and hooks, too.
#[test]
fn what_lives_in_a_step_is_made_and_stopped_there() {
    let log = Log::default();
    let noting = log.clone();
    let two = Component::builder("app::2", here!(), move |resolver| {
        resolver.block_on(elsewhere())??;
        Ok(Noting::<2>(noting.clone(), ""))
    });
    let container = Container::builder()
        .component(two.scope(Scope::Step).async_lifecycle().build())
        .build()
        .unwrap();
    let step = container.open(Scope::Step);
    step.container().get::<Noting<2>>().unwrap();
    assert!(step.close(&Outcome::Success).is_empty());
    assert_eq!(noted(&log), "start 2, success, stop 2");
}
