//! What the attribute of a case accepts, in cases that use it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use thinking_injection::{Container, ContainerBuilder, Outcome, component, interface};
use thinking_tests::{Case, cases};

#[interface]
trait Clock: Send + Sync {
    fn now(&self) -> u64;
}

#[component(provides = dyn Clock)]
struct Real;

impl Clock for Real {
    fn now(&self) -> u64 {
        1
    }
}

#[derive(Clone)]
struct Frozen(u64);

impl Clock for Frozen {
    fn now(&self) -> u64 {
        self.0
    }
}

#[component]
struct Report {
    clock: Arc<dyn Clock>,
}

mod policy {
    use super::{Duration, case};

    #[thinking_tests::test(
        crate = thinking_tests,
        tags("slow", "db"), tags = "net", timeout = "1m 30s", retries = 2, exclusive("db", "net"),
    )]
    fn everything() {
        let policy = case("policy::everything").policy;
        assert_eq!(policy.tags, ["slow", "db", "net"]);
        assert_eq!(policy.timeout, Some(Duration::from_secs(90)));
        assert_eq!(policy.retries, Some(2));
        assert_eq!(policy.exclusive, ["db", "net"]);
        assert!(!policy.should_panic);
    }

    #[thinking_tests::test(crate = thinking_tests)]
    #[should_panic = "on purpose"]
    fn panics() {
        assert!(case("policy::panics").policy.should_panic);
        panic!("on purpose");
    }

    /// Where a program ignores a test, it is mostly on some condition.
    #[thinking_tests::test(crate = thinking_tests)]
    #[cfg_attr(all(), ignore = "to see that it is kept")]
    fn ignored() {
        panic!("it was not to run");
    }

    #[thinking_tests::test(crate = thinking_tests)]
    #[cfg_attr(all(), ignore = "to see that it is kept")]
    #[row(1)]
    fn ignored_rows(_row: u32) {
        panic!("it was not to run");
    }

    #[thinking_tests::test(crate = thinking_tests)]
    fn result() -> Result<(), std::num::ParseIntError> {
        let number: u32 = "7".parse()?;
        assert_eq!(number, 7);
        Ok(())
    }
}

mod setup {
    use super::{Arc, AtomicU32, Clock, Mutex, Ordering, Outcome, Report};

    struct Store {
        opened: u64,
        rows: Mutex<Vec<u32>>,
    }

    fn open_store(clock: Arc<dyn Clock>, report: Arc<Report>) -> Store {
        assert_eq!(clock.now(), report.clock.now());
        Store { opened: clock.now(), rows: Mutex::default() }
    }

    fn open_or_fail(clock: Arc<dyn Clock>) -> Result<Store, std::io::Error> {
        Ok(Store { opened: clock.now(), rows: Mutex::default() })
    }

    fn check_store(setup: Store, outcome: Outcome) {
        assert_eq!(outcome, Outcome::Success);
        assert_eq!(setup.rows.into_inner().unwrap(), [3]);
    }

    #[thinking_tests::test(crate = thinking_tests, setup = open_store, teardown = check_store)]
    fn borrowed(setup: &Store, clock: Arc<dyn Clock>) {
        assert_eq!(setup.opened, clock.now());
        setup.rows.lock().unwrap().push(3);
    }

    #[thinking_tests::test(
        crate = thinking_tests,
        setup = open_or_fail,
        teardown = |store: Store, outcome: &Outcome| check_store(store, outcome.clone()),
    )]
    fn borrowed_to_change(clock: Arc<dyn Clock>, setup: &mut Store) {
        assert_eq!(setup.opened, clock.now());
        setup.rows.get_mut().unwrap().push(3);
    }

    #[thinking_tests::test(crate = thinking_tests, setup = open_store)]
    fn taken(setup: Store) {
        assert_eq!(setup.opened, 1);
    }

    #[thinking_tests::test(
        crate = thinking_tests,
        setup = || Arc::new(AtomicU32::new(0)),
        teardown = |count: Arc<AtomicU32>| assert_eq!(count.load(Ordering::Relaxed), 1),
    )]
    fn taken_with_a_clone_for_the_teardown(setup: Arc<AtomicU32>) {
        setup.fetch_add(1, Ordering::Relaxed);
    }

    #[thinking_tests::test(crate = thinking_tests, setup = open_store, teardown = || {})]
    fn taken_with_a_teardown_that_asks_for_nothing(setup: Store) {
        drop(setup);
    }

    #[thinking_tests::test(
        crate = thinking_tests,
        teardown = |outcome: Outcome| match outcome {
            Outcome::Success => Ok(()),
            other => Err(other.to_string()),
        },
    )]
    fn no_setup_at_all() {}
}

mod with {
    use super::{Arc, Clock, Container, ContainerBuilder, Frozen, Report, component};

    fn fake_clock() -> Arc<dyn Clock> {
        Arc::new(Frozen(7))
    }

    fn no_report(builder: ContainerBuilder) -> ContainerBuilder {
        builder.remove(thinking_injection::Pick::of::<Report>())
    }

    #[thinking_tests::test(crate = thinking_tests, with = fake_clock)]
    fn function(clock: Arc<dyn Clock>, report: Arc<Report>) {
        assert_eq!((clock.now(), report.clock.now()), (7, 7));
    }

    #[thinking_tests::test(crate = thinking_tests, with = fake_clock, with = no_report)]
    fn code(clock: Arc<dyn Clock>, report: Option<Arc<Report>>) {
        assert_eq!(clock.now(), 7);
        assert!(report.is_none());
    }

    #[thinking_tests::test(crate = thinking_tests, with(dyn Clock = Frozen(8)))]
    fn value(report: Arc<Report>) {
        assert_eq!(report.clock.now(), 8);
    }

    #[thinking_tests::test(crate = thinking_tests, with(dyn Clock = Arc::new(Frozen(9))))]
    fn shared_value(report: Arc<Report>) {
        assert_eq!(report.clock.now(), 9);
    }

    #[thinking_tests::test(
        crate = thinking_tests,
        with(dyn Clock = Box::new(Frozen(10)) as Box<dyn Clock>, Report = Report { clock: fake_clock() }),
    )]
    fn boxed_value(clock: Arc<dyn Clock>, report: Arc<Report>, container: Container) {
        assert_eq!((clock.now(), report.clock.now()), (10, 7));
        assert_eq!(container.get::<Report>().unwrap().clock.now(), 7);
    }

    #[component]
    struct Unused;
}

mod rows {
    use super::{Arc, Clock};

    const FOUR: i64 = 4;

    #[thinking_tests::test(crate = thinking_tests, tags = "rows")]
    #[row(2, FOUR)]
    #[row(named("negative number"), -3, 9)]
    #[row(named("2 twice"), 1 + 1, FOUR)]
    fn squares(input: i64, expected: i64, clock: Arc<dyn Clock>) -> Result<(), String> {
        assert_eq!(clock.now(), 1);
        match input * input == expected {
            true => Ok(()),
            false => Err(format!("{input} squared is not {expected}")),
        }
    }

    #[thinking_tests::test(crate = thinking_tests)]
    #[row("a,b", &["a", "b"])]
    #[row("", &[""])]
    fn references(text: &str, parts: &[&str]) {
        assert_eq!(text.split(',').collect::<Vec<_>>(), parts);
    }

    #[thinking_tests::test(crate = thinking_tests, setup = || 5_u32)]
    #[should_panic = "5 is too much"]
    #[row(1)]
    #[row(4)]
    fn panicking(limit: u32, setup: u32) {
        assert!(setup <= limit, "{setup} is too much");
    }

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Mode {
        Fast,
        Exact,
    }

    #[thinking_tests::test(crate = thinking_tests)]
    #[row(2)]
    #[row(named("three"), 3)]
    fn powers(
        base: u32,
        #[values(0, 1)] exponent: u32,
        #[values(Mode::Fast, Mode::Exact)] mode: Mode,
        clock: Arc<dyn Clock>,
    ) {
        assert!(mode == Mode::Fast || u64::from(base.pow(exponent)) >= clock.now());
    }

    #[thinking_tests::test(crate = thinking_tests)]
    fn only_values(
        #[values(-1, 1)] sign: i64,
        #[values("a b", "a, b")] text: &str,
        #[values(1 + 1, 2 + 2)] size: i64,
    ) {
        assert!((sign * size).abs() >= 2 && text.starts_with('a'));
    }

    #[test]
    fn the_function_can_be_called() {
        powers(1, 1, Mode::Exact, Arc::new(super::Real));
        assert!(squares(1, 1, Arc::new(super::Real)).is_ok());
    }
}

mod asynchronous {
    use super::{Arc, Clock};

    #[thinking_tests::test(crate = thinking_tests)]
    async fn waits(clock: Arc<dyn Clock>) -> Result<(), tokio::sync::oneshot::error::RecvError> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        tokio::spawn(async move { sender.send(clock.now()) });
        assert_eq!(receiver.await?, 1);
        Ok(())
    }

    #[thinking_tests::test(crate = thinking_tests, setup = || 3_u32)]
    #[row(3)]
    async fn rows_wait(value: u32, setup: &u32) {
        tokio::task::yield_now().await;
        assert_eq!(value, *setup);
    }
}

#[thinking_tests::tests(tags = "group", timeout = "30s", retries = 1, setup = || 1_u32, crate = thinking_tests)]
mod group {
    use super::{Duration, case};

    #[thinking_tests::test]
    fn takes_all(setup: u32) {
        assert_eq!(setup, 1);
        let policy = case("group::takes_all").policy;
        assert_eq!(policy.tags, ["group"]);
        assert_eq!((policy.timeout, policy.retries), (Some(Duration::from_secs(30)), Some(1)));
    }

    #[thinking_tests::test(tags("own"), retries = 0, setup = || "mine",)]
    fn wins(setup: &str) {
        assert_eq!(setup, "mine");
        let policy = case("group::wins").policy;
        assert_eq!(policy.tags, ["group", "own"]);
        assert_eq!((policy.timeout, policy.retries), (Some(Duration::from_secs(30)), Some(0)));
    }

    #[thinking_tests::tests(tags = "inner", timeout = "5s")]
    mod inner {
        use super::super::{Duration, case};

        #[thinking_tests::test]
        #[row(1)]
        fn takes_both(row: u32, setup: u32) {
            assert_eq!(row, setup);
            let policy = case("group::inner::takes_both::row_1").policy;
            assert_eq!(policy.tags, ["group", "inner"]);
            assert_eq!((policy.timeout, policy.retries), (Some(Duration::from_secs(5)), Some(1)));
        }
    }

    mod plain {
        use super::super::case;

        #[thinking_tests::test]
        fn takes_those_of_the_group_around() {
            let policy = case("group::plain::takes_those_of_the_group_around").policy;
            assert_eq!(policy.tags, ["group"]);
        }
    }

    #[test]
    fn ordinary_tests_stay_as_they_are() {
        assert!(super::cases().all(|case| !case.name.contains("ordinary")));
    }
}

mod names {
    /// What insta and its like do to learn where they are.
    macro_rules! function_name {
        () => {{
            fn inner() {}
            let name = std::any::type_name_of_val(&inner);
            name.strip_suffix("::inner").unwrap()
        }};
    }

    #[thinking_tests::test(crate = thinking_tests, setup = || 1_u8, teardown = || {})]
    fn bound(setup: u8) {
        let _ = setup;
        assert!(function_name!().ends_with("::bound"), "{}", function_name!());
        assert_eq!(std::thread::current().name(), Some("options::names::bound"));
    }

    #[thinking_tests::test(crate = thinking_tests)]
    fn r#match() {
        assert_eq!(std::thread::current().name(), Some("options::names::r#match"));
        super::case("names::r#match");
    }

    #[thinking_tests::test(crate = thinking_tests)]
    #[row(1)]
    fn r#loop(_one: u8) {
        assert_eq!(std::thread::current().name(), Some("options::names::r#loop::row_1"));
        super::case("names::r#loop::row_1");
    }

    #[thinking_tests::test(crate = thinking_tests)]
    #[row(1)]
    fn row(_one: u8) {
        assert_eq!(function_name!(), "it::options::names::row");
        assert_eq!(std::thread::current().name(), Some("options::names::row::row_1"));
    }
}

#[test]
fn each_combination_of_values_is_a_case() {
    let names = |function: &str| {
        let below = format!("it::options::rows::{function}::");
        let mut names: Vec<_> =
            cases().filter_map(|case| case.name.strip_prefix(&*below)).collect();
        names.sort_unstable();
        names
    };
    let of_powers = ["exponent_0_mode_exact", "exponent_0_mode_fast", "exponent_1_mode_exact"];
    let of_powers = of_powers.into_iter().chain(["exponent_1_mode_fast"]);
    let of_powers: Vec<_> =
        of_powers.flat_map(|name| [format!("row_1_{name}"), format!("three_{name}")]).collect();
    let mut of_powers: Vec<_> = of_powers.iter().map(String::as_str).collect();
    of_powers.sort_unstable();
    assert_eq!(names("powers"), of_powers);
    // Values without a word of their own are counted.
    let of_values = [
        "sign_1_text_1_size_1",
        "sign_1_text_1_size_2",
        "sign_1_text_2_size_1",
        "sign_1_text_2_size_2",
        "sign_minus_1_text_1_size_1",
        "sign_minus_1_text_1_size_2",
        "sign_minus_1_text_2_size_1",
        "sign_minus_1_text_2_size_2",
    ];
    assert_eq!(names("only_values"), of_values);
}

/// The line is that of the function's name, or of the row.
#[test]
fn cases_know_their_lines() {
    let text = include_str!("options.rs");
    let line_of = |part: &str| text.lines().position(|line| line.contains(part)).unwrap() + 1;
    assert_eq!(case("policy::everything").line as usize, line_of("fn everything()"));
    assert_eq!(case("rows::squares::row_1").line as usize, line_of("#[row(2, FOUR)]"));
    let named = case("rows::squares::negative_number");
    assert_eq!(named.line as usize, line_of("negative number"));
    assert_eq!(named.module, "it::options::rows::squares");
    assert_eq!(named.policy.tags, ["rows"]);
    case("rows::squares::row_2_twice");
}

fn case(name: &str) -> &'static Case {
    let name = format!("it::options::{name}");
    cases().find(|case| case.name == name).unwrap()
}
