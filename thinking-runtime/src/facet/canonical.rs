//! The one text of a value: for messages, for `config`, and for telling whether it changed.

use figment::value::{Num, Value};

/// Returns the value as a line of TOML. Equal values have equal texts, whichever layer and
/// number type they came from.
pub(crate) fn text(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value);
    out
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
