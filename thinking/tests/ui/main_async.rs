//! There is no executor of futures.

#[thinking::main]
async fn main() {}
