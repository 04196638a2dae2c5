//! Cases that end their process, beside others.

use std::process;
use std::thread;

use tracing::info;

#[thinking::test]
fn aborts() {
    println!("about to abort");
    info!("logged before the end");
    process::abort();
}

#[thinking::test]
fn exits() {
    process::exit(0);
}

#[thinking::test(timeout = "700ms", tags("slow"))]
fn hangs() {
    info!("logged before it hangs");
    loop {
        thread::park();
    }
}

#[thinking::test(tags("quick"))]
fn goes_on() {
    println!("still here");
}

#[test]
fn is_plain() {}

#[thinking::test]
fn fails_beside() {
    assert_eq!(1 + 1, 3);
}
