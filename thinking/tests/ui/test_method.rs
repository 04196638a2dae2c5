//! A method has no place of its own to be run from.

struct Suite;

impl Suite {
    #[thinking::test]
    fn case(&self) {}
}

fn main() {}
