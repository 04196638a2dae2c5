//! Runs to look at: one as a project has them, and one with many cases.

use std::time::{Duration, SystemTime};

use thinking_tests::Stage;
use thinking_tests::report::{
    AttemptReport, CaseCoverage, CaseReport, Counts, CoverageCounts, CoverageReport, Detail,
    FileCoverage, Location, LogLine, Outcome, PastRun, Reached, RunReport, StageReport, SuiteKind,
    SuiteReport,
};

/// The beginning of the sample runs: 2026-03-14 15:09:26 in UTC.
const STARTED_S: u64 = 1_773_500_966;

/// The source of the file that has its lines in the report.
const SOURCE: &str = "\
//! Evaluates expressions.

use std::fmt;

use crate::expression::Expression;

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq)]
pub enum EvaluationError {
    /// A divisor is zero.
    DivisionByZero,
    /// The result is out of range.
    Overflow { limit: i64 },
}

impl fmt::Display for EvaluationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DivisionByZero => f.write_str(\"a divisor is zero\"),
            Self::Overflow { limit } => write!(f, \"the result is over {limit}\"),
        }
    }
}

/// Returns the value of `expression`.
pub fn evaluate(expression: &Expression) -> Result<i64, EvaluationError> {
    match expression {
        Expression::Number(value) => Ok(*value),
        Expression::Divide(left, right) => {
            let divisor = evaluate(right)?;
            if divisor == 0 {
                // Checked here, so that the message can name the place.
                return Err(EvaluationError::DivisionByZero);
            }
            Ok(evaluate(left)? / divisor)
        }
    }
}
";

fn started() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(STARTED_S)
}

/// A small generator of numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

/// Gives each case a worker and a time, as a runner with `workers` slots would.
fn schedule(run: &mut RunReport, workers: usize, dice: &mut Dice) {
    let mut free = vec![Duration::ZERO; workers];
    for case in run.suites.iter_mut().flat_map(|suite| &mut suite.cases) {
        if case.outcome == Outcome::Skipped {
            continue;
        }
        let (worker, begin) = free.iter().copied().enumerate().min_by_key(|(_, at)| *at).unwrap();
        let took = case.duration.unwrap_or_else(|| {
            let base = 200 + dice.roll(3_000);
            Duration::from_micros(if dice.roll(12) == 0 { base * 40 } else { base })
        });
        case.duration = Some(took);
        case.started = Some(started() + begin);
        for line in &mut case.logs {
            line.time_ms += u64::try_from(begin.as_millis()).unwrap();
        }
        case.worker = Some((worker + 1).to_string());
        if case.stages.is_empty() {
            let setup = took / 6;
            case.stages = vec![
                stage(Stage::Setup, Outcome::Passed, setup),
                stage(Stage::Run, case.outcome, took - setup - setup / 3),
                stage(Stage::Teardown, Outcome::Passed, setup / 3),
            ];
        }
        free[worker] = begin + took + Duration::from_micros(dice.roll(900));
    }
    run.duration = free.into_iter().max().unwrap();
}

fn stage(stage: Stage, outcome: Outcome, duration: Duration) -> StageReport {
    StageReport {
        stage,
        outcome,
        message: None,
        duration,
        stdout: String::new(),
        stderr: String::new(),
    }
}

fn log(ms: u64, level: &str, target: &str, spans: &str, message: &str) -> LogLine {
    LogLine {
        time_ms: STARTED_S * 1000 + ms,
        stage: Some(if ms < 3 { Stage::Setup } else { Stage::Run }),
        level: level.to_owned(),
        target: target.to_owned(),
        spans: spans.to_owned(),
        message: message.to_owned(),
    }
}

fn place(file: &str, line: u32) -> Option<Location> {
    Some(Location { file: file.to_owned(), line })
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// A run as a project has them: some cases of each outcome, logs, stages, history, coverage.
pub(super) fn realistic() -> RunReport {
    let mut dice = Dice(0x5eed);
    let mut run = RunReport::new("calculator", "cargo-nextest 0.9.114", started());
    run.profiles = strings(&["ci"]);
    run.suites = vec![unit(), integration(&mut dice), doctests()];
    schedule(&mut run, 4, &mut dice);
    run.history = history(&mut dice);
    run.coverage = Some(coverage());
    run
}

fn unit() -> SuiteReport {
    let mut suite = SuiteReport::new("calculator", "calculator", SuiteKind::Unit);
    let names = ["adds", "subtracts", "multiplies", "keeps_precedence", "nests_deeply"];
    for name in names {
        let mut case = CaseReport::new(format!("expression::evaluator::{name}"), Outcome::Passed);
        case.location = place("src/expression/evaluator.rs", 48);
        suite.cases.push(case);
    }
    for name in ["numbers", "operators", "parentheses", "spaces", "unicode_minus"] {
        suite.cases.push(CaseReport::new(format!("expression::parser::{name}"), Outcome::Passed));
    }
    suite.cases.extend([divides(), divides_by_zero(), parses_tree(), renders()]);
    suite
}

fn divides() -> CaseReport {
    let mut case = CaseReport::new("expression::evaluator::divides", Outcome::Failed);
    case.message =
        Some("assertion `left == right` failed: seven halves\n  left: 3\n right: 4".to_owned());
    case.stderr = "\nthread 'expression::evaluator::divides' panicked at \
        src/expression/evaluator.rs:36:5:\nassertion `left == right` failed: seven halves\n  \
        left: 3\n right: 4\nnote: run with `RUST_BACKTRACE=1` environment variable to display a \
        backtrace\n"
        .to_owned();
    case.location = place("src/expression/evaluator.rs", 33);
    case.failed_at = place("src/expression/evaluator.rs", 36);
    case.tags = strings(&["arithmetic", "db"]);
    case.details = vec![
        Detail { key: "seed".to_owned(), value: "7".to_owned() },
        Detail { key: "rounding".to_owned(), value: "toward zero".to_owned() },
    ];
    case.logs = vec![
        log(1, "DEBUG", "thinking_injection::container", "", "made `Store` in 412 µs"),
        log(2, "INFO", "calculator::store", "", "opened path=/tmp/calculator.redb fresh=true"),
        log(4, "INFO", "calculator::evaluator", "evaluate{depth=2}", "dividing left=7 right=2"),
        log(5, "WARN", "calculator::evaluator", "evaluate{depth=2}", "the result was rounded"),
        log(6, "ERROR", "calculator::session", "", "no result was stored"),
    ];
    case.duration = Some(Duration::from_micros(18_400));
    case
}

fn divides_by_zero() -> CaseReport {
    let mut case = CaseReport::new("expression::evaluator::divides_by_zero", Outcome::Failed);
    case.message = Some(
        "assertion `left == right` failed\n  left: Err(Evaluation { expression: Divide(Number(1), \
         Subtract(Number(2), Number(2))), place: Span { line: 1, column: 5 }, reason: \
         DivisionByZero, hint: \"check the divisor\" })\n right: Err(Evaluation { expression: \
         Divide(Number(1), Subtract(Number(2), Number(2))), place: Span { line: 1, column: 7 }, \
         reason: Overflow { limit: 65536 }, hint: \"check the divisor\" })"
            .to_owned(),
    );
    case.location = place("src/expression/evaluator.rs", 30);
    case.failed_at = place("src/expression/evaluator.rs", 32);
    case.tags = strings(&["arithmetic"]);
    case
}

fn parses_tree() -> CaseReport {
    let mut case = CaseReport::new("expression::parser::prints_the_tree", Outcome::Failed);
    case.message = Some(
        r#"assertion `left == right` failed
  left: "sum\n├─ 1\n├─ product\n│  ├─ 2\n│  └─ 3\n├─ 4\n├─ 5\n├─ 6\n├─ 7\n└─ 8\n"
 right: "sum\n├─ 1\n├─ product\n│  ├─ 2\n│  └─ 4\n├─ 4\n├─ 5\n├─ 6\n├─ 7\n└─ 8\n""#
            .to_owned(),
    );
    case.stdout =
        "\u{1b}[1mparsing\u{1b}[0m \u{1b}[32m1 + 2 * 3\u{1b}[0m … \u{1b}[31mdone\u{1b}[0m\n"
            .to_owned();
    case.failed_at = place("src/expression/parser.rs", 112);
    case
}

fn renders() -> CaseReport {
    let mut case = CaseReport::new("render::draws_a_plot", Outcome::Skipped);
    case.message = Some("no display".to_owned());
    case.stages = vec![stage(Stage::Setup, Outcome::Passed, Duration::from_micros(80))];
    case.tags = strings(&["slow"]);
    case
}

fn integration(dice: &mut Dice) -> SuiteReport {
    let mut suite = SuiteReport::new("calculator::it", "calculator", SuiteKind::Integration);
    for module in ["session::history", "session::undo", "store", "commands::run", "commands::help"]
    {
        for number in 1..=5 + dice.roll(9) {
            let mut case = CaseReport::new(format!("{module}::row_{number}"), Outcome::Passed);
            if module == "store" {
                case.tags = strings(&["db", "slow"]);
                case.duration = Some(Duration::from_micros(20_000 + dice.roll(90_000)));
            }
            suite.cases.push(case);
        }
    }
    let mut flaky = CaseReport::new("store::survives_a_kill", Outcome::Passed);
    flaky.tags = strings(&["db", "slow"]);
    flaky.duration = Some(Duration::from_micros(231_000));
    flaky.earlier = ["lock is held by process 4242", "lock is held by process 4243"]
        .map(|message| AttemptReport {
            outcome: Outcome::Error,
            message: Some(message.to_owned()),
            output: format!("opening the store …\nError: {message}\n"),
            duration: Some(Duration::from_millis(190)),
        })
        .to_vec();
    let mut aborted = CaseReport::new("commands::run::recurses", Outcome::Aborted);
    aborted.message = Some("the process ended with signal 6 (SIGABRT)".to_owned());
    aborted.stderr =
        "thread 'main' has overflowed its stack\nfatal runtime error: stack overflow, \
                      aborting\n"
            .to_owned();
    let mut late = CaseReport::new("commands::run::waits_for_input", Outcome::TimedOut);
    late.message = Some("took longer than 2 s".to_owned());
    late.duration = Some(Duration::from_millis(2_003));
    late.tags = strings(&["slow"]);
    let mut error = CaseReport::new("store::opens_an_old_file", Outcome::Error);
    error.message = Some(
        "Error: the store cannot be opened\n\nCaused by:\n    0: format 3 is newer than format 2\n    \
         1: refused"
            .to_owned(),
    );
    error.tags = strings(&["db"]);
    suite.cases.extend([flaky, aborted, late, error]);
    suite.unattributed = vec![
        log(40, "WARN", "calculator::pool", "", "a worker ended late"),
        log(44, "INFO", "calculator::pool", "", "all workers have ended"),
    ];
    for line in &mut suite.unattributed {
        line.stage = None;
    }
    suite
}

fn doctests() -> SuiteReport {
    let mut suite = SuiteReport::new("calculator (doc)", "calculator", SuiteKind::Doctest);
    for line in [12, 40, 97] {
        let mut case =
            CaseReport::new(format!("src/lib.rs - expression (line {line})"), Outcome::Passed);
        case.module = "expression".to_owned();
        case.location = place("src/lib.rs", line);
        suite.cases.push(case);
    }
    suite
}

fn history(dice: &mut Dice) -> Vec<PastRun> {
    let names =
        ["calculator expression::evaluator::divides", "calculator::it store::opens_an_old_file"];
    (0..34_u64)
        .map(|day| {
            let failed: Vec<_> = names
                .iter()
                .filter(|_| day > 28 || dice.roll(14) == 0)
                .map(ToString::to_string)
                .collect();
            let flaky =
                if dice.roll(3) == 0 { "calculator::it store::survives_a_kill" } else { "" };
            let total = 40 + usize::try_from(day).unwrap();
            PastRun {
                started_ms: (STARTED_S - (34 - day) * 86_400) * 1000,
                duration_us: 1_400_000 + day * 20_000 + dice.roll(400_000),
                counts: Counts {
                    passed: total - failed.len() - 1,
                    failed: failed.len(),
                    skipped: 1,
                },
                partial: day == 20,
                flaky: Some(flaky.to_owned()).filter(|name| !name.is_empty()).into_iter().collect(),
                failed,
                covered: (day > 6)
                    .then(|| 7_400 + u32::try_from(day * 20 + dice.roll(60)).unwrap()),
            }
        })
        .collect()
}

fn reached(covered: u64, total: u64) -> Reached {
    Reached { covered, total }
}

fn counts(covered: u64, total: u64) -> CoverageCounts {
    let mut counts = CoverageCounts::default();
    counts.lines = reached(covered, total);
    counts.functions = reached(covered.div_ceil(9), total.div_ceil(9));
    counts.regions = reached(covered * 2, total * 2);
    counts
}

fn coverage() -> CoverageReport {
    let mut evaluator = FileCoverage::default();
    evaluator.path = "src/expression/evaluator.rs".to_owned();
    evaluator.source = Some(SOURCE.to_owned());
    evaluator.counts = counts(12, 18);
    evaluator.lines = [
        (17, 0),
        (18, 0),
        (19, 0),
        (20, 0),
        (22, 0),
        (26, 31_204),
        (27, 31_204),
        (28, 21_950),
        (29, 18),
        (30, 18),
        (31, 18),
        (33, 2),
        (34, 0),
        (35, 16),
        (36, 16),
        (37, 31_204),
        (38, 31_204),
    ]
    .to_vec();
    let by = |suite: &str, case: &str, lines: &[(u32, u32)]| CaseCoverage {
        suite: suite.to_owned(),
        case: case.to_owned(),
        lines: lines.to_vec(),
    };
    evaluator.cases = vec![
        by("calculator", "expression::evaluator::divides", &[(26, 31), (35, 38)]),
        by("calculator", "expression::evaluator::divides_by_zero", &[(26, 33), (37, 38)]),
        by("calculator", "expression::evaluator::adds", &[(26, 28), (37, 38)]),
        by("calculator::it", "store::survives_a_kill", &[(26, 28), (37, 38)]),
    ];
    let mut report = CoverageReport::default();
    report.files = vec![evaluator];
    for (path, covered, total) in [
        ("src/expression/parser.rs", 184, 190),
        ("src/expression/token.rs", 88, 88),
        ("src/session/history.rs", 61, 74),
        ("src/session/undo.rs", 12, 40),
        ("src/store.rs", 140, 171),
        ("src/lib.rs", 9, 9),
        ("build/generate/tables.rs", 0, 31),
    ] {
        let mut file = FileCoverage::default();
        file.path = path.to_owned();
        file.counts = counts(covered, total);
        report.files.push(file);
    }
    let sum = |part: fn(&CoverageCounts) -> Reached| {
        let parts = report.files.iter().map(|file| part(&file.counts));
        parts.fold(reached(0, 0), |sum, one| {
            reached(sum.covered + one.covered, sum.total + one.total)
        })
    };
    report.totals.lines = sum(|counts| counts.lines);
    report.totals.functions = sum(|counts| counts.functions);
    report.totals.regions = sum(|counts| counts.regions);
    report
}

/// A run of `count` cases, of which one in 500 fails.
pub(super) fn many(count: usize) -> RunReport {
    let mut dice = Dice(0xb16);
    let mut run = RunReport::new("many", "libtest", started());
    for suite_number in 0..20 {
        let name = format!("package-{suite_number:02}");
        let mut suite = SuiteReport::new(name.clone(), name, SuiteKind::Unit);
        for number in 0..count / 20 {
            let failed = number % 500 == 250;
            let outcome = if failed { Outcome::Failed } else { Outcome::Passed };
            let module = number / 50;
            let mut case =
                CaseReport::new(format!("module_{module}::inner::case_{number:04}"), outcome);
            case.message = failed.then(|| "assertion failed: it.works()".to_owned());
            case.location = place("src/lib.rs", u32::try_from(number).unwrap());
            suite.cases.push(case);
        }
        run.suites.push(suite);
    }
    schedule(&mut run, 8, &mut dice);
    run
}
