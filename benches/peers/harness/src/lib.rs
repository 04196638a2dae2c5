//! Times what a program does, in the same way for each, and prints a line per sample: the row of
//! the table, a tab, and nanoseconds.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::thread;
use std::time::{Duration, Instant};

/// So many samples are taken of a row, after a few that are not counted.
const SAMPLES: u32 = 30;
const WARM_UP: u32 = 5;
/// Who takes so long has to do with fewer, but with this many.
const PATIENCE: Duration = Duration::from_secs(2);
const FEWEST_SAMPLES: u32 = 2;
/// So many services are looked up or made in a sample, so that the clock's own time is lost in it.
const CALLS: u32 = 20_000;
/// A sample of these is reported as the time of so many, as less than a nanosecond matters.
const REPORTED: u32 = 1_000;
/// So many components are built in a sample, in as many containers as that takes.
const BUILT: usize = 2_000;
/// Frameworks that build by recursion need a deep stack for a chain of 1,000 components.
const STACK_BYTES: usize = 512 << 20;

/// Runs a program's measurements on a thread with a deep stack.
pub fn run(measure: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(measure);
    thread.expect("a thread starts").join().expect("the measurements do not panic");
}

/// Times 1,000 calls of `call`; dropping what it returned counts.
pub fn thousand<T>(row: &str, mut call: impl FnMut() -> T) {
    report(row, || {
        let begin = Instant::now();
        for _ in 0..CALLS {
            black_box(call());
        }
        begin.elapsed() * REPORTED / CALLS
    });
}

/// Times `build`, which builds a container of `components` components and returns all that keeps
/// them alive; dropping it does not count.
pub fn building<T>(row: &str, components: usize, mut build: impl FnMut() -> T) {
    let containers = BUILT / components;
    let mut built = Vec::with_capacity(containers);
    report(row, || {
        let begin = Instant::now();
        for _ in 0..containers {
            built.push(black_box(build()));
        }
        let time = begin.elapsed();
        built.clear();
        time / u32::try_from(containers).expect("few containers")
    });
}

fn report(row: &str, mut sample: impl FnMut() -> Duration) {
    let mut lines = String::new();
    let begin = Instant::now();
    for number in 0..WARM_UP + SAMPLES {
        let is_late = begin.elapsed() > PATIENCE;
        if is_late && number >= WARM_UP + FEWEST_SAMPLES {
            break;
        }
        let time = sample();
        if number >= WARM_UP {
            writeln!(lines, "{row}\t{}", time.as_nanos()).expect("a string takes what is written");
        }
    }
    std::io::stdout().write_all(lines.as_bytes()).expect("standard output is open");
}

/// Includes the components of the program that is compiled: a call of `components!`, which
/// `cargo xtask bench injection` writes.
#[macro_export]
macro_rules! include_components {
    () => {
        include!(concat!(env!("COMPONENTS"), "/", env!("CARGO_BIN_NAME"), ".rs"));
    };
}
