//! The program for lines at a terminal, with somebody who types.

use std::fs;
use std::path::Path;

use rexpect::session::{PtySession, spawn_command};
use thinking::prelude::*;
use thinking::tests;

use crate::jail::Jail;

const UP: &str = "\u{1b}[A";
const LEFT: &str = "\u{1b}[D";
/// The prompt on a fresh line; an arrow in a message is none.
const PROMPT: &str = "\u{1b}[K> ";
/// How long a program may be silent before the test fails.
const PATIENCE_MS: u64 = 60_000;

/// The program at a terminal, in a root of its own.
struct Terminal {
    jail: Jail,
    session: PtySession,
}

/// Before a test: the program asks for the first line.
fn open() -> Terminal {
    let jail = Jail::new();
    let session = start(&jail, "reverse Polish notation, such as `1 2 + 4 * 5 -`; ^D ends");
    Terminal { jail, session }
}

/// As [`open`], where a directory has taken the place of the history.
fn open_without_a_history() -> Terminal {
    let jail = Jail::new();
    fs::create_dir(jail.path("history.txt")).unwrap();
    let session = start(&jail, "WARN  cannot read the history `");
    Terminal { jail, session }
}

fn start(jail: &Jail, greeting: &str) -> PtySession {
    if !Path::new("/dev/ptmx").exists() {
        tests::skip("this machine has no pseudo terminals");
    }
    let mut command = jail.interactive();
    command.env("TERM", "xterm").env("NO_COLOR", "1");
    let mut session = spawn_command(command, Some(PATIENCE_MS)).unwrap();
    session.exp_string(greeting).unwrap();
    session
}

/// After a test: the program ends when it is told to. After a failure nobody knows what it waits for,
/// and it is killed.
fn leave(mut terminal: Terminal, outcome: Outcome) {
    if outcome != Outcome::Success {
        return;
    }
    let session = &mut terminal.session;
    session.exp_string(PROMPT).unwrap();
    session.send_control('d').unwrap();
    session.exp_eof().unwrap();
    // The type of the status belongs to a crate that is not ours to name.
    let status = format!("{:?}", session.process().wait().unwrap());
    assert!(status.starts_with("Exited(") && status.ends_with(", 0)"), "{status}");
}

/// Types at the prompt, and waits for what is to come of it.
#[track_caller]
fn type_and_see(session: &mut PtySession, keys: &str, expected: &str) {
    session.exp_string(PROMPT).unwrap();
    session.send(keys).unwrap();
    session.flush().unwrap();
    session.exp_string(expected).unwrap();
}

/// One after another, as each waits for a program to answer, and once more after a failure, as a
/// machine may be busy with other things for as long as that.
#[thinking::tests(
    tags("terminal"), exclusive = "terminal", timeout = "5m", retries = 1,
    setup = open, teardown = leave,
)]
mod somebody_types {
    use super::*;

    #[thinking::test]
    fn lines_are_edited_and_answered(setup: &mut Terminal) {
        let session = &mut setup.session;
        type_and_see(session, "2 3 +\r", "(Value(2.0) + Value(3.0)) = 5.0\r\n");
        // The missing digit is put where it belongs.
        let edited = format!("4 +{LEFT}{LEFT} 1\r");
        type_and_see(session, &edited, "(Value(4.0) + Value(1.0)) = 5.0");
        type_and_see(session, "2 +\r", "error: `+` takes 2 operands, found 1\r\n");
        type_and_see(session, "1 0 /\r", "error: `1.0 / 0.0` has no value\r\n");
        type_and_see(session, "\r", "\r\n");
    }

    #[thinking::test]
    fn control_c_gives_up_the_line(setup: &mut Terminal) {
        let Terminal { jail, session } = setup;
        type_and_see(session, "1 2 nonsense\u{3}", "\r\n");
        type_and_see(session, "\u{3}", "\r\n");
        type_and_see(session, "2 3 +\r", "= 5.0\r\n");
        assert_eq!(fs::read_to_string(jail.path("history.txt")).unwrap(), "#V2\n2 3 +\n");
    }

    #[thinking::test]
    fn the_history_is_there_in_the_next_session(setup: &mut Terminal) {
        let Terminal { jail, session } = setup;
        type_and_see(session, "2 3 +\r", "= 5.0\r\n");
        type_and_see(session, "2 +\r", "error: ");
        // It is on disk before the session ends, so that nothing is lost if the program is killed.
        session.exp_string(PROMPT).unwrap();
        assert_eq!(fs::read_to_string(jail.path("history.txt")).unwrap(), "#V2\n2 3 +\n2 +\n");
        *session = start(jail, "^D ends");
        type_and_see(session, &format!("{UP}{UP}\r"), "(Value(2.0) + Value(3.0)) = 5.0\r\n");
    }

    #[thinking::test(setup = open_without_a_history)]
    fn a_history_that_cannot_be_kept_is_only_a_warning(setup: &mut Terminal) {
        let session = &mut setup.session;
        type_and_see(session, "2 3 +\r", "WARN  cannot write the history `");
        session.exp_string("(Value(2.0) + Value(3.0)) = 5.0\r\n").unwrap();
    }
}
