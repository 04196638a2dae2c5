//! The HTML report in a real browser: it is driven as a person does, by mouse and by keyboard.

use thinking_tests::report::{CaseReport, Outcome, RunReport, SuiteKind, SuiteReport, html};

use super::browser::Browser;
use super::sample;

/// The names of the rows that are built, in their order.
const ROWS: &str = "[...document.querySelectorAll('#tree .row .name')].map((row) => row.innerText)";

fn rows(browser: &mut Browser) -> Vec<String> {
    let rows = browser.eval(ROWS);
    rows.as_array().unwrap().iter().map(|row| row.as_str().unwrap().to_owned()).collect()
}

fn is_listed(name: &str) -> String {
    format!("{ROWS}.includes('{name}')")
}

pub(super) fn assert_quiet(browser: &mut Browser) {
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// The page lays itself out in the window: nothing has to be scrolled sideways but code.
#[track_caller]
pub(super) fn assert_fits(browser: &mut Browser) {
    let wide = browser.eval(
        "[...document.querySelectorAll('html, main > section, #detail, #tree, .page, .file, \
         .files')].filter((part) => part.scrollWidth > part.clientWidth + 1).flatMap((part) => \
         [...part.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > \
         part.getBoundingClientRect().right).slice(-3).map((one) => one.outerHTML))",
    );
    assert_eq!(wide, serde_json::json!([]));
}

#[test]
fn a_run_as_projects_have_them() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let page = html(&sample::realistic()).unwrap();
    browser.resize(1360, 860);
    the_page_builds_itself(&mut browser, &page);
    search_narrows_the_list(&mut browser, &page);
    filters_narrow_the_list(&mut browser, &page);
    the_keyboard_is_enough(&mut browser, &page);
    addresses_lead_to_places(&mut browser, &page);
    a_case_tells_everything(&mut browser, &page);
    assertions_are_compared(&mut browser, &page);
    logs_are_filtered(&mut browser, &page);
    attempts_are_tabs(&mut browser, &page);
    times_are_drawn(&mut browser, &page);
    history_is_drawn(&mut browser, &page);
    coverage_shows_lines_and_their_cases(&mut browser, &page);
    colours_follow_the_system_and_the_person(&mut browser, &page);
    every_view_fits_every_screen(&mut browser, &page);
    assert_quiet(&mut browser);
}

fn the_page_builds_itself(browser: &mut Browser, page: &str) {
    browser.open(page, "");
    browser.truth("document.title === '6 failed · calculator'");
    let verdict = browser.text("#verdict");
    for part in ["6 failed", "1 flaky", "1 skipped", "67 passed"] {
        assert!(verdict.contains(part), "{verdict}");
    }
    let names = rows(browser);
    // The failures are open, and come first; what is well is closed.
    assert_eq!(names[..5], ["calculator", "expression", "evaluator", "divides", "divides_by_zero"]);
    assert!(!names.contains(&"src/lib.rs - expression (line 12)".to_owned()), "{names:?}");
    let overview = browser.text("#detail");
    for part in ["seven halves", "survives_a_kill", "Log lines of no case", "no display"] {
        assert!(overview.contains(part), "{part}: {overview}");
    }
    for role in ["tree", "treeitem", "tablist", "tab", "tabpanel", "status"] {
        browser.truth(&format!("document.querySelector('[role={role}]')"));
    }
    browser.truth(
        "[...document.querySelectorAll('button, a, input, [tabindex=\"0\"]')].every((one) => \
         one.innerText.trim() || one.ariaLabel || one.closest('[hidden]') || one.id === 'search')",
    );
}

fn search_narrows_the_list(browser: &mut Browser, page: &str) {
    browser.open(page, "");
    browser.keys(&["/"]);
    browser.truth("document.activeElement.id === 'search'");
    browser.enter("EVAL adds");
    browser.truth(&format!("{} && {ROWS}.length === 3", is_listed("adds")));
    browser.truth("document.getElementById('found').innerText === '1 of 74 cases'");
    browser.truth("location.hash === '#q=EVAL+adds'");
    // Messages are searched, too, and words can be left out.
    browser.eval("document.getElementById('search').value = ''");
    browser.enter("old file -calculator::it");
    browser.truth("document.getElementById('tree').innerText.includes('No case matches')");
    browser.keys(&["Escape"]);
    browser.truth("location.hash === '#' || location.hash === ''");
    browser.truth(&is_listed("divides"));
}

fn filters_narrow_the_list(browser: &mut Browser, page: &str) {
    browser.open(page, "");
    browser.click("#outcomes .failed");
    browser.truth("location.hash === '#outcome=failed'");
    browser.truth("document.querySelector('#outcomes .failed').ariaPressed === 'true'");
    browser.truth(&format!("!{} && {}", is_listed("adds"), is_listed("divides")));
    browser.click("#tags .chip:nth-child(2)");
    browser.truth("document.getElementById('found').innerText === '1 of 74 cases'");
    // A second press leaves the tag out, a third one forgets it.
    browser.click("#tags .chip:nth-child(2)");
    browser.truth("document.getElementById('found').innerText === '2 of 74 cases'");
    browser.truth("location.hash === '#outcome=failed&not=db'");
    browser.click("#tags .chip:nth-child(2)");
    browser.truth("document.getElementById('found').innerText === '3 of 74 cases'");
    // A tag beside a case leads to the cases that have it, other links leave the filters alone.
    browser.click("#detail .to-case");
    browser.truth("location.hash.startsWith('#outcome=failed&case=calculator/')");
    browser.click("#detail .chip.tag");
    browser.truth("location.hash === '#tag=arithmetic'");
    browser.keys(&["Escape"]);
    browser.truth(&is_listed("adds"));
}

fn the_keyboard_is_enough(browser: &mut Browser, page: &str) {
    browser.open(page, "");
    let active = "document.querySelector('#tree .row.active .name')?.innerText";
    browser.keys(&["j"]);
    browser.truth(&format!("{active} === 'calculator'"));
    browser.truth("document.activeElement.id === 'tree'");
    browser.keys(&["ArrowLeft"]);
    browser.truth(&format!("!{}", is_listed("divides")));
    browser.keys(&["ArrowRight", "j", "j", "ArrowDown", "Enter"]);
    browser.truth("location.hash === '#case=calculator/expression::evaluator::divides'");
    browser.truth(
        "document.getElementById(document.getElementById('tree').getAttribute( \
         'aria-activedescendant')).ariaSelected === 'true'",
    );
    browser.truth("document.querySelector('.case-title').innerText.includes('divides')");
    // Beside an open case the details follow; `n` goes on to the next failure.
    browser.keys(&["k", "j", "j"]);
    browser.truth("location.hash.endsWith('::divides_by_zero')");
    browser.keys(&["n"]);
    browser.truth("location.hash.endsWith('::prints_the_tree')");
    browser.keys(&["p", "Escape"]);
    browser.truth("!document.querySelector('.case-title')");
    browser.keys(&["ArrowLeft", "ArrowLeft", "End"]);
    browser.truth(&format!("{active} === 'calculator (doc)'"));
    browser.keys(&["?"]);
    browser.truth("document.getElementById('help').innerText.includes('next, previous failure')");
    browser.picture("help");
    browser.keys(&["?"]);
    browser.truth("!document.getElementById('help').open");
    for (key, tab) in [("2", "slowest"), ("3", "timeline"), ("4", "history"), ("5", "coverage")] {
        browser.keys(&[key]);
        browser.truth(&format!("document.getElementById('tab-{tab}').ariaSelected === 'true'"));
        browser.truth(&format!("document.activeElement.id === 'tab-{tab}'"));
    }
    browser.keys(&["ArrowLeft"]);
    browser.truth("document.activeElement.id === 'tab-history'");
    browser.keys(&["Escape"]);
    browser.truth("!document.getElementById('panel-cases').hidden");
    browser.keys(&["f"]);
    browser.truth("document.getElementById('found').innerText === '6 of 74 cases'");
    // A filter keeps the focus when it is pressed, and where the focus is can be seen.
    browser.eval("document.querySelector('#outcomes .error').focus()");
    browser.keys(&["Enter"]);
    browser.truth("document.getElementById('found').innerText === '5 of 74 cases'");
    browser.truth("document.activeElement.matches('#outcomes .error')");
    browser.keys(&["/"]);
    browser.truth("getComputedStyle(document.activeElement).outlineStyle === 'solid'");
}

fn addresses_lead_to_places(browser: &mut Browser, page: &str) {
    browser.open(page, "#case=calculator::it/store::opens_an_old_file");
    browser.truth("document.querySelector('.badge').innerText.includes('error')");
    browser.truth("document.querySelector('.row[aria-selected=true]')");
    // A case in a closed module opens it.
    browser.open(page, "#case=calculator::it/session::undo::row_1");
    browser.truth("document.querySelector('.row[aria-selected=true]').innerText.includes('row_1')");
    browser.open(page, "#tag=arithmetic&outcome=failed&q=zero");
    browser.truth("document.getElementById('found').innerText === '1 of 74 cases'");
    browser.open(page, "#case=nowhere/nothing");
    browser.truth("document.getElementById('detail').innerText.includes('Not in this run')");
    browser.open(page, "#logs=calculator::it");
    browser.truth("document.getElementById('detail').innerText.includes('a worker ended late')");
    browser.open(page, "#tab=__proto__&outcome=%zz");
    browser.truth("!document.getElementById('panel-cases').hidden");
    // "Back" undoes what was opened.
    browser.open(page, "");
    browser.click(".row.case");
    browser.truth("document.querySelector('.case-title')");
    browser.eval("history.back()");
    browser.truth("!document.querySelector('.case-title')");
}

fn a_case_tells_everything(browser: &mut Browser, page: &str) {
    browser.open(page, "#case=calculator/expression::evaluator::divides");
    browser.truth("document.querySelector('.case-title')");
    let detail = browser.text("#detail");
    for part in [
        "failed",
        "worker",
        "18 ms",
        "arithmetic",
        "seed",
        "toward zero",
        "src/expression/evaluator.rs:36",
        "src/expression/evaluator.rs:33",
        "cargo xtask test --package calculator --profile ci expression::evaluator::divides",
        "setup",
        "teardown",
        "RUST_BACKTRACE",
        "failed in 5 of 34 runs",
        "Reaches 1 file",
    ] {
        assert!(detail.contains(part), "{part}: {detail}");
    }
    browser.truth("document.querySelector('.excerpt .here .number').innerText === '36'");
    // What is copied is the text itself.
    browser.eval(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { \
         window.copied = text; } } })",
    );
    browser.click("[aria-label='Copy command']");
    browser.truth("window.copied.endsWith(' expression::evaluator::divides')");
    browser.truth("document.getElementById('live').textContent === 'command copied'");
    // Binaries and doctests are named, and quoted for a shell.
    browser.open(page, "#case=calculator::it/store::opens_an_old_file");
    browser.truth(
        "document.querySelector('.facts').innerText.includes(' it::store::opens_an_old_file')",
    );
    browser.open(page, "#case=calculator+(doc)/src/lib.rs+-+expression+(line+12)");
    browser.truth(
        "document.querySelector('.facts').innerText.includes( \
         \"cargo test --doc --package calculator 'src/lib.rs - expression (line 12)'\")",
    );
    // Terminal colours are shown, and nothing of their codes.
    browser.open(page, "#case=calculator/expression::parser::prints_the_tree");
    browser.truth("document.querySelector('pre .t-c1').innerText === 'done'");
    browser.truth("!document.getElementById('detail').innerText.includes('[31m')");
}

fn assertions_are_compared(browser: &mut Browser, page: &str) {
    let marks = |side: &str| {
        format!(
            "[...document.querySelectorAll('.difference .{side} mark')].map((one) => \
             one.innerText).join()"
        )
    };
    browser.open(page, "#case=calculator/expression::evaluator::divides");
    browser.truth("document.querySelector('.difference .minus code').innerText === '3'");
    browser.truth("document.querySelector('.difference .plus code').innerText === '4'");
    browser.truth("document.querySelector('.intro').innerText.endsWith('seven halves')");
    // Long values are broken into lines, of which the equal ones are folded.
    browser.open(page, "#case=calculator/expression::evaluator::divides_by_zero");
    browser.truth(&format!("{}.startsWith('5,DivisionByZero')", marks("minus")));
    browser.truth(&format!("{}.startsWith('7,Overflow')", marks("plus")));
    browser.truth("document.querySelector('.gap').innerText.includes('equal lines')");
    browser.truth("document.querySelectorAll('.difference .same').length < 12");
    browser.click(".gap");
    browser.truth("document.querySelector('.difference').innerText.includes('Evaluation {')");
    // So are the lines of strings.
    browser.open(page, "#case=calculator/expression::parser::prints_the_tree");
    browser.truth(&format!("{} === '3' && {} === '4'", marks("minus"), marks("plus")));
    browser.truth("document.querySelectorAll('.difference .minus').length === 1");
    browser.click(".raw summary");
    browser.truth("document.querySelector('.raw pre').innerText.includes('left: \"sum\\\\n')");
}

fn logs_are_filtered(browser: &mut Browser, page: &str) {
    browser.open(page, "#case=calculator/expression::evaluator::divides");
    browser.truth("document.querySelectorAll('.log li').length === 5");
    browser.click(".levels .chip:nth-child(2)");
    browser.truth("document.querySelectorAll('.log li').length === 2");
    browser.truth(
        "document.querySelector('.levels [aria-pressed=true]').innerText.startsWith('WARN')",
    );
    // The choice holds for the next case, until it is taken back.
    browser.click(".levels .chip:last-child");
    browser.truth("document.querySelectorAll('.log li').length === 5");
    browser.truth("document.querySelector('.log').innerText.includes('evaluate{depth=2}: ')");
}

fn attempts_are_tabs(browser: &mut Browser, page: &str) {
    browser.open(page, "#case=calculator::it/store::survives_a_kill");
    browser.truth("document.querySelectorAll('.tabs [role=tab]').length === 3");
    browser.truth("!document.querySelector('.attempt').innerText.includes('4242')");
    browser.click(".tabs .tab:nth-child(1)");
    browser.truth("document.querySelector('.attempt').innerText.includes('process 4242')");
    browser.truth("location.hash.endsWith('&attempt=1')");
    browser.eval("document.querySelector('.tabs [aria-selected=true]').focus()");
    browser.keys(&["ArrowRight"]);
    browser.truth("document.querySelector('.attempt').innerText.includes('process 4243')");
    browser.truth("document.activeElement.ariaSelected === 'true'");
}

fn times_are_drawn(browser: &mut Browser, page: &str) {
    browser.open(page, "#tab=slowest");
    browser.truth("document.querySelector('.bars li').innerText.includes('waits_for_input')");
    browser.truth("document.querySelectorAll('.bars li').length === 73");
    browser.click(".bars a");
    browser.truth("location.hash === '#case=calculator::it/commands::run::waits_for_input'");
    browser.open(page, "#tab=timeline");
    browser.truth("document.querySelectorAll('.lane-names span').length === 4");
    browser
        .truth("document.getElementById('timeline').ariaLabel.startsWith('73 cases on 4 workers')");
    browser.truth("document.querySelectorAll('.workers tbody tr').length === 4");
    // Something is painted, in more than one colour.
    browser.truth(
        "(() => { const canvas = document.getElementById('timeline'); const { data } = \
         canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height); \
         return new Set(new Uint32Array(data.buffer)).size > 4; })()",
    );
    browser.eval("document.getElementById('timeline').focus()");
    browser.keys(&["ArrowRight", "ArrowRight"]);
    browser.truth("!document.getElementById('tip').hidden");
    browser.truth("document.getElementById('live').textContent.includes(', passed, ')");
    browser.keys(&["+", "+", "Enter"]);
    browser.truth("document.querySelector('.case-title')");
}

fn history_is_drawn(browser: &mut Browser, page: &str) {
    browser.open(page, "#tab=history");
    browser.truth("document.querySelectorAll('.chart svg[role=img][aria-label]').length === 3");
    browser.truth(
        "document.querySelector('.chart svg').ariaLabel.includes('of the last 35 runs failed')",
    );
    browser.truth("document.querySelectorAll('.chart:first-child g').length === 35");
    browser.truth("document.querySelectorAll('.chart g.partial').length === 1");
    browser.truth(
        "document.querySelector('.unstable tbody tr').innerText.includes('survives_a_kill')",
    );
    browser.truth("document.querySelectorAll('.numbers tbody tr').length === 35");
}

fn coverage_shows_lines_and_their_cases(browser: &mut Browser, page: &str) {
    browser.open(page, "#tab=coverage");
    browser.truth("document.querySelector('.totals').innerText.includes('81.4 %')");
    browser.click(".files [data-path='src/expression/evaluator.rs']");
    browser.truth("document.querySelector('#line-17.missed .hits').innerText === '0'");
    browser.truth("document.querySelector('#line-26.hit .hits').innerText === '31k'");
    browser.truth("document.querySelector('#line-1').className.trim() === 'sline'");
    browser.truth("document.getElementById('covering').hidden");
    browser.click("#line-30 .number");
    browser.truth("location.hash === '#tab=coverage&at=src/expression/evaluator.rs:30'");
    browser.truth("document.getElementById('covering').innerText.includes('18 times, by 2 cases')");
    browser.click("#covering a");
    browser.truth("location.hash.includes('case=calculator/expression::evaluator::divides')");
    // A line is a place of its own.
    browser.open(page, "#coverage=src/expression/evaluator.rs:34");
    browser.truth("document.querySelector('#line-34.here')");
    browser
        .truth("document.getElementById('covering').innerText.includes('not reached by any case')");
    browser.click(".file-head .plain");
    browser.truth("document.querySelector('#line-17.here')");
    browser.open(page, "#coverage=src/lib.rs");
    browser.truth("document.getElementById('file').innerText.includes('No source')");
}

fn colours_follow_the_system_and_the_person(browser: &mut Browser, page: &str) {
    let is_dark = "getComputedStyle(document.body).backgroundColor === 'rgb(16, 18, 21)'";
    browser.prefer("dark");
    browser.open(page, "");
    browser.truth(is_dark);
    browser.keys(&["t"]);
    browser.truth(&format!("!({is_dark})"));
    browser.prefer("light");
    browser.keys(&["t"]);
    browser.truth(is_dark);
    // The choice is remembered, and given back to the system at last.
    browser.open(page, "");
    browser.truth(is_dark);
    browser.click("#theme");
    browser.truth(&format!("!({is_dark})"));
}

fn every_view_fits_every_screen(browser: &mut Browser, page: &str) {
    for scheme in ["light", "dark"] {
        browser.prefer(scheme);
        for (size, width, height) in [("wide", 1360, 860), ("phone", 360, 780)] {
            browser.resize(width, height);
            browser.open(page, "");
            for (name, hash) in [
                ("list", ""),
                ("case", "#case=calculator/expression::evaluator::divides"),
                ("difference", "#case=calculator/expression::evaluator::divides_by_zero"),
                ("attempts", "#case=calculator::it/store::survives_a_kill"),
                ("slowest", "#tab=slowest"),
                ("timeline", "#tab=timeline"),
                ("history", "#tab=history"),
                ("coverage", "#tab=coverage"),
                ("line", "#coverage=src/expression/evaluator.rs:30"),
            ] {
                browser.follow(hash);
                browser.picture(&format!("{name}-{size}-{scheme}"));
                assert_fits(browser);
            }
        }
    }
    // On paper there is the case alone, dark on light, in full.
    browser.open(page, "#case=calculator/expression::evaluator::divides");
    browser.print();
    browser.truth("!document.querySelector('.side').offsetParent");
    browser.truth(
        "getComputedStyle(document.querySelector('main')).backgroundColor === 'rgb(255, 255, 255)'",
    );
    browser.truth("document.documentElement.scrollHeight > innerHeight");
    browser.picture("print");
    browser.prefer("light");
    // On a phone a case takes the place of the list, and gives it back.
    browser.open(page, "");
    browser.click(".row.case");
    browser.truth("!document.querySelector('.side').offsetParent");
    browser.click(".close");
    browser.truth("document.querySelector('.side').offsetParent");
}

#[test]
fn ten_thousand_cases() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let page = html(&sample::many(10_000)).unwrap();
    assert!(page.len() < 4_000_000, "{}", page.len());
    browser.resize(1360, 860);
    for hash in ["", "#tab=slowest", "#tab=timeline"] {
        browser.open(&page, hash);
        browser.truth("document.title === '20 failed · many'");
        assert_small(&mut browser);
    }
    browser.picture("many-timeline");
    browser.open(&page, "#q=case_");
    browser.truth("document.getElementById('found').innerText === '10,000 of 10,000 cases'");
    browser.open(&page, "");
    // Everything opened is ten thousand rows, of which only those in sight are built.
    browser.eval("document.getElementById('tree').focus()");
    browser.click("#outcomes .passed");
    browser.truth("document.getElementById('found').innerText === '9,980 of 10,000 cases'");
    browser.keys(&["/"]);
    browser.enter("package-07 module_3::");
    browser.truth("document.getElementById('found').innerText === '50 of 10,000 cases'");
    browser.truth(&is_listed("case_0150"));
    assert_small(&mut browser);
    // The last row of the whole list is reached by one key, and by address.
    browser.open(&page, "#case=package-19/module_9::inner::case_0499");
    browser.truth(
        "document.querySelector('.row[aria-selected=true]').innerText.includes('case_0499')",
    );
    browser.keys(&["Home"]);
    browser.truth("document.getElementById('tree').scrollTop === 0");
    browser.keys(&["End"]);
    browser.truth(
        "document.querySelector('.row.active').getBoundingClientRect().bottom <= innerHeight + 1",
    );
    assert_small(&mut browser);
    assert_quiet(&mut browser);
}

/// Only what is seen is built: a page slows down by its elements.
#[track_caller]
fn assert_small(browser: &mut Browser) {
    let elements = browser.eval("document.querySelectorAll('*').length").as_u64().unwrap();
    assert!(elements < 2_500, "{elements}");
}

#[test]
fn what_is_not_known_is_said() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let mut run = RunReport::new("demo", "libtest", std::time::SystemTime::UNIX_EPOCH);
    let page = html(&run).unwrap();
    browser.resize(1000, 700);
    browser.open(&page, "");
    browser.truth("document.getElementById('detail').innerText.includes('nothing to test')");
    let mut suite = SuiteReport::new("demo", "demo", SuiteKind::Unit);
    suite.cases =
        ["a", "b"].map(|name| CaseReport::new(name, Outcome::Passed)).into_iter().collect();
    run.suites.push(suite);
    let page = html(&run).unwrap();
    for (hash, text) in [
        ("", "All 2 cases passed"),
        ("#case=demo/a", "printed and logged nothing"),
        ("#tab=slowest", "does not say how long"),
        ("#tab=timeline", "does not say when"),
        ("#tab=history", "No earlier runs"),
        ("#tab=coverage", "was not measured"),
    ] {
        browser.open(&page, hash);
        browser.truth(&format!("document.querySelector('main').innerText.includes('{text}')"));
    }
    browser.open(&page, "");
    browser.picture("passed");
    assert_quiet(&mut browser);
}
