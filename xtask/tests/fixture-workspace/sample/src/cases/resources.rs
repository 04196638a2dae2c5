//! Cases that would collide.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// Fails if it is called while another call is at work, in whichever process.
fn alone() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("at-work");
    fs::File::create_new(&path).expect("nobody else is at work");
    thread::park_timeout(Duration::from_millis(50));
    fs::remove_file(&path).unwrap();
}

#[thinking::test(exclusive = "port", tags("port"))]
#[row(1)]
#[row(2)]
fn serves(_copy: u8) {
    alone();
}

#[thinking::test(exclusive("disk", "port"), tags("port"))]
fn serves_from_disk() {
    alone();
}
