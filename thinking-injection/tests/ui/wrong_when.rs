//! What `when` takes.

extern crate thinking_injection as thinking;

#[thinking::component(when(feature = "gpu"))]
struct Feature;

#[thinking::component(when = "gpu")]
struct Text;

#[thinking::component(when(profile))]
struct NoName;

#[thinking::component(when())]
struct Nothing;

fn main() {
    let _ = (Feature, Text, NoName, Nothing);
}
