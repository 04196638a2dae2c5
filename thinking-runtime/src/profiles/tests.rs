//! Which profiles are active, and what is said about an unknown one.

use super::*;

fn recognised(mode: Mode, environment: &[(&str, &str)], command_line: &[&str]) -> Vec<String> {
    let environment: Vec<_> =
        environment.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let command_line: Vec<_> = command_line.iter().map(|name| name.to_string()).collect();
    Profiles::recognise(mode, &environment, &command_line).active
}

#[test]
fn each_condition_activates_its_profile_once() {
    use Mode::{Application, Tests};
    for (mode, environment, command_line, expected) in [
        (Application, &[][..], &[][..], &[][..]),
        (Tests, &[], &[], &["test"]),
        (Application, &[("DEBUG", "")], &[], &["debug"]),
        (Application, &[("DEBUG", "1"), ("DEBUGGING", "1")], &["debug"], &["debug"]),
        (Application, &[("THINKING_PROFILES", "a, b,")], &["c,a"], &["a", "b", "c"]),
    ] {
        assert_eq!(recognised(mode, environment, command_line), expected);
    }
}

#[test]
fn an_unknown_profile_names_the_known_ones() {
    let mistakes = Profiles::new(["adm", "debug"]).check(&["adam".to_owned()]);
    assert_eq!(mistakes.len(), 1);
    expect_test::expect![[r#"
        error: unknown profile `adm`
         |
         = note: known profiles: adam, debug, profiling, test
         = help: did you mean `adam`?"#]]
    .assert_eq(&mistakes[0].to_string());
}
