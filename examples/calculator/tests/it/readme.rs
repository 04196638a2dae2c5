//! The sessions that the README shows.

use crate::jail::Jail;

/// Runs each command of each session, and compares what it says.
#[test]
fn sessions() {
    let jail = Jail::new();
    let mut commands = 0;
    for session in include_str!("../../README.md").split("```console\n").skip(1) {
        let session = session.split("```").next().unwrap();
        for part in session.split("$ ").skip(1) {
            let (command, expected) = part.split_once('\n').unwrap();
            assert_eq!(jail.shell(command), expected.trim_end(), "{command}");
            commands += 1;
        }
    }
    assert!(commands >= 5, "{commands}");
}
