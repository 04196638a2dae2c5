//! A parameter that the container cannot supply.

struct Clock;

#[thinking::main]
fn main(clock: Clock) {
    let _ = clock;
}
