//! Many threads use one container at once: look-ups, transients, factories, lazies, and scopes that
//! open and close. Instances are counted, and so is what is left of them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use thinking::{
    Component, Container, Factory, Inject, Lazy, Outcome, Requirement, ResolveError, Scope,
};
use thinking_modules::here;

/// Miri runs them a thousand times slower, and looks at every access.
const ROUNDS: usize = if cfg!(miri) { 3 } else { 200 };
const THREADS: usize = 6;

/// How many instances of a component were made, and how many are left.
#[derive(Default)]
struct Count {
    made: AtomicUsize,
    left: AtomicUsize,
}

/// One instance; `S` tells the components apart.
struct Counted<const S: char> {
    count: Arc<Count>,
    number: usize,
}

impl<const S: char> Counted<S> {
    fn new(count: &Arc<Count>) -> Self {
        let number = count.made.fetch_add(1, Ordering::Relaxed);
        count.left.fetch_add(1, Ordering::Relaxed);
        Counted { count: count.clone(), number }
    }
}

impl<const S: char> Drop for Counted<S> {
    fn drop(&mut self) {
        self.count.left.fetch_sub(1, Ordering::Relaxed);
    }
}

type Singleton = Counted<'s'>;
type Transient = Counted<'t'>;
type OfStage = Counted<'g'>;
type OfStep = Counted<'p'>;

trait Numbered: Send + Sync {
    fn number(&self) -> usize;
}

impl Numbered for Singleton {
    fn number(&self) -> usize {
        self.number
    }
}

/// What a component of a program holds.
struct Holder {
    transient: Lazy<Arc<Transient>>,
    transients: Factory<Arc<Transient>>,
    step: Lazy<Arc<OfStep>>,
}

#[derive(Default)]
struct Counts {
    singleton: Arc<Count>,
    transient: Arc<Count>,
    stage: Arc<Count>,
    step: Arc<Count>,
}

fn container(counts: &Counts) -> Container {
    fn counted<const S: char>(
        path: &'static str,
        scope: Scope,
        count: &Arc<Count>,
    ) -> thinking::ComponentBuilder<Counted<S>> {
        let count = count.clone();
        Component::builder(path, here!(), move |_| Ok(Counted::<S>::new(&count))).scope(scope)
    }
    let singleton = counted::<'s'>("app::Singleton", Scope::Singleton, &counts.singleton);
    let holder = Component::builder("app::Holder", here!(), |resolver| {
        Ok(Holder {
            transient: resolver.resolve(None)?,
            transients: resolver.resolve(None)?,
            step: resolver.resolve(None)?,
        })
    });
    Container::builder()
        .component(singleton.provides(|one| one as Arc<dyn Numbered>).build())
        .component(counted::<'t'>("app::Transient", Scope::Transient, &counts.transient).build())
        .component(counted::<'g'>("app::OfStage", Scope::Stage, &counts.stage).build())
        .component(
            counted::<'p'>("app::OfStep", Scope::Step, &counts.step)
                .requires(Requirement::of::<Arc<OfStage>>("stage", None))
                .build(),
        )
        .component(
            holder
                .requires(Requirement::of::<Lazy<Arc<Transient>>>("transient", None))
                .requires(Requirement::of::<Factory<Arc<Transient>>>("transients", None))
                .requires(Requirement::of::<Lazy<Arc<OfStep>>>("step", None))
                .build(),
        )
        .build()
        .unwrap()
}

/// Runs `work` on all threads at once, round by round; its argument is the thread's number.
fn at_once(work: impl Fn(usize) + Sync) {
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (barrier, work) = (&barrier, &work);
            scope.spawn(move || {
                for _ in 0..ROUNDS {
                    barrier.wait();
                    work(number);
                }
            });
        }
    });
}

#[track_caller]
fn assert_counts(count: &Count, made: usize, left: usize) {
    let found = (count.made.load(Ordering::Relaxed), count.left.load(Ordering::Relaxed));
    assert_eq!(found, (made, left), "made and left");
}

#[test]
fn look_ups_from_many_threads_find_the_same_one() {
    let counts = Counts::default();
    let container = container(&counts);
    let first = container.get::<Singleton>().unwrap();
    at_once(|_| {
        assert!(Arc::ptr_eq(&first, &container.get::<Singleton>().unwrap()));
        assert_eq!(container.get::<dyn Numbered>().unwrap().number(), 0);
        let all: Vec<Arc<dyn Numbered>> = container.inject(None).unwrap();
        assert_eq!(all.len(), 1);
        assert!(matches!(container.get::<String>(), Err(ResolveError::Missing { .. })));
    });
    drop(first);
    drop(container);
    assert_counts(&counts.singleton, 1, 0);
}

#[test]
fn each_who_asks_gets_a_transient_of_its_own_and_a_lazy_one_is_shared() {
    let counts = Counts::default();
    let container = container(&counts);
    let holder = container.get::<Holder>().unwrap();
    at_once(|_| {
        let shared = holder.transient.get().unwrap();
        assert!(Arc::ptr_eq(&shared, &holder.transient.get().unwrap()));
        let new = holder.transients.create().unwrap();
        let own = container.get::<Transient>().unwrap();
        assert!(new.number != own.number && own.number != shared.number);
    });
    // Two for each thread and round, and the one that the `Lazy` keeps, which is made once.
    assert_counts(&counts.transient, 2 * THREADS * ROUNDS + 1, 1);
    drop((holder, container));
    assert_counts(&counts.transient, 2 * THREADS * ROUNDS + 1, 0);
}

#[test]
fn scopes_open_and_close_beside_one_another() {
    let counts = Counts::default();
    let container = container(&counts);
    let holder = container.get::<Holder>().unwrap();
    let made_here = AtomicUsize::new(0);
    at_once(|number| {
        let stage = container.open(Scope::Stage);
        let of_stage = stage.container().get::<OfStage>().unwrap();
        for _ in 0..2 {
            let step = stage.container().open(Scope::Step);
            let of_step = step.container().get::<OfStep>().unwrap();
            // On this thread the step that runs here counts, whatever runs on others.
            step.run(|| assert!(Arc::ptr_eq(&of_step, &holder.step.get().unwrap())));
            assert!(Arc::ptr_eq(&of_stage, &step.container().get::<OfStage>().unwrap()));
            made_here.fetch_add(1, Ordering::Relaxed);
            match number % 2 {
                0 => assert!(step.close(&Outcome::Success).is_empty()),
                _ => drop(step),
            }
            assert!(holder.step.get().is_err(), "no step runs here now");
        }
        assert!(container.get::<OfStep>().is_err());
    });
    let steps = made_here.into_inner();
    assert_eq!(steps, 2 * THREADS * ROUNDS);
    assert_counts(&counts.stage, THREADS * ROUNDS, 0);
    assert_counts(&counts.step, steps, 0);
}

#[test]
fn threads_share_one_scope_that_is_closed_once_they_are_done() {
    let counts = Counts::default();
    let container = container(&counts);
    let holder = container.get::<Holder>().unwrap();
    for round in 1..=ROUNDS.min(20) {
        let stage = container.open(Scope::Stage);
        let step = stage.container().open(Scope::Step);
        let barrier = Barrier::new(THREADS);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    barrier.wait();
                    let mine = step.container().get::<OfStep>().unwrap();
                    step.run(|| assert!(Arc::ptr_eq(&mine, &holder.step.get().unwrap())));
                });
            }
        });
        assert!(step.close(&Outcome::Success).is_empty());
        assert_counts(&counts.step, round, 0);
    }
}

/// A container may be dropped while others still ask through what they hold.
#[test]
fn a_container_goes_while_others_ask() {
    fn is_gone<T: Inject>(answer: &Result<T, ResolveError>) -> bool {
        matches!(answer, Err(ResolveError::Gone))
    }
    for _ in 0..ROUNDS.min(20) {
        let counts = Counts::default();
        let container = container(&counts);
        let holder = container.get::<Holder>().unwrap();
        let barrier = Barrier::new(THREADS + 1);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    barrier.wait();
                    while !is_gone(&holder.transients.create()) {
                        thread::yield_now();
                    }
                    assert!(is_gone(&holder.step.get()));
                });
            }
            barrier.wait();
            drop(container);
        });
        let made = counts.transient.made.load(Ordering::Relaxed);
        assert_counts(&counts.transient, made, 0);
        assert_counts(&counts.singleton, 1, 0);
    }
}
