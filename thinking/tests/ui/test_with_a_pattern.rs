//! A requirement is reported by the parameter's name.

#[thinking::test]
fn case((a, b): (u32, u32)) {
    let _ = (a, b);
}

fn main() {}
