//! The program that ends in its first step, so that its time is the time to that step.

use thinking::prelude::*;

#[derive(Debug, Serialize, Deserialize, Facet)]
#[facet(name = "bench")]
struct Bench {
    #[facet(default = 7, range = 1..=10)]
    number: u32,
}

/// Something to inject, with something of its own.
#[component]
struct Numbers {
    bench: Config<Bench>,
}

#[step]
fn first(numbers: Arc<Numbers>, _tx: &mut Tx) -> Result<u32> {
    std::process::exit(i32::from(numbers.bench.number() != 7))
}

#[stage]
fn experiment(stage: &Stage) -> Result<u32> {
    Ok(stage.run(first())?)
}

#[thinking::main]
fn main(app: App) -> Result<()> {
    app.experiment(experiment()).map(|_| ())
}
