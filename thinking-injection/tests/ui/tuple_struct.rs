//! Fields are injected by name; their attributes are no second mistake.

extern crate thinking_injection as thinking;

#[thinking::component]
struct Wrong(#[inject(named = "one")] std::sync::Arc<String>);

fn main() {
    let _ = Wrong(std::sync::Arc::new(String::new()));
}
