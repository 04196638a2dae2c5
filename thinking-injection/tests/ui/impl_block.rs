//! What an `impl` block may say.

extern crate thinking_injection as thinking;

struct Unmarked;

#[thinking::component]
impl Unmarked {
    fn new() -> Self {
        Unmarked
    }
}

struct Method;

#[thinking::component]
impl Method {
    #[component]
    fn again(&self) -> Self {
        Method
    }

    #[component(primary, scope = never)]
    fn new() -> Self {
        Method
    }

    #[component]
    fn generic<T>() -> Self {
        Method
    }
}

struct Generic<T>(T);

#[thinking::component]
impl<T> Generic<T> {
    #[component]
    fn new(inner: T) -> Self {
        Generic(inner)
    }
}

struct Options;

#[thinking::component(primary)]
impl Clone for Options {
    fn clone(&self) -> Self {
        Options
    }
}

fn main() {
    let _ = (Unmarked::new(), Method::new().again(), Method::generic::<u8>(), Generic::new(1));
    let _ = Options.clone();
}
