//! Fields are injected by name.

extern crate thinking_injection as thinking;

#[thinking::component]
struct Wrong(std::sync::Arc<String>);

fn main() {
    let _ = Wrong(std::sync::Arc::new(String::new()));
}
