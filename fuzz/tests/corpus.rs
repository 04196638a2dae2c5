//! Goes through the inputs that are kept, as a fuzzer would.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

use std::path::Path;

#[test]
fn facet_file() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/facet_file");
    let inputs: Vec<_> = directory.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!inputs.is_empty());
    for input in inputs {
        fuzz::facet_file(&std::fs::read(&input).unwrap());
    }
}
