//! An experiment with a helper behind each step. The test `tracked` builds it from edited copies of
//! this text.

extern crate thinking_executor as thinking;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use thinking::{
    ExecutorError, OnChange, Options, Stage, Store, Tx, execute, stage, step, tracked,
};
use thinking_dbs::Database;
use thinking_injection::{BoxError, Container, component, interface};

static EXECUTED: AtomicBool = AtomicBool::new(false);
/// Whether the body of a sealed stage ran.
static REPLAYED: AtomicBool = AtomicBool::new(false);

mod helpers {
    use thinking::tracked;

    #[tracked]
    pub fn twice(n: u32) -> u32 {
        n + n
    }

    #[tracked]
    pub fn around(n: u32) -> u32 {
        inside(n) + 1
    }

    #[tracked]
    fn inside(n: u32) -> u32 {
        n * 10
    }

    /// Not tracked itself.
    pub fn between(n: u32) -> u32 {
        last(n)
    }

    #[tracked]
    pub fn last(n: u32) -> u32 {
        n + 7
    }

    #[tracked]
    pub fn largest<T: Ord + Copy>(values: &[T]) -> Option<T> {
        values.iter().copied().max()
    }
}

#[interface(crate = thinking_injection)]
trait Optimizer: Send + Sync {
    fn rate(&self) -> u32;
}

#[component(crate = thinking_injection, provides = dyn Optimizer)]
struct Adam {}

#[tracked]
impl Optimizer for Adam {
    fn rate(&self) -> u32 {
        3
    }
}

#[component(crate = thinking_injection)]
struct Trainer {
    #[allow(dead_code)]
    optimizer: Arc<dyn Optimizer>,
}

struct Warm(u32);

#[tracked]
fn warm_up() -> u32 {
    5
}

#[component(crate = thinking_injection)]
fn warm() -> Warm {
    Warm(warm_up())
}

#[component(crate = thinking_injection)]
struct Model {}

impl Model {
    fn predict(&self) -> u32 {
        self.width() + 1
    }

    #[tracked]
    fn width(&self) -> u32 {
        16
    }
}

#[step]
fn direct(_tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    Ok(helpers::twice(4))
}

#[step]
fn nested(_tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    Ok(helpers::around(4))
}

#[step]
fn generic(_tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    Ok(helpers::largest(&[1, 2]).unwrap_or_default())
}

#[step]
fn indirect(_tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    Ok(helpers::between(4))
}

#[step]
fn worker(_tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    let worker = std::thread::spawn(|| helpers::twice(5));
    worker.join().map_err(|_| "the worker panicked".into())
}

#[step]
fn method(model: Arc<Model>, _tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    Ok(model.predict())
}

#[step]
fn constructor(warm: Arc<Warm>, _tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    Ok(warm.0)
}

/// Depends on the block without calling it.
#[step]
fn injected(_optimizer: Arc<dyn Optimizer>, _tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    Ok(1)
}

#[step]
fn below(_trainer: Arc<Trainer>, _tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    Ok(1)
}

#[step]
fn fails(_tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    Err(format!("{} is too much", helpers::twice(6)).into())
}

#[step]
fn without(_tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    Ok(1)
}

#[step]
fn number(_tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    Ok(4)
}

#[stage(sealed)]
fn alone(stage: &Stage) -> Result<u32, BoxError> {
    REPLAYED.store(true, Ordering::Relaxed);
    Ok(stage.run(number())?)
}

/// Calls a helper in its own body.
#[stage(sealed)]
fn calling(stage: &Stage) -> Result<u32, BoxError> {
    REPLAYED.store(true, Ordering::Relaxed);
    Ok(helpers::twice(stage.run(number())?))
}

#[stage]
fn thrice(stage: &Stage) -> Result<u32, BoxError> {
    Ok(stage.run(number())? * 3)
}

/// Depends on the code of a stage in it.
#[stage(sealed)]
fn around(stage: &Stage) -> Result<u32, BoxError> {
    REPLAYED.store(true, Ordering::Relaxed);
    Ok(stage.run(thrice())?)
}

#[step]
fn forty(_tx: &mut Tx) -> Result<u32, BoxError> {
    EXECUTED.store(true, Ordering::Relaxed);
    Ok(40)
}

/// Depends on the code of a step in it, and in one that is sealed itself.
#[stage(sealed)]
fn above(stage: &Stage) -> Result<u32, BoxError> {
    REPLAYED.store(true, Ordering::Relaxed);
    Ok(stage.run(alone())? + stage.run(forty())?)
}

/// Runs the one step of this name.
#[stage]
fn one(step: String, stage: &Stage) -> Result<u32, BoxError> {
    Ok(match step.as_str() {
        "direct" => stage.run(direct())?,
        "nested" => stage.run(nested())?,
        "generic" => stage.run(generic())?,
        "indirect" => stage.run(indirect())?,
        "worker" => stage.run(worker())?,
        "method" => stage.run(method())?,
        "constructor" => stage.run(constructor())?,
        "injected" => stage.run(injected())?,
        "below" => stage.run(below())?,
        "fails" => {
            let failed = stage.run(fails());
            stage.run(without())? + failed.map_err(|_| 100).unwrap_or_else(|failed| failed)
        }
        "sealed alone" => stage.run(alone())?,
        "sealed calling" => stage.run(calling())?,
        "sealed around" => stage.run(around())?,
        "sealed above" => stage.run(above())?,
        _ => stage.run(without())?,
    })
}

const STEPS: [&str; 15] = [
    "direct",
    "nested",
    "generic",
    "indirect",
    "worker",
    "method",
    "constructor",
    "injected",
    "below",
    "fails",
    "without",
    "sealed alone",
    "sealed calling",
    "sealed around",
    "sealed above",
];

/// Runs each step in the store that the first argument names; the second one is the policy. Says
/// what became of each.
fn main() -> Result<(), BoxError> {
    let mut arguments = std::env::args().skip(1);
    let (file, policy) = (arguments.next().unwrap_or_default(), arguments.next());
    let on_change = match policy.as_deref() {
        Some("fork") => OnChange::Fork,
        _ => OnChange::Refuse,
    };
    for step in STEPS {
        let store = Store::open(Arc::new(Database::open("store", Path::new(&file))?))?;
        let container = Container::builder().registered().build()?;
        let options = Options { on_change, ..Options::default() };
        EXECUTED.store(false, Ordering::Relaxed);
        REPLAYED.store(false, Ordering::Relaxed);
        match execute(one(step.to_owned()), &container, store, options) {
            Ok(value) if EXECUTED.load(Ordering::Relaxed) => println!("{step}: executed, {value}"),
            Ok(value) if REPLAYED.load(Ordering::Relaxed) => println!("{step}: replayed, {value}"),
            Ok(value) => println!("{step}: reused, {value}"),
            Err(ExecutorError::Diverged(divergence)) => {
                let differences = divergence.differences.iter().map(ToString::to_string);
                println!("{step}: {}", differences.collect::<Vec<_>>().join("; "));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
