//! The program that ends in `main`'s body, so that its time is the time to that body.

use std::path::PathBuf;
use std::process::ExitCode;

use thinking::prelude::*;

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "training")]
struct Training {
    #[facet(range = 1..=100)]
    epochs: u32,
    #[facet(default = 0.1)]
    learning_rate: f64,
    schedule: Schedule,
}

#[derive(Debug, Deserialize)]
struct Schedule {
    warm_up: String,
}

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "data")]
struct Data {
    path: PathBuf,
    folds: Vec<u32>,
}

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "report")]
struct Report {
    title: String,
    #[facet(default = true)]
    plots: bool,
}

#[thinking::main]
fn main(training: Config<Training>, data: Config<Data>, report: Config<Report>) -> ExitCode {
    let rates = training.epochs() == 40 && training.learning_rate() == 0.02;
    let parts = data.folds().len() == 3 && data.path().ends_with("digits.csv");
    let rest = report.plots() && report.title() == "Digits";
    let warm = training.schedule().warm_up == "30s";
    // Ends here, as a body that works would only begin.
    std::process::exit(i32::from(!(rates && parts && rest && warm)))
}
