//! How two values differ, part by part.

use serde_json::Value;

use super::Difference;

/// How much of a value a message shows.
const SHOWN_CHARS_MAX: usize = 60;
/// How much stands before the first difference where a part of a text is shown.
const BEFORE_CHARS: usize = 20;
/// How many parts of the arguments a message names.
const PARTS_MAX: usize = 8;

/// Compares the texts of two calls' arguments, `name = JSON, name = JSON`, part by part. One that
/// was cut off is compared as text.
pub(crate) fn arguments(recorded: &str, now: &str) -> Vec<Difference> {
    let values = (parse(recorded), parse(now));
    let mut parts = Vec::new();
    if let (Some(recorded), Some(now)) = &values {
        compare(&mut parts, String::new(), recorded, now);
    }
    if parts.is_empty() || parts.len() > PARTS_MAX {
        let (recorded, now) = excerpts(recorded, now);
        return vec![Difference::Arguments { recorded, now }];
    }
    let differences = parts.into_iter().map(|(name, recorded, now)| {
        let text = |value: Option<&Value>| value.map_or("none".to_owned(), Value::to_string);
        let (recorded, now) = excerpts(&text(recorded), &text(now));
        Difference::Argument { name, recorded, now }
    });
    differences.collect()
}

/// Reads `name = JSON, name = JSON`.
fn parse(mut text: &str) -> Option<Value> {
    let mut values = serde_json::Map::new();
    while !text.is_empty() {
        let (name, rest) = text.split_once(" = ")?;
        let mut parser = serde_json::Deserializer::from_str(rest).into_iter();
        let value: Value = parser.next()?.ok()?;
        let rest = &rest[parser.byte_offset()..];
        text = rest.strip_prefix(", ").or_else(|| rest.is_empty().then_some(rest))?;
        values.insert(name.to_owned(), value);
    }
    Some(Value::Object(values))
}

type Part<'a> = (String, Option<&'a Value>, Option<&'a Value>);

fn compare<'a>(parts: &mut Vec<Part<'a>>, name: String, recorded: &'a Value, now: &'a Value) {
    match (recorded, now) {
        (Value::Object(old), Value::Object(new)) => {
            let added = new.keys().filter(|key| !old.contains_key(*key));
            for key in old.keys().chain(added) {
                let name = match name.is_empty() {
                    true => key.clone(),
                    false => format!("{name}.{key}"),
                };
                compare_both(parts, name, old.get(key), new.get(key));
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            for index in 0..old.len().max(new.len()) {
                let name = format!("{name}[{index}]");
                compare_both(parts, name, old.get(index), new.get(index));
            }
        }
        (old, new) if old != new => parts.push((name, Some(old), Some(new))),
        _ => {}
    }
}

fn compare_both<'a>(
    parts: &mut Vec<Part<'a>>,
    name: String,
    recorded: Option<&'a Value>,
    now: Option<&'a Value>,
) {
    match (recorded, now) {
        (Some(recorded), Some(now)) => compare(parts, name, recorded, now),
        (recorded, now) => parts.push((name, recorded, now)),
    }
}

/// Shortens two texts to where they begin to differ.
pub(super) fn excerpts(recorded: &str, now: &str) -> (String, String) {
    let same = recorded.chars().zip(now.chars()).take_while(|(a, b)| a == b).count();
    let longest = recorded.chars().count().max(now.chars().count());
    let skipped = match longest > SHOWN_CHARS_MAX {
        true => same.saturating_sub(BEFORE_CHARS),
        false => 0,
    };
    (excerpt(recorded, skipped), excerpt(now, skipped))
}

fn excerpt(text: &str, skipped: usize) -> String {
    let before = if skipped > 0 { "…" } else { "" };
    let mut rest = text.chars().skip(skipped);
    let shown: String = rest.by_ref().take(SHOWN_CHARS_MAX).collect();
    let after = if rest.next().is_some() { "…" } else { "" };
    format!("{before}{shown}{after}")
}

#[cfg(test)]
mod tests {
    //! Structs, lists and maps by their parts; what is too long by where it begins to differ.

    use expect_test::{Expect, expect};

    use super::*;

    #[track_caller]
    fn check(recorded: &str, now: &str, expected: Expect) {
        let differences = arguments(recorded, now).into_iter().map(|d| format!("{d}\n"));
        expected.assert_eq(&differences.collect::<String>());
    }

    #[test]
    fn parts_are_named() {
        check(
            "n = 1, name = \"a\"",
            "n = 2, name = \"a\"",
            expect![[r#"
            its argument `n`: 1 → 2
        "#]],
        );
        check(
            r#"c = {"in":{"x":true},"layers":[1,2],"rate":0.1}, text = "a = 1, b""#,
            r#"c = {"layers":[1,2,3],"out":null,"rate":0.2}, text = "a = 2, b""#,
            expect![[r#"
                its argument `c.in`: {"x":true} → none
                its argument `c.layers[2]`: none → 3
                its argument `c.rate`: 0.1 → 0.2
                its argument `c.out`: none → null
                its argument `text`: "a = 1, b" → "a = 2, b"
            "#]],
        );
        check(
            "n = 1",
            "n = 1, m = 2",
            expect![[r#"
            its argument `m`: none → 2
        "#]],
        );
        check(
            "",
            "m = 2",
            expect![[r#"
            its argument `m`: none → 2
        "#]],
        );
    }

    #[test]
    fn what_is_long_is_shown_where_it_differs() {
        let long = |end: &str| format!("v = [{}{end}", "1,".repeat(200));
        check(
            &long("2]"),
            &long("3]"),
            expect![[r#"
            its argument `v[200]`: 2 → 3
        "#]],
        );
        check(
            &long("2…"),
            &long("3…"),
            expect![[r#"
                its arguments: …1,1,1,1,1,1,1,1,1,1,2… → …1,1,1,1,1,1,1,1,1,1,3…
            "#]],
        );
        let text = |end: &str| format!("v = \"{}{end}\"", "x".repeat(200));
        check(
            &text("a"),
            &text("b"),
            expect![[r#"
            its argument `v`: …xxxxxxxxxxxxxxxxxxxxa" → …xxxxxxxxxxxxxxxxxxxxb"
        "#]],
        );
    }

    #[test]
    fn values_that_look_the_same_are_said_to_differ() {
        check(
            "n = null",
            "n = null",
            expect![[r#"
            its arguments, in what their text does not show: n = null
        "#]],
        );
    }
}
