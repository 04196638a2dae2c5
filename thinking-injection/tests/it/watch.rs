//! Constructors and hooks that take long are named in the log, while they do.

use std::fmt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use thinking::{AsyncLifecycle, BoxError, Component, Container, Lifecycle, Outcome, Resolver};
use tracing::field::{Field, Visit};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// So short that it is over before anything is looked at.
const LIMIT: Duration = Duration::ZERO;
/// So long that a test which waits for it has failed.
const LONG: Duration = Duration::from_secs(3600);

/// Hands on what is logged from `warn` on.
struct Log(Mutex<Sender<String>>);

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

impl<S: tracing::Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if *event.metadata().level() <= tracing::Level::WARN {
            let mut message = Message(String::new());
            event.record(&mut message);
            self.0.lock().unwrap().send(message.0).unwrap();
        }
    }
}

/// Goes on in each of its hooks when it has been named.
struct Slow(Mutex<Receiver<String>>, Mutex<Vec<String>>);

impl Slow {
    fn wait(&self) {
        let message = self.0.lock().unwrap().recv().unwrap();
        // How long it took differs.
        let (before, rest) = message.split_once(" after ").unwrap();
        let (_, limit) = rest.split_once("; ").unwrap();
        self.1.lock().unwrap().push(format!("{before}; {limit}"));
    }
}

impl Lifecycle for Slow {
    fn start(&self) -> Result<(), BoxError> {
        self.wait();
        Ok(())
    }

    fn stop(&self, _: &Outcome) -> Result<(), BoxError> {
        self.wait();
        Ok(())
    }
}

pub(crate) fn logged<T>(run: impl FnOnce(Receiver<String>) -> T) -> T {
    let (sender, receiver) = channel();
    let log = tracing_subscriber::registry().with(Log(Mutex::new(sender)));
    tracing::subscriber::with_default(log, || run(receiver))
}

/// The same with hooks that are `async`.
struct SlowAsync(Slow);

impl AsyncLifecycle for SlowAsync {
    async fn start(&self) -> Result<(), BoxError> {
        self.0.wait();
        Ok(())
    }

    async fn stop(&self, _: &Outcome) -> Result<(), BoxError> {
        self.0.wait();
        Ok(())
    }
}

/// Those that hang at once go on together, when the last of them has been named.
#[test]
fn all_that_hang_at_once_are_named() {
    logged(|receiver| {
        let names = Mutex::new((receiver, Vec::new()));
        let (both, names) = (Arc::new(Barrier::new(2)), Arc::new(names));
        let hanging = |path: &'static str| {
            let (both, names) = (both.clone(), names.clone());
            move |_: &Resolver<'_>| {
                let mut names = names.lock().unwrap();
                let message = names.0.recv().unwrap();
                names.1.push(message.split_once(" after ").unwrap().0.to_owned());
                drop(names);
                both.wait();
                Ok(path.len())
            }
        };
        let component = |path| {
            let component = Component::builder(path, thinking_modules::here!(), hanging(path));
            component.named(path).parallel().build()
        };
        let container = Container::builder()
            .component(component("app::one"))
            .component(component("app::two"))
            .hook_limit(LIMIT)
            .build();
        container.unwrap();
        let mut named = names.lock().unwrap().1.clone();
        named.sort();
        assert_eq!(
            named,
            ["one", "two"].map(|name| { format!("`app::{name}` is still not constructed") })
        );
    });
}

#[test]
fn each_async_hook_that_hangs_is_named() {
    logged(|receiver| {
        let new = Mutex::new(Some(receiver));
        let slow = Component::builder("app::Slow", thinking_modules::here!(), move |resolver| {
            let slow = Slow(Mutex::new(new.lock().unwrap().take().unwrap()), Mutex::default());
            resolver.block_on(async {
                tokio::task::yield_now().await;
                slow.wait();
            })?;
            Ok(SlowAsync(slow))
        });
        let slow = slow.async_lifecycle().limit(LIMIT).build();
        let container = Container::builder().component(slow).build().unwrap();
        let slow = container.get::<SlowAsync>().unwrap();
        container.stop(&Outcome::Success);
        assert_eq!(
            *slow.0.1.lock().unwrap(),
            ["constructed", "started", "stopped"]
                .map(|done| format!("`app::Slow` is still not {done}; its limit is 0.0 s"))
        );
    });
}

#[test]
fn each_hook_that_hangs_is_named() {
    logged(|receiver| {
        let new = Mutex::new(Some(receiver));
        let slow = Component::builder("app::Slow", thinking_modules::here!(), move |_| {
            let receiver = new.lock().unwrap().take().unwrap();
            let slow = Slow(Mutex::new(receiver), Mutex::default());
            slow.wait();
            Ok(slow)
        });
        let container =
            Container::builder().component(slow.lifecycle().build()).hook_limit(LIMIT).build();
        let container = container.unwrap();
        let slow = container.get::<Slow>().unwrap();
        container.stop(&Outcome::Success);
        assert_eq!(
            *slow.1.lock().unwrap(),
            ["constructed", "started", "stopped"]
                .map(|done| format!("`app::Slow` is still not {done}; its limit is 0.0 s"))
        );
    });
}

/// A limit of the component's own comes before that of the container.
#[test]
fn one_that_is_in_time_is_not_named() {
    logged(|receiver| {
        let quick = |path: &'static str| {
            Component::builder(path, thinking_modules::here!(), |_| Ok(path.len()))
        };
        let built = Container::builder()
            .component(quick("app::quick").limit(LONG).build())
            .hook_limit(LONG)
            .build();
        let container = built.unwrap();
        assert_eq!(*container.get::<usize>().unwrap(), 10);
        assert!(container.stop(&Outcome::Success).is_empty());
        drop(container);
        assert!(receiver.try_recv().is_err());
    });
}
