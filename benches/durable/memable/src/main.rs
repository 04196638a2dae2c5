//! Runs steps of memable: `durable-memable steps DIRECTORY NUMBER` for the first time, and with
//! `skip` in the place of `steps` once more. Prints nanoseconds, a line per step or skipped step.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use memable::{Context, Engine, EngineError, WorkflowState};

const INSTANCE: &str = "instance";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().context("`durable-memable FIGURE DIRECTORY NUMBER`");
    let (figure, directory) = (next()?, PathBuf::from(next()?));
    let number: u32 = next()?.parse().context("a whole number is expected")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let times = runtime.block_on(run(&figure, directory, number))?;
    let mut lines = String::new();
    for time in times {
        writeln!(lines, "{figure}\t{time}")?;
    }
    Ok(std::io::stdout().write_all(lines.as_bytes())?)
}

async fn run(figure: &str, directory: PathBuf, number: u32) -> Result<Vec<u128>> {
    let times = Arc::new(Mutex::new(Vec::new()));
    let measured = times.clone();
    let mut engine = Engine::builder().open(directory.join("memable.redb"))?.build();
    engine.register("steps", move |context: Context| {
        let measured = measured.clone();
        async move { steps(context, number, &measured).await }
    });
    engine.start().await?;
    // An instance that is kept is found again under its name.
    let kept = directory.join(INSTANCE);
    let invocation = match figure {
        "skip" => engine.resume("steps", &std::fs::read_to_string(&kept)?).await?,
        _ => engine.invoke("steps").await?,
    };
    std::fs::write(kept, invocation.instance_id())?;
    let state = invocation.wait().await;
    ensure!(matches!(state, WorkflowState::Completed(_)), "the workflow ended as {state}");
    engine.stop().await;
    let times = std::mem::take(&mut *times.lock().map_err(|_| anyhow::anyhow!("poisoned"))?);
    Ok(times)
}

async fn steps(
    context: Context,
    number: u32,
    measured: &Mutex<Vec<u128>>,
) -> Result<(), EngineError> {
    let mut times = Vec::with_capacity(number as usize);
    for n in 0..number {
        let begin = Instant::now();
        // The key is a part of what a step costs: ours makes one from the arguments, too.
        let result: u32 = context.step(&format!("item[{n}]")).run(async move || Ok(n)).await?;
        times.push(begin.elapsed().as_nanos());
        std::hint::black_box(result);
    }
    if let Ok(mut measured) = measured.lock() {
        *measured = times;
    }
    Ok(())
}
