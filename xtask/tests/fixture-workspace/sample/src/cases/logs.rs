//! Who logs what.

use std::thread;

use tracing::{error, info, info_span, warn};

#[thinking::test(setup = || info!("logged in setup"))]
fn logs() {
    info_span!("epoch", n = 3).in_scope(|| warn!(loss = 0.5, "logged inside"));
    error!("logged \u{1b}[31m]]></script>");
}

#[thinking::test]
fn logs_elsewhere() {
    info!("logged here");
    thread::spawn(|| info!("logged by a bare thread")).join().unwrap();
}
