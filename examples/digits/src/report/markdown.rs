//! The report as a Markdown page with a plot beside it.

use std::fmt::Display;

use thinking::component;

use super::{Report, ReportError, ReportFile, ReportWriter, percent, plot};
use crate::dataset::CLASSES;
use crate::training::EpochMetrics;

#[cfg(test)]
mod tests;

/// The name of the page.
pub(crate) const PAGE: &str = "report.md";

/// The name of the plot that the page shows.
pub(crate) const PLOT: &str = "learning.svg";

/// About how many epochs the page lists.
const LISTED_EPOCHS: usize = 10;

/// How many kinds of mistakes the page lists.
const LISTED_MISTAKES: usize = 5;

/// Writes the report as [`PAGE`], with tables that GitHub renders, and [`PLOT`].
#[component(provides = dyn ReportWriter)]
#[derive(Debug, Clone, Default)]
pub(crate) struct Markdown;

impl ReportWriter for Markdown {
    fn write(&self, report: &Report) -> Result<Vec<ReportFile>, ReportError> {
        let page = page(report);
        let plot = plot::draw(&report.epochs, report.evaluation.accuracy())?;
        Ok(vec![
            ReportFile { name: PAGE.to_owned(), bytes: page.into_bytes() },
            ReportFile { name: PLOT.to_owned(), bytes: plot.into_bytes() },
        ])
    }
}

fn page(report: &Report) -> String {
    let mut page = String::from("# Handwritten digits\n\n");
    page += &summary(report);
    page += "\n## Learning\n\n";
    page += &format!("![Loss and accuracy by epoch]({PLOT})\n\n");
    page += &learning(&report.epochs);
    page += "\n## Mistakes\n\n";
    page += &confusions(report);
    page += &mistakes(report);
    page += "\n## By digit\n\n";
    page += &digits(report);
    page += "\n## Settings\n\n";
    page += &settings(report);
    page
}

fn summary(report: &Report) -> String {
    let evaluation = &report.evaluation;
    let mut text = format!(
        "The network recognises **{}** of the digits that it has not seen before: {} of {}. \
         It learned from {} others in {} {}.\n",
        percent(evaluation.accuracy()),
        evaluation.recognised(),
        evaluation.rows(),
        report.train_rows,
        report.epochs.len(),
        if report.epochs.len() == 1 { "epoch" } else { "epochs" },
    );
    if let Some(last) = report.epochs.last() {
        text += &format!(
            "In the last one, the loss was {:.4} and the accuracy {}.\n",
            last.loss,
            percent(last.accuracy)
        );
    }
    text
}

fn learning(epochs: &[EpochMetrics]) -> String {
    let listed = listed(epochs);
    let mut text = String::new();
    if listed.len() < epochs.len() {
        text += &format!("{} of {} epochs:\n\n", listed.len(), epochs.len());
    }
    text += "| epoch | loss | accuracy |\n| ---: | ---: | ---: |\n";
    for metrics in listed {
        text += &cells([
            metrics.epoch.to_string(),
            format!("{:.4}", metrics.loss),
            percent(metrics.accuracy),
        ]);
    }
    text
}

/// Picks the first and the last epoch and, between them, every nth.
fn listed(epochs: &[EpochMetrics]) -> Vec<EpochMetrics> {
    let stride = epochs.len().div_ceil(LISTED_EPOCHS).max(1);
    let last = epochs.len();
    epochs
        .iter()
        .zip(1..)
        .filter(|&(_, number)| number == 1 || number % stride == 0 || number == last)
        .map(|(&metrics, _)| metrics)
        .collect()
}

fn confusions(report: &Report) -> String {
    let mut text = String::from("| written \\ recognised |");
    for digit in 0..CLASSES {
        text += &format!(" {digit} |");
    }
    text += &format!("\n| ---: |{}\n", " ---: |".repeat(CLASSES));
    for (actual, row) in report.evaluation.confusion.rows().into_iter().enumerate() {
        let counts = row.iter().enumerate().map(|(predicted, count)| match (predicted, count) {
            (_, 0) => "·".to_owned(),
            (digit, count) if digit == actual => format!("**{count}**"),
            (_, count) => count.to_string(),
        });
        text += &cells([format!("**{actual}**")].into_iter().chain(counts));
    }
    text
}

fn mistakes(report: &Report) -> String {
    let worst = report.evaluation.worst(LISTED_MISTAKES);
    if worst.is_empty() {
        return "\nThere are no mistakes.\n".to_owned();
    }
    let mut text = String::from("\nThe most frequent:\n\n");
    for mistake in worst {
        let times = match mistake.count {
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            count => format!("{count} times"),
        };
        text += &format!("- {} taken for {}, {times}\n", mistake.actual, mistake.predicted);
    }
    text
}

fn digits(report: &Report) -> String {
    let evaluation = &report.evaluation;
    let share = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), percent);
    let mut text =
        String::from("| digit | rows | precision | recall |\n| ---: | ---: | ---: | ---: |\n");
    for digit in (0u8..).take(CLASSES) {
        text += &cells([
            digit.to_string(),
            evaluation.support(digit).to_string(),
            share(evaluation.precision(digit)),
            share(evaluation.recall(digit)),
        ]);
    }
    text
}

fn settings(report: &Report) -> String {
    let mut text = String::from("| setting | value |\n| :--- | :--- |\n");
    for setting in &report.settings {
        text += &cells([escape(&setting.name), escape(&setting.value)]);
    }
    text
}

/// Joins cells to one row of a table.
fn cells(cells: impl IntoIterator<Item = impl Display>) -> String {
    let mut row = String::from("|");
    for cell in cells {
        row += &format!(" {cell} |");
    }
    row + "\n"
}

/// Keeps text from breaking out of its cell.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace(['\n', '\r'], " ")
}
