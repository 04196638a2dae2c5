//! Cases that are tried again.

use std::fs;
use std::path::Path;

/// Tells whether it is called for an odd time, as a file in the package's directory knows.
fn is_first(name: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let is_first = fs::File::create_new(&path).is_ok();
    if !is_first {
        fs::remove_file(&path).unwrap();
    }
    is_first
}

#[thinking::test(retries = 2, tags("flaky"))]
fn second_time() {
    assert!(!is_first("second_time"), "not at the first attempt");
}

#[thinking::test(retries = 1)]
fn never() {
    println!("attempt {}", std::env::var("NEXTEST_ATTEMPT").unwrap_or_default());
    panic!("at no attempt");
}

#[thinking::test(retries = 3)]
fn at_once() {}
