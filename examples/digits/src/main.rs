//! A resumable experiment: a small network learns handwritten digits.

use thinking::prelude::*;

mod dataset;
mod evaluation;
mod experiment;
mod network;
mod optimizer;
mod report;
mod settings;
mod source;
mod split;
mod standardise;
#[cfg(test)]
mod tests;
mod trainer;
mod training;

#[thinking::main]
#[allow(clippy::print_stdout, reason = "the result is what the program is for")]
fn main(app: App) -> Result<()> {
    let findings = app.experiment(experiment::experiment())?;
    println!("recognises {:.1} % of the test digits", 100.0 * findings.accuracy);
    println!("report: {}", findings.page.display());
    Ok(())
}
