//! Which keys a variable means.

use super::*;
use crate::facet::{FieldShape, VariantShape};

fn table(fields: &[(&str, Shape)]) -> Shape {
    let fields = fields.iter().map(|(name, shape)| FieldShape {
        name: (*name).to_owned(),
        aliases: Vec::new(),
        shape: shape.clone(),
        required: true,
    });
    Shape::Struct(fields.collect())
}

fn keys(name: &str, shape: &Shape) -> Result<String, Vec<String>> {
    let keys = Variable::split(name).expect("it names a facet").keys(shape);
    keys.map(|keys| keys.join(".")).map_err(|ambiguous| ambiguous.keys)
}

#[test]
fn keys_of_the_type_are_found_in_any_case_and_with_dashes() {
    let inner = table(&[("warmUp", Shape::Bool)]);
    let variant = VariantShape {
        name: "one-cycle".to_owned(),
        content: VariantContent::Value(inner.clone()),
    };
    let shape = table(&[
        ("learning-rate", Shape::Float),
        ("schedule", Shape::Optional(Box::new(Shape::Enum(vec![variant])))),
        ("tables", Shape::Map(Box::new(inner))),
    ]);
    let cases = [
        ("THINKING_A__LEARNING_RATE", "learning-rate"),
        ("THINKING_A__learning-rate", "learning-rate"),
        ("THINKING_A__SCHEDULE__ONE_CYCLE__WARMUP", "schedule.one-cycle.warmUp"),
        ("THINKING_A__TABLES__Some-Key__WARMUP", "tables.some-key.warmUp"),
        ("THINKING_A__UNKNOWN__Key", "unknown.key"),
        ("THINKING_A__LEARNING_RATE__DEEPER", "learning-rate.deeper"),
    ];
    for (name, expected) in cases {
        assert_eq!(keys(name, &shape).as_deref(), Ok(expected), "{name}");
    }
}

#[test]
fn of_keys_that_are_alike_the_same_one_is_meant_or_none() {
    let shape = table(&[
        ("a-b", Shape::Bool),
        ("a_b", Shape::Bool),
        ("C", Shape::Bool),
        ("c", Shape::Bool),
    ]);
    let cases = [
        ("THINKING_A__a-b", "a-b"),
        ("THINKING_A__A_B", "a_b"),
        ("THINKING_A__C", "C"),
        ("THINKING_A__c", "c"),
    ];
    for (name, expected) in cases {
        assert_eq!(keys(name, &shape).as_deref(), Ok(expected), "{name}");
    }
    let shape =
        table(&[("t", table(&[("a-b", Shape::Bool), ("aB", Shape::Bool), ("A-b", Shape::Bool)]))]);
    assert_eq!(keys("THINKING_A__T__A_B", &shape), Err(vec!["t.a-b".into(), "t.A-b".into()]));
}

#[test]
fn the_variable_that_is_proposed_reaches_its_key() {
    let shape = table(&[("learning-rate", Shape::Float), ("mäh", Shape::Bool)]);
    let propose = |facet, key: &str| name(facet, &[key.to_owned()], &shape);
    assert_eq!(propose("a-b", "learning-rate").as_deref(), Some("THINKING_A_B__LEARNING_RATE"));
    assert_eq!(propose("a", "mäh"), None);
    assert_eq!(propose("a", "un-known"), None);
    assert_eq!(propose("a", "a__b"), None);
}

#[test]
fn the_facet_is_found_as_its_keys_are() {
    let owner = |name: &'static str, known: &[&'static str]| {
        Variable::split(name).and_then(|variable| variable.owner(known.iter().copied()))
    };
    assert_eq!(owner("THINKING_A_B__KEY", &["a-b"]), Some("a-b"));
    assert_eq!(owner("THINKING_A_B__KEY", &["a-b", "a_b"]), Some("a_b"));
    assert_eq!(owner("THINKING_C__KEY", &["a-b"]), None);
    assert_eq!(owner("THINKING_PROFILES", &["profiles"]), None);
}
