//! The bench `reports`: both reports of 10,000 cases, beside another writer of JUnit XML.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use anyhow::{Result, ensure};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use thinking_tests::report::{
    CaseReport, Dialect, Outcome, RunReport, SuiteKind, SuiteReport, html, junit,
};

use super::comparison::{Comparison, Results};

const SUITES: usize = 20;
const CASES_PER_SUITE: usize = 500;
const ROUNDS: usize = 15;

/// One in so many cases fails.
const FAILING: usize = 50;

const MESSAGE: &str = "assertion `left == right` failed\n  left: 1\n right: 2";
const OUTPUT: &str =
    "a line of output\nand another one, with <markup> & \u{1b}[31mcolour\u{1b}[0m\n";

pub(super) fn run() -> Result<Results> {
    let run = run_report();
    let other = other_report();
    ensure!(other.to_string()?.contains("case_499"), "the other report is empty");
    let write_other = || {
        black_box(other.to_string()?);
        Ok(())
    };
    let junit = Comparison::interleaved(
        "JUnit XML",
        ROUNDS,
        || {
            black_box(junit(&run, Dialect::default())?);
            Ok(())
        },
        write_other,
    )?;
    let html = Comparison::interleaved(
        "HTML",
        ROUNDS,
        || {
            black_box(html(&run)?);
            Ok(())
        },
        write_other,
    )?;
    Ok(vec![
        Comparison {
            note: "the other is quick-junit's XML of the same cases, which has no colour codes \
                   to remove"
                .to_owned(),
            ..junit
        },
        Comparison { note: "the other is again quick-junit's XML".to_owned(), ..html },
    ]
    .into())
}

fn run_report() -> RunReport {
    let mut run = RunReport::new("bench", "none", SystemTime::UNIX_EPOCH);
    for suite in 0..SUITES {
        let name = format!("package_{suite}");
        let mut suite = SuiteReport::new(&name, &name, SuiteKind::Unit);
        for index in 0..CASES_PER_SUITE {
            let fails = index % FAILING == 0;
            let outcome = if fails { Outcome::Failed } else { Outcome::Passed };
            let mut case = CaseReport::new(case_name(index), outcome);
            case.message = fails.then(|| MESSAGE.to_owned());
            case.stdout = OUTPUT.to_owned();
            case.duration = Some(Duration::from_micros(1234));
            suite.cases.push(case);
        }
        run.suites.push(suite);
    }
    run
}

fn other_report() -> Report {
    let mut report = Report::new("bench");
    for suite in 0..SUITES {
        let mut suite = TestSuite::new(format!("package_{suite}"));
        for index in 0..CASES_PER_SUITE {
            let mut status = TestCaseStatus::success();
            if index % FAILING == 0 {
                status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(MESSAGE);
            }
            let mut case = TestCase::new(case_name(index), status);
            case.set_time(Duration::from_micros(1234));
            case.set_system_out(OUTPUT);
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report
}

fn case_name(index: usize) -> String {
    format!("module_{}::case_{index}", index / 25)
}
