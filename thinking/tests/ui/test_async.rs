//! There is no executor of futures.

#[thinking::test]
async fn case() {}

fn main() {}
