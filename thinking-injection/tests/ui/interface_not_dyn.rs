//! Components are injected as `dyn Trait`.

extern crate thinking_injection as thinking;

#[thinking::interface]
trait Wrong: Send + Sync {
    fn copy(&self) -> Self;
}

fn main() {}
