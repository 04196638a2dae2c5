//! The HTML report in a real browser: it builds itself, it filters, and it interprets nothing.
//!
//! `THINKING_TESTS_BROWSER` names the browser, which then has to be there. Without the variable
//! `chromium` is tried, and where it is missing these tests only say so.

use std::env;
use std::fs;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use thinking_tests::report::{CaseReport, Outcome, RunReport, SuiteKind, SuiteReport, html};

const BROWSER_VARIABLE: &str = "THINKING_TESTS_BROWSER";

const HOSTILE: &str = "</script><img src=x onerror=\"document.title='owned'\">\u{1b}[31m&amp;";

fn run() -> RunReport {
    let mut run = RunReport::new("demo", "libtest", SystemTime::UNIX_EPOCH);
    let mut suite = SuiteReport::new("calculator", "calculator", SuiteKind::Unit);
    let mut bad = CaseReport::new("expression::divides", Outcome::Failed);
    bad.message = Some(HOSTILE.to_owned());
    bad.stdout = HOSTILE.to_owned();
    suite.cases = vec![
        bad,
        CaseReport::new("expression::adds", Outcome::Passed),
        CaseReport::new(HOSTILE, Outcome::Skipped),
    ];
    run.suites.push(suite);
    run
}

/// Opens the page, runs `script` in it, and returns the document after a moment; `None` if there
/// is no browser.
fn document(script: &str) -> Option<String> {
    let required = env::var_os(BROWSER_VARIABLE);
    let browser = required.clone().unwrap_or_else(|| "chromium".into());
    let dir = tempfile::tempdir().unwrap();
    let page = dir.path().join("report.html");
    let script = format!("<script>{script}</script></body>");
    fs::write(&page, html(&run()).unwrap().replace("</body>", &script)).unwrap();
    let output = Command::new(&browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", dir.path().join("profile").display()))
        // Timers run at once, and the document is taken when they have.
        .args(["--virtual-time-budget=3000", "--dump-dom"])
        .arg(format!("file://{}", page.display()))
        .stderr(Stdio::null())
        .output();
    match output {
        Ok(output) => Some(String::from_utf8(output.stdout).unwrap()),
        Err(error) => {
            assert!(required.is_none(), "`{}` does not start: {error}", browser.display());
            eprintln!("no browser, so the page was not looked at");
            None
        }
    }
}

/// Returns what a person sees: the document without scripts and data.
fn visible(document: &str) -> &str {
    let (visible, _) = document.split_once("<noscript>").unwrap();
    visible
}

#[test]
fn the_page_builds_itself() {
    let Some(document) = document("") else { return };
    let page = visible(&document);
    for text in [
        "<title>1 failed · demo</title>",
        "1 failed</span>",
        "1 passed</span>",
        "1 skipped</span>",
        ">calculator</span>",
        ">expression</span>",
        ">divides</span>",
        ">adds</span>",
        "&lt;/script&gt;&lt;img src=x onerror=",
    ] {
        assert!(page.contains(text), "{text} in {page}");
    }
}

#[test]
fn texts_are_not_interpreted() {
    let open_all = "document.querySelectorAll('details').forEach((d) => { d.open = true; })";
    let Some(document) = document(open_all) else {
        return;
    };
    assert!(!document.contains("<img"), "{document}");
    assert!(!document.contains("<title>owned"), "{document}");
    assert!(visible(&document).contains("<h3>Output</h3>"), "{document}");
}

#[test]
fn search_and_filters_narrow_the_list() {
    let search = "const box = document.getElementById('search'); box.value = 'ADDS expr'; \
        box.dispatchEvent(new Event('input'))";
    let Some(found) = document(search) else {
        return;
    };
    assert!(visible(&found).contains(">adds</span>"));
    assert!(!visible(&found).contains(">divides</span>"));

    let no_failures = "document.querySelector('#filters button').click()";
    let filtered = document(no_failures).unwrap();
    assert!(visible(&filtered).contains(">adds</span>"));
    assert!(!visible(&filtered).contains(">divides</span>"));
    assert!(filtered.contains("aria-pressed=\"false\""));

    let nothing = document(&search.replace("ADDS", "nowhere")).unwrap();
    assert!(nothing.contains("<p id=\"nothing\">"));
}
