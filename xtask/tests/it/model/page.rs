//! The model and the data of the page.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::expected::{Expected, plain};
use super::{Fixture, counts, text};

/// Returns the suites and names of all cases in the page.
pub(super) fn names(html: &str) -> BTreeSet<String> {
    cases_of(&island(html)).into_keys().collect()
}

pub(super) fn check(html: &str, cases: &[Expected], backend: &str, fixture: &Fixture) {
    assert!(!html.contains("<script>alert"), "{backend}: a text has left the data");
    let data = island(html);
    let of_run = &data["run"]["counts"];
    let (passed, failed, skipped) = (&of_run["passed"], &of_run["failed"], &of_run["skipped"]);
    assert_eq!(format!("{passed} passed, {failed} failed, {skipped} skipped"), counts(cases));

    let told = cases_of(&data);
    assert_eq!(told.keys().cloned().collect::<BTreeSet<_>>(), super::ids(cases), "{backend}");
    for case in cases {
        let told = &told[&case.id()];
        check_case(told, case, backend, fixture).unwrap_or_else(|what| {
            panic!("{backend}: {what} of {}, expected {case:#?}, told {told:#}", case.id())
        });
    }

    let suites = data["suites"].as_array().unwrap().iter();
    let loose = suites.flat_map(|suite| suite["unattributed"].as_array().into_iter().flatten());
    let loose: Vec<&str> = loose.map(|line| text(&line["message"])).collect();
    let elsewhere = &told["sample cases::logs::logs_elsewhere"]["logs"];
    let is_bare = |message: &str| message == "logged by a bare thread";
    match backend {
        // The only case of its process.
        "nextest" => {
            assert!(loose.is_empty(), "{loose:?}");
            assert!(is_bare(text(&elsewhere[1]["message"])), "{elsewhere}");
        }
        _ => {
            assert!(matches!(loose[..], [line] if is_bare(line)), "{loose:?}");
            assert!(elsewhere[1].is_null(), "{elsewhere}");
        }
    }
}

/// Says what is not as expected.
fn check_case(
    told: &Value,
    case: &Expected,
    backend: &str,
    fixture: &Fixture,
) -> Result<(), &'static str> {
    let same = |is_same: bool, what| if is_same { Ok(()) } else { Err(what) };
    same(told["outcome"] == case.outcome, "the outcome")?;
    let message = text(&told["message"]);
    let expected = case.message(backend);
    let is_said = message.lines().next().unwrap_or_default().contains(expected);
    same(is_said && message.is_empty() == expected.is_empty(), "the message")?;
    let earlier = told["earlier"].as_array().map_or(0, Vec::len);
    same(earlier + 1 == case.attempts, "the attempts")?;
    same(list(&told["tags"]) == case.tags, "the tags")?;

    let mut stages = case.stages.clone();
    if backend == "nextest" {
        // It has ended the process, so the stage did not end.
        stages.retain(|(_, outcome)| *outcome != "timed-out");
    }
    let of_stage = |stage: &Value| {
        let outcome = stage["outcome"].as_str().unwrap_or("passed").to_owned();
        (text(&stage["stage"]).to_owned(), outcome)
    };
    let told_stages: Vec<_> = array(&told["stages"]).iter().map(of_stage).collect();
    let is_same = |(told, expected): (&(String, String), &(&str, &str))| {
        (told.0.as_str(), told.1.as_str()) == *expected
    };
    let same_stages =
        told_stages.len() == stages.len() && told_stages.iter().zip(&stages).all(is_same);
    same(same_stages, "the stages")?;

    let place = case.fails_at.map(|place| fixture.place(place));
    same(told["failed_at"].as_str() == place.as_deref(), "the place of the failure")?;
    // Of ordinary tests it is not known.
    let is_known = !case.tags.is_empty() || !case.stages.is_empty() || case.is_doctest();
    let location = text(&told["location"]).split(':').next().unwrap_or_default();
    same(!is_known || fixture.root.join(location).is_file(), "the place")?;

    let output = format!("{}{}", text(&told["stdout"]), text(&told["stderr"]));
    let has_printed = |printed: &&str| match backend {
        "nextest" => output.contains(&plain(printed)),
        _ => output.contains(printed),
    };
    same(case.prints.iter().all(has_printed), "the output")?;
    let has_printed = |(stage, printed): &(&str, &str)| {
        array(&told["stages"]).iter().any(|told| {
            let output = format!("{}{}", text(&told["stdout"]), text(&told["stderr"]));
            told["stage"] == *stage && output.contains(printed)
        })
    };
    same(case.stage_prints.iter().all(has_printed), "the output of a stage")?;
    let details: Vec<_> = array(&told["details"]).iter().map(list).collect();
    let expected: Vec<_> = case.details.iter().map(|(key, value)| vec![*key, *value]).collect();
    same(details == expected, "the details")?;
    let logs = array(&told["logs"]);
    let is_logged = |(line, [level, stage, spans, message]): (&Value, &[&str; 4])| {
        line["level"] == *level
            && line["stage"] == *stage
            && text(&line["spans"]) == *spans
            && text(&line["message"]).contains(message)
    };
    let is_logged = logs.len() >= case.logs.len() && logs.iter().zip(case.logs).all(is_logged);
    same(is_logged, "the log")
}

fn island(html: &str) -> Value {
    let (_, rest) = html.split_once("type=\"application/json\"").unwrap();
    let (_, rest) = rest.split_once('>').unwrap();
    let (json, _) = rest.split_once("</script").unwrap();
    serde_json::from_str(json).unwrap()
}

fn cases_of(data: &Value) -> BTreeMap<String, Value> {
    let mut cases = BTreeMap::new();
    for suite in array(&data["suites"]) {
        for case in array(&suite["cases"]) {
            let id = format!("{} {}", text(&suite["name"]), text(&case["name"]));
            assert!(cases.insert(id, case.clone()).is_none(), "twice: {case}");
        }
    }
    cases
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn list(value: &Value) -> Vec<&str> {
    array(value).iter().map(text).collect()
}
