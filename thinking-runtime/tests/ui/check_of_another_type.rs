//! A check takes the facet and what it refuses, and exists.

extern crate thinking_runtime as thinking;

use thinking::Violations;

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "wrong", check = too_long)]
struct Wrong {
    text: String,
}

fn too_long(text: &str, violations: &mut Violations) {
    if text.len() > 3 {
        violations.refuse("text", "at most three bytes");
    }
}

#[derive(serde::Deserialize, thinking::Facet)]
#[facet(name = "absent", check = nowhere)]
struct Absent {
    text: String,
}

fn main() {}
