//! One HTML page that needs nothing else: no server, no network, no other file.

use serde::Serialize;
use thiserror::Error;

use super::model::{Counts, RunReport};
use super::sanitize::{json_island, plain};

const PAGE: &str = include_str!("assets/page.html");
const STYLE: &str = include_str!("assets/page.css");
const SCRIPT: &str = include_str!("assets/page.js");

/// Why no page came of a report.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HtmlError {
    /// The report is not representable as JSON.
    #[error("the test report cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// Renders `run` as a self-contained HTML page.
///
/// The page holds the report as JSON and builds its elements from it as text, never as markup,
/// so nothing that a case printed is interpreted.
///
/// # Errors
///
/// [`HtmlError::Json`] if the report is not representable as JSON.
pub fn html(run: &RunReport) -> Result<String, HtmlError> {
    let data = serde_json::to_string(&Page { counts: run.counts(), run: &without_escapes(run) })?;
    let data = json_island(&data);
    let mut page = String::with_capacity(PAGE.len() + STYLE.len() + SCRIPT.len() + data.len());
    // Only the template's own marks are replaced: the data may hold anything, marks included.
    let mut rest = PAGE;
    for (mark, text) in [("{{style}}", STYLE), ("{{data}}", &data), ("{{script}}", SCRIPT)] {
        let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
        page.push_str(before);
        page.push_str(text);
        rest = after;
    }
    page.push_str(rest);
    Ok(page)
}

/// What the page's script reads.
#[derive(Serialize)]
struct Page<'a> {
    counts: Counts,
    run: &'a RunReport,
}

/// Removes terminal escape sequences, which a page cannot show.
fn without_escapes(run: &RunReport) -> RunReport {
    let mut run = run.clone();
    for case in run.suites.iter_mut().flat_map(|suite| &mut suite.cases) {
        case.stdout = plain(&case.stdout);
        case.stderr = plain(&case.stderr);
        case.message = case.message.as_deref().map(plain);
        for attempt in &mut case.earlier {
            attempt.output = plain(&attempt.output);
            attempt.message = attempt.message.as_deref().map(plain);
        }
    }
    run
}

#[cfg(test)]
mod tests;
