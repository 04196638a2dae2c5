//! The program for lines at a terminal, with somebody who types.

use std::fs;
use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::jail::Jail;

const UP: &str = "\u{1b}[A";
const LEFT: &str = "\u{1b}[D";
/// The prompt on a fresh line; an arrow in a message is none.
const PROMPT: &str = "\u{1b}[K> ";
/// How long a program may be silent before the test fails.
const PATIENCE_MS: u64 = 60_000;

fn start(mut command: Command) -> PtySession {
    command.env("TERM", "xterm").env("NO_COLOR", "1");
    let mut session = spawn_command(command, Some(PATIENCE_MS)).unwrap();
    session.exp_string("reverse Polish notation, such as `1 2 + 4 * 5 -`; ^D ends").unwrap();
    session
}

/// Types at the prompt, and waits for what is to come of it.
#[track_caller]
fn type_and_see(session: &mut PtySession, keys: &str, expected: &str) {
    session.exp_string(PROMPT).unwrap();
    session.send(keys).unwrap();
    session.flush().unwrap();
    session.exp_string(expected).unwrap();
}

#[track_caller]
fn end(mut session: PtySession) {
    session.exp_string(PROMPT).unwrap();
    session.send_control('d').unwrap();
    session.exp_eof().unwrap();
    // The type of the status belongs to a crate that is not ours to name.
    let status = format!("{:?}", session.process().wait().unwrap());
    assert!(status.starts_with("Exited(") && status.ends_with(", 0)"), "{status}");
}

#[test]
fn lines_are_edited_and_answered() {
    let jail = Jail::new();
    let mut session = start(jail.interactive());
    type_and_see(&mut session, "2 3 +\r", "(Value(2.0) + Value(3.0)) = 5.0\r\n");
    // The missing digit is put where it belongs.
    type_and_see(&mut session, &format!("4 +{LEFT}{LEFT} 1\r"), "(Value(4.0) + Value(1.0)) = 5.0");
    type_and_see(&mut session, "2 +\r", "error: `+` takes 2 operands, found 1\r\n");
    type_and_see(&mut session, "1 0 /\r", "error: `1.0 / 0.0` has no value\r\n");
    type_and_see(&mut session, "\r", "\r\n");
    end(session);
}

#[test]
fn control_c_gives_up_the_line() {
    let jail = Jail::new();
    let mut session = start(jail.interactive());
    type_and_see(&mut session, "1 2 nonsense\u{3}", "\r\n");
    type_and_see(&mut session, "\u{3}", "\r\n");
    type_and_see(&mut session, "2 3 +\r", "(Value(2.0) + Value(3.0)) = 5.0\r\n");
    end(session);
    assert_eq!(fs::read_to_string(jail.path("history.txt")).unwrap(), "#V2\n2 3 +\n");
}

#[test]
fn the_history_is_there_in_the_next_session() {
    let jail = Jail::new();
    let mut session = start(jail.interactive());
    type_and_see(&mut session, "2 3 +\r", "= 5.0\r\n");
    type_and_see(&mut session, "2 +\r", "error: ");
    // It is on disk already, so that nothing is lost if the program is killed.
    session.exp_string(PROMPT).unwrap();
    assert_eq!(fs::read_to_string(jail.path("history.txt")).unwrap(), "#V2\n2 3 +\n2 +\n");
    drop(session);
    let mut session = start(jail.interactive());
    type_and_see(&mut session, &format!("{UP}{UP}\r"), "(Value(2.0) + Value(3.0)) = 5.0\r\n");
    end(session);
}

#[test]
fn a_history_that_cannot_be_kept_is_only_a_warning() {
    let jail = Jail::new();
    fs::create_dir(jail.path("history.txt")).unwrap();
    let mut command = jail.interactive();
    command.env("TERM", "xterm").env("NO_COLOR", "1");
    let mut session = spawn_command(command, Some(PATIENCE_MS)).unwrap();
    session.exp_string("WARN  cannot read the history `").unwrap();
    type_and_see(&mut session, "2 3 +\r", "WARN  cannot write the history `");
    session.exp_string("(Value(2.0) + Value(3.0)) = 5.0\r\n").unwrap();
    end(session);
}
