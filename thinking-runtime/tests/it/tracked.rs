//! Which tracked helpers a recording sees, and by which names.

use std::any::TypeId;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use thinking::{Recording, helpers, helpers_of, tracked};
use thinking_modules::{Kind, registry};

#[tracked]
fn free() -> u32 {
    1
}

/// Called on threads that record nothing, so in the recordings of all tests that run meanwhile.
#[tracked]
fn far() {}

const FAR: &str = "it::tracked::far";

#[tracked]
fn outer(call: bool) -> u32 {
    if call { free() } else { 0 }
}

#[tracked(version = 2)]
fn generic<T: Default>(list: impl IntoIterator<Item = T>) -> T {
    list.into_iter().next().unwrap_or_default()
}

#[tracked]
#[allow(dead_code, reason = "it is registered although nobody instantiates it")]
fn never_used<T>(value: T) -> T {
    value
}

#[tracked]
async fn polled() -> u32 {
    7
}

#[tracked]
extern "C" fn foreign(n: u32) -> u32 {
    n
}

#[tracked]
fn r#move() {}

struct Model<T>(T);

impl<T: Copy> Model<T> {
    #[tracked]
    fn new(value: T) -> Self {
        Model(value)
    }

    #[tracked]
    fn value(&self) -> T {
        self.0
    }
}

trait Named {
    #[tracked]
    fn name(&self) -> String {
        "default".to_owned()
    }

    fn id(&self) -> u32;
}

impl<T> Named for Model<T> {
    #[tracked]
    fn id(&self) -> u32 {
        3
    }
}

struct Sgd {
    rate: f64,
}

#[tracked]
impl Sgd {
    /// Documented.
    fn new(rate: f64) -> Self {
        Sgd { rate }
    }

    fn rate(&self) -> f64 {
        self.rate
    }
}

#[tracked]
impl Named for Sgd {
    fn id(&self) -> u32 {
        4
    }
}

struct Cache<T>(Vec<T>);

#[tracked]
impl<T: Clone> Cache<T>
where
    T: Default,
{
    fn first(&self) -> T {
        self.0.first().cloned().unwrap_or_default()
    }
}

/// What is called in `run`, without the module that all have in common.
fn called<T>(run: impl FnOnce() -> T) -> Vec<String> {
    let recording = Recording::start(None);
    let _ = run();
    let names = recording.finish().helpers.into_keys().filter(|name| name != FAR);
    names.map(|name| name.strip_prefix("it::tracked::").unwrap().to_owned()).collect()
}

#[test]
fn a_call_is_recorded_with_those_of_the_helpers_it_calls() {
    assert_eq!(called(|| {}), [""; 0]);
    assert_eq!(called(|| outer(false)), ["outer"]);
    assert_eq!(called(|| (outer(true), outer(true))), ["free", "outer"]);
}

#[test]
fn functions_of_every_kind_are_recorded() {
    assert_eq!(called(|| (generic([1_u8]), generic(["a"]))), ["generic"]);
    assert_eq!(called(|| Model::new(1_u8).value()), ["Model::new", "Model::value"]);
    assert_eq!(called(|| Model(1).id()), ["Model::id"]);
    assert_eq!(called(|| Model(1).name()), ["Named::name"]);
    assert_eq!(called(|| foreign(1)), ["foreign"]);
    assert_eq!(called(r#move), ["move"]);
}

#[test]
fn an_async_function_is_called_when_it_is_first_polled() {
    let mut future = pin!(polled());
    assert_eq!(called(polled), [""; 0]);
    let poll = || {
        assert_eq!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(7));
    };
    assert_eq!(called(poll), ["polled"]);
}

#[test]
fn a_call_of_any_function_of_a_block_is_one_of_the_block() {
    assert_eq!(called(|| Sgd::new(0.5)), ["impl Sgd"]);
    let sgd = Sgd::new(0.5);
    assert_eq!(called(|| sgd.rate()), ["impl Sgd"]);
    assert_eq!(called(|| sgd.id()), ["impl Named for Sgd"]);
    assert_eq!(called(|| Cache(vec![1]).first()), ["impl Cache<T>"]);
}

#[test]
fn nested_recordings_all_get_the_call_and_one_that_starts_later_gets_the_next() {
    let outer = Recording::start(1);
    let inner = Recording::start(2);
    free();
    assert_eq!(inner.finish().helpers.len(), 1);
    assert_eq!(called(free), ["free"]);
    assert_eq!(outer.finish().helpers.len(), 1);
}

#[test]
fn a_call_on_a_thread_that_records_nothing_goes_to_all_configurations() {
    let mine = Recording::start(1);
    let others = std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            let recording = Recording::start(2);
            std::thread::scope(|scope| scope.spawn(far).join().unwrap());
            recording.finish()
        });
        other.join().unwrap()
    });
    assert!(others.helpers.contains_key(FAR));
    assert!(mine.finish().helpers.contains_key(FAR));
}

#[test]
fn a_call_on_a_thread_that_records_is_nobody_elses() {
    let mine = Recording::start(1);
    let worker = || assert_eq!(called(free), ["free"]);
    std::thread::scope(|scope| scope.spawn(worker).join().unwrap());
    assert!(!mine.finish().helpers.contains_key("it::tracked::free"));
}

/// What a thread remembers to have reported must not outlive the recording that got it.
#[test]
fn a_thread_whose_recording_ended_reports_to_the_others_again() {
    let mine = Recording::start(1);
    let worker = || {
        let own = Recording::start(1);
        far();
        assert!(own.finish().helpers.contains_key(FAR));
        far();
    };
    std::thread::scope(|scope| scope.spawn(worker).join().unwrap());
    assert!(mine.finish().helpers.contains_key(FAR));
}

#[test]
fn every_helper_is_known_by_its_name_and_its_kind() {
    let names: Vec<_> = helpers().keys().map(|name| &name["it::tracked::".len()..]).collect();
    expect_test::expect![[r#"
        [
            "Model::id",
            "Model::new",
            "Model::value",
            "Named::name",
            "commented::f",
            "commented::impl A",
            "edited::f",
            "edited::impl A",
            "far",
            "foreign",
            "free",
            "generic",
            "impl Cache<T>",
            "impl Named for Sgd",
            "impl Sgd",
            "move",
            "never_used",
            "outer",
            "plain::f",
            "plain::impl A",
            "polled",
            "raised::f",
            "raised::impl A",
            "twice::impl A",
        ]
    "#]]
    .assert_debug_eq(&names);
    // Two blocks have one name.
    assert_eq!(registry::of_kind(Kind::Tracked).count(), names.len() + 1);
    let blocks: Vec<_> = helpers_of(TypeId::of::<Sgd>()).into_keys().collect();
    assert_eq!(blocks, ["it::tracked::impl Named for Sgd", "it::tracked::impl Sgd"]);
    assert!(helpers_of(TypeId::of::<Cache<u8>>()).is_empty());
}

/// Modules that differ in what they say of the same items.
mod plain {
    use thinking::tracked;

    pub(super) struct A;

    #[tracked]
    pub(super) fn f(n: u32) -> u32 {
        n + 1
    }

    #[tracked]
    impl A {
        pub(super) fn g() {}
    }
}

#[rustfmt::skip]
mod commented {
    use thinking::tracked;

    pub(super) struct A;

    /// Documented.
    #[tracked]
    #[inline]
    pub(super) fn f(
        n: u32
    ) -> u32 {
        // Explained.
        n
            +1
    }

    #[tracked]
    #[allow(clippy::all)]
    impl A {
        /// Documented, too.
        pub(super) fn g() { /* nothing */ }
    }
}

mod edited {
    use thinking::tracked;

    pub(super) struct A;

    #[tracked]
    pub(super) fn f(n: u32) -> u32 {
        n + 2
    }

    #[tracked]
    impl A {
        pub(super) fn g() {
            f(1);
        }
    }
}

mod raised {
    use thinking::tracked;

    pub(super) struct A;

    #[tracked(version = 1)]
    pub(super) fn f(n: u32) -> u32 {
        n + 1
    }

    #[tracked(version = 1)]
    impl A {
        pub(super) fn g() {}
    }
}

#[test]
fn a_hash_is_that_of_the_tokens_and_the_version() {
    let all = || (plain::A::g(), commented::A::g(), edited::A::g(), raised::A::g());
    assert_eq!(called(all).len(), 5);
    assert_eq!(called(|| plain::f(1) + commented::f(1) + raised::f(1)).len(), 3);
    for name in ["f", "impl A"] {
        let hash = |module: &str| &helpers()[&format!("it::tracked::{module}::{name}")];
        assert_eq!(hash("commented"), hash("plain"), "{name}");
        assert_ne!(hash("edited"), hash("plain"), "{name}");
        assert_ne!(hash("raised"), hash("plain"), "{name}");
    }
}

/// Two of one name are told apart by nobody, so both count.
mod twice {
    use thinking::tracked;

    pub(super) struct A;

    #[tracked]
    impl A {
        pub(super) fn f() -> u32 {
            1
        }
    }

    #[tracked]
    impl A {
        pub(super) fn g() -> u32 {
            2
        }
    }
}

#[test]
fn two_blocks_of_one_name_have_one_hash() {
    let name = "it::tracked::twice::impl A";
    for run in [twice::A::f, twice::A::g] {
        let recording = Recording::start(None);
        run();
        assert_eq!(recording.finish().helpers[name], helpers()[name]);
    }
}
