//! The text of the report.

use expect_test::expect;

use super::*;

fn part(name: &str, micros: Option<u64>, remark: Option<&str>, files: &[(&str, bool)]) -> Part {
    Part {
        name: name.to_owned(),
        time: micros.map(Duration::from_micros),
        remark: remark.map(str::to_owned),
        files: files.iter().map(|(file, exists)| (file.to_string(), *exists)).collect(),
    }
}

fn phase(name: &str, micros: u64, parts: Vec<Part>) -> Phase {
    Phase { name: name.to_owned(), time: Some(Duration::from_micros(micros)), parts }
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, why)| (name.to_string(), why.to_string())).collect()
}

#[test]
fn everything_is_aligned() {
    let training = [("training.toml", true), ("training.debug.toml", false)];
    let mut report = StartReport {
        session: "digits_2026-11-21T11-03-39-007Z-4711".to_owned(),
        mode: Mode::Application,
        root: "work/digits (the package that cargo runs)".to_owned(),
        profiles: pairs(&[
            ("debug", "the variable `DEBUG` is set"),
            ("cluster", "the variable `WHERE` is `cluster`, `--profile` names it"),
        ]),
        disabled: pairs(&[("metrics", "`THINKING_DISABLE` names it")]),
        phases: vec![
            phase("prepare actions", 25, vec![part("threads", Some(19), None, &[])]),
            phase(
                "load facets",
                1234,
                vec![
                    part("logs", Some(34), None, &[("logs.toml", false)]),
                    part("training", Some(1200), Some("2 mistakes"), &training),
                ],
            ),
            phase(
                "perform actions",
                1_234_567,
                vec![
                    part("logging", Some(1_000_000), None, &[("logs.toml", false)]),
                    part("licence", Some(234_567), Some("failed"), &[]),
                    part("threads", None, Some("not performed"), &training),
                ],
            ),
        ],
        total: None,
    };
    report.phase("container", Duration::from_micros(512));
    report.total(Duration::from_micros(1_240_001), "to the body of `main`");
    expect![[r#"
        start of digits_2026-11-21T11-03-39-007Z-4711
          mode      application
          root      work/digits (the package that cargo runs)
          profiles  debug    the variable `DEBUG` is set
                    cluster  the variable `WHERE` is `cluster`, `--profile` names it
          disabled  metrics  `THINKING_DISABLE` names it

          prepare actions     0.03 ms
            threads           0.02 ms
          load facets         1.23 ms
            logs              0.03 ms  logs.toml (absent)
            training          1.20 ms  2 mistakes; training.toml, training.debug.toml (absent)
          perform actions  1234.57 ms
            logging        1000.00 ms  logs.toml (absent)
            licence         234.57 ms  failed
            threads                    not performed; training.toml, training.debug.toml (absent)
          container           0.51 ms
          total            1240.00 ms  to the body of `main`
    "#]]
    .assert_eq(&report.to_string());
}

#[test]
fn what_is_not_there_is_said_so() {
    let report = StartReport {
        session: "x_1".to_owned(),
        mode: Mode::Tests,
        root: "x (given by `--root`)".to_owned(),
        profiles: Vec::new(),
        disabled: Vec::new(),
        phases: vec![phase("load facets", 0, Vec::new())],
        total: None,
    };
    expect![[r#"
        start of x_1
          mode      tests
          root      x (given by `--root`)
          profiles  none
          disabled  none

          load facets  0.00 ms
    "#]]
    .assert_eq(&report.to_string());
}
