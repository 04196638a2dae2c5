//! The one text of a value: for messages, for `config`, and for telling whether it changed.

use figment::value::{Dict, Num, Value};

use super::notes::Notes;

/// Returns the value as a line of TOML. Equal values have equal texts, whichever layer and
/// number type they came from.
pub(crate) fn text(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value);
    out
}

/// Returns the value with one spelling of what has several, and with `mask` in place of secrets;
/// `path` leads to it.
pub(crate) fn normal(
    value: &Value,
    path: &[String],
    notes: &Notes,
    mask: &dyn Fn(&str) -> String,
) -> Value {
    let spelled = notes.spelling(path).and_then(|spelling| spelling.normal(value));
    if notes.is_secret(path) {
        return Value::from(mask(&spelled.unwrap_or_else(|| text(value))));
    }
    if let Some(spelled) = spelled {
        return Value::from(spelled);
    }
    let inside = |key: String, value| {
        let path = [path, &[key]].concat();
        normal(value, &path, notes, mask)
    };
    match value {
        Value::Dict(_, dict) => {
            let entries = dict.iter().map(|(key, value)| (key.clone(), inside(key.clone(), value)));
            Value::from(entries.collect::<Dict>())
        }
        Value::Array(_, values) => {
            let values = values.iter().enumerate();
            let values = values.map(|(index, value)| inside(index.to_string(), value));
            Value::from(values.collect::<Vec<_>>())
        }
        other => other.clone(),
    }
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::String(_, text) => out.push_str(&format!("{text:?}")),
        Value::Char(_, character) => out.push_str(&format!("{:?}", character.to_string())),
        Value::Bool(_, bool) => out.push_str(&format!("{bool}")),
        Value::Num(_, number) => write_number(out, *number),
        Value::Empty(..) => out.push_str("none"),
        Value::Dict(_, dict) => {
            out.push('{');
            for (index, (key, value)) in dict.iter().enumerate() {
                let comma = if index == 0 { "" } else { "," };
                out.push_str(&format!("{comma} {key} = "));
                write_value(out, value);
            }
            out.push_str(if dict.is_empty() { "}" } else { " }" });
        }
        Value::Array(_, values) => {
            out.push('[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_value(out, value);
            }
            out.push(']');
        }
    }
}

fn write_number(out: &mut String, number: Num) {
    let float = match number {
        // The shortest text of an `f32` that reads back equal; widened it would gain digits.
        Num::F32(value) => Some(format!("{value:?}")),
        Num::F64(value) => Some(format!("{value:?}")),
        _ => None,
    };
    let text = float
        .or_else(|| number.to_i128().map(|value| value.to_string()))
        .or_else(|| number.to_u128().map(|value| value.to_string()))
        .unwrap_or_default();
    out.push_str(&text);
}
