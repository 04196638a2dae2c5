//! The lines of each service, and who gets none.

use std::time::SystemTime;

use super::*;
use crate::report::{AttemptReport, CaseReport, Outcome, SuiteKind, SuiteReport};

fn case(name: &str, outcome: Outcome, message: &str, place: Option<(&str, u32)>) -> CaseReport {
    let mut case = CaseReport::new(name, outcome);
    case.message = Some(message.to_owned());
    case.failed_at = place.map(|(file, line)| Location { file: file.to_owned(), line });
    case
}

fn run(cases: Vec<CaseReport>) -> RunReport {
    let mut run = RunReport::new("demo", "libtest", SystemTime::UNIX_EPOCH);
    let mut suite = SuiteReport::new("calculator::it", "calculator", SuiteKind::Integration);
    suite.cases = cases;
    run.suites.push(suite);
    run
}

fn lines(service: &Service, run: &RunReport) -> Vec<String> {
    let (root, junit) = (Path::new("/repo/rust"), Path::new("/repo/it's [1]/junit.xml"));
    let text = service.annotations(run, root, Some((junit, Dialect::Extended)));
    text.lines().map(str::to_owned).collect()
}

#[test]
fn the_environment_names_the_service() {
    let repo = || Some(PathBuf::from("/repo"));
    for (variables, expected) in [
        (&[][..], None),
        (&[("CI", "true")], None),
        (&[("GITLAB_CI", "true")], None),
        (&[("GITHUB_ACTIONS", "false")], None),
        (&[("GITHUB_ACTIONS", "true")], Some(Service::GitHub(None))),
        (
            &[("GITHUB_ACTIONS", "true"), ("GITHUB_WORKSPACE", "/repo")],
            Some(Service::GitHub(repo())),
        ),
        (
            &[("TF_BUILD", "True"), ("BUILD_SOURCESDIRECTORY", "/repo")],
            Some(Service::Azure(repo())),
        ),
        (&[("TEAMCITY_VERSION", "2026.1")], Some(Service::TeamCity)),
    ] {
        let found = Service::find(|name| {
            let variable = variables.iter().find(|(variable, _)| *variable == name);
            variable.map(|(_, value)| (*value).to_owned())
        });
        assert_eq!(found, expected, "{variables:?}");
    }
}

#[test]
fn failures_stand_at_their_places() {
    let mut flaky = CaseReport::new("stores", Outcome::Passed);
    let message = Some("not yet".to_owned());
    let (outcome, output) = (Outcome::Failed, String::new());
    flaky.earlier = vec![AttemptReport { outcome, message, output, duration: None }];
    let run = run(vec![
        case(
            "adds",
            Outcome::Failed,
            "a 100%\n  left: [1]; 2\r\n right: 3",
            Some(("src/a,b.rs", 7)),
        ),
        case("opens", Outcome::Error, " \n", Some(("/elsewhere/c:d.rs", 1))),
        case("hangs\n::error::x", Outcome::TimedOut, "\u{1b}[31mlong\u{1b}[0m", None),
        CaseReport::new("passes", Outcome::Passed),
        case("gpu", Outcome::Skipped, "no GPU", None),
        flaky,
    ]);
    assert_eq!(
        lines(&Service::GitHub(Some("/repo".into())), &run),
        [
            "::error file=rust/src/a%2Cb.rs,line=7,title=calculator%3A%3Ait adds%3A failed\
             ::a 100%25%0A  left: [1]; 2%0A right: 3",
            "::error file=/elsewhere/c%3Ad.rs,line=1,title=calculator%3A%3Ait opens%3A error\
             ::no message",
            "::error title=calculator%3A%3Ait hangs%3A timed out::long",
            "::warning title=calculator%3A%3Ait stores passed on attempt 2::not yet",
        ]
    );
    assert_eq!(
        lines(&Service::Azure(None), &run),
        [
            "##vso[task.logissue type=error;sourcepath=src/a,b.rs;linenumber=7;]\
             calculator::it adds: failed%0Aa 100%AZP25%0A  left: [1%5D%3B 2%0A right: 3",
            "##vso[task.logissue type=error;sourcepath=/elsewhere/c:d.rs;linenumber=1;]\
             calculator::it opens: error%0Ano message",
            "##vso[task.logissue type=error;]calculator::it hangs: timed out%0Along",
            "##vso[task.logissue type=warning;]calculator::it stores passed on attempt 2%0Anot yet",
        ]
    );
}

#[test]
fn teamcity_reads_the_report() {
    let run = run(vec![CaseReport::new("a", Outcome::Passed)]);
    assert_eq!(
        lines(&Service::TeamCity, &run),
        ["##teamcity[importData type='junit' path='/repo/it|'s |[1|]/junit.xml']"]
    );
    let surefire = Service::TeamCity.annotations(
        &run,
        Path::new(""),
        Some((Path::new("junit"), Dialect::Surefire)),
    );
    assert_eq!(surefire, "##teamcity[importData type='surefire' path='junit']\n");
}

#[test]
fn a_good_run_has_none_and_a_bad_one_not_too_many() {
    let good = run(vec![CaseReport::new("a", Outcome::Passed)]);
    let bad = run(vec![case("a", Outcome::Failed, &"line\n".repeat(1000), None); 1000]);
    for service in [Service::GitHub(None), Service::Azure(None)] {
        assert_eq!(lines(&service, &good), [""; 0]);
        let lines = lines(&service, &bad);
        assert_eq!(lines.len(), MAX_ANNOTATIONS);
        assert_eq!(lines[0].matches("line").count(), MESSAGE_LINES);
    }
}
