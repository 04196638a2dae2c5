//! SIGINT and SIGTERM: the running step is finished, and a rerun goes on after it.

use crate::jail::Jail;

fn check(signal: &str, code: i32) {
    let jail = Jail::new();
    let long = ["--set", "training.epochs=5000"];
    let mut session = jail.start(&long);
    assert!(session.wait_for(" done in ", 8));
    session.signal(signal);
    let ended = session.end();
    assert_eq!(ended.code(), code, "{}", ended.stderr);
    let warning = format!("SIG{signal}: finishing the running step");
    assert_eq!(ended.lines_with(&warning).len(), 1, "{}", ended.stderr);
    let message = format!(
        "error: interrupted by SIG{signal}\n\
         what was done is recorded; run again to go on\n"
    );
    assert!(ended.stderr.ends_with(&message), "{}", ended.stderr);

    let status = jail.succeed(&["status"]).stdout;
    assert!(status.contains(", interrupted after "), "{status}");
    let done = ended.done();
    let last = jail.succeed(&["--set", &format!("training.epochs={}", done.len())]);
    assert!(last.lines_with("going on at `experiment/train/epoch[").len() == 1, "{}", last.stderr);
    assert!(last.done().iter().all(|path| !done.contains(path)));
}

#[test]
fn sigint() {
    check("INT", 130);
}

#[test]
fn sigterm() {
    check("TERM", 143);
}
