//! Nobody has the value whose method it would be.

extern crate thinking_injection as thinking;

struct Shop;

impl Shop {
    #[thinking::component]
    fn till(&self) -> String {
        String::new()
    }

    #[thinking::component]
    fn open() -> Self {
        Shop
    }
}

fn main() {
    Shop::open().till();
}
