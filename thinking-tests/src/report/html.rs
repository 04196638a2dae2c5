//! One HTML page that needs nothing else: no server, no network, no other file.

mod island;

use thiserror::Error;

use super::model::RunReport;
use super::sanitize::json_island;
use island::Island;

const PAGE: &str = include_str!("assets/page.html");
const STYLE: &str = include_str!("assets/page.css");
/// What a browser is told to refuse: everything but this style and this script, which it knows by
/// their hashes.
const POLICY: &str = include_str!("assets/policy.txt");
/// The parts of the script; each uses what stands before it, and functions of those behind it.
const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("assets/script/base.js"),
    include_str!("assets/script/state.js"),
    include_str!("assets/script/text.js"),
    include_str!("assets/script/list.js"),
    include_str!("assets/script/detail.js"),
    include_str!("assets/script/time.js"),
    include_str!("assets/script/history.js"),
    include_str!("assets/script/coverage.js"),
    include_str!("assets/script/main.js"),
    "})();\n",
);

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
/// so nothing that a case printed is interpreted. Should it be all the same, a Content Security
/// Policy refuses every script but the page's own, and every address.
///
/// The form of the JSON is described in `report/html/island.rs`, for programs that read it.
///
/// The page takes about 100 kB, and about 0.3 kB more for each case that passed in silence.
///
/// # Errors
///
/// [`HtmlError::Json`] if the report is not representable as JSON.
pub fn html(run: &RunReport) -> Result<String, HtmlError> {
    let data = json_island(&serde_json::to_string(&Island::new(run))?);
    let (style, script) = (dense(STYLE), dense(SCRIPT));
    let mut page = String::with_capacity(PAGE.len() + style.len() + script.len() + data.len());
    // Only the template's own marks are replaced: the data may hold anything, marks included.
    let mut rest = PAGE;
    let parts = [
        ("{{policy}}", POLICY.trim_end()),
        ("{{style}}", &style),
        ("{{data}}", &data),
        ("{{script}}", &script),
    ];
    for (mark, text) in parts {
        let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
        page.push_str(before);
        page.push_str(text);
        rest = after;
    }
    page.push_str(rest);
    Ok(page)
}

/// Leaves out indentation and lines that are only comments, a tenth of the page; none of the
/// assets has a text that goes over lines.
fn dense(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let is_comment =
        |line: &str| line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
    lines.filter(|line| !line.is_empty() && !is_comment(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
