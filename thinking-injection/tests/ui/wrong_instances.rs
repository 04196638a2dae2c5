//! Instances fit what is generic.

extern crate thinking_injection as thinking;

#[thinking::component(instances(Plain<u32>))]
struct Plain;

#[thinking::component(instances(TooMany<u32, u32>))]
struct TooMany<T: Send + Sync + 'static> {
    inner: std::sync::Arc<T>,
}

#[thinking::component(instances = Wrong<u32>)]
struct Wrong<T: Send + Sync + 'static> {
    inner: std::sync::Arc<T>,
}

#[thinking::component(instances(Borrowed<'static>))]
struct Borrowed<'a> {
    text: &'a str,
}

fn main() {
    let _ = Plain;
}
