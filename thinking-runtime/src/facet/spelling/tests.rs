//! Durations and sizes that are equal have one spelling.

use super::*;

fn normal(spelling: Spelling, values: &[Value]) -> Vec<Option<String>> {
    values.iter().map(|value| spelling.normal(value)).collect()
}

#[test]
fn equal_durations_are_spelled_alike() {
    let texts = ["90s", "1m 30s", "1 minute, 30 seconds", "PT1M30S", "90000ms", "0:01:30"];
    let texts: Vec<_> = texts.into_iter().map(Value::from).collect();
    let expected = vec![Some("1m 30s".to_owned()); texts.len()];
    assert_eq!(normal(Spelling::Duration, &texts), expected);
    assert_eq!(normal(Spelling::SignedDuration, &texts), expected);
    let serialised = Value::serialize(Duration::from_secs(90)).unwrap();
    assert_eq!(Spelling::Duration.normal(&serialised).as_deref(), Some("1m 30s"));
}

#[test]
fn days_and_weeks_have_a_length_and_months_have_none() {
    let hours = |text| duration(text).ok().map(|duration| duration.as_hours());
    assert_eq!(hours("2 days"), Some(48));
    assert_eq!(hours("1w 1d"), Some(192));
    assert_eq!(hours("1 month"), None);
    assert_eq!(hours("30"), None);
}

#[test]
fn durations_of_defaults_are_spelled_wherever_they_stand() {
    let shape =
        Shape::Map(Box::new(Shape::List(Box::new(Shape::Optional(Box::new(Shape::Duration))))));
    let parts = Value::serialize(Duration::from_millis(1500)).unwrap();
    let value =
        Value::from(Dict::from([("a".to_owned(), Value::from(vec![parts, Value::from(1)]))]));
    let spelled = spell_durations(value, &shape);
    assert_eq!(crate::facet::canonical::text(&spelled), "{ a = [\"1s 500ms\", 1] }");
}

#[test]
fn equal_sizes_are_spelled_alike() {
    let sizes = [Value::from("2 GiB"), Value::from(2u64 << 30), Value::from("2048mib")];
    assert_eq!(normal(Spelling::ByteSize, &sizes), vec![Some("2 GiB".to_owned()); 3]);
    let wrong = [Value::from("2 gigs"), Value::from(-1), Value::from(0.5)];
    assert_eq!(normal(Spelling::ByteSize, &wrong), [None, None, None]);
}
