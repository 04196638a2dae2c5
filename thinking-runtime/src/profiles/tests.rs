//! Which profiles are active and why, and what is said about an unknown one.

use expect_test::{Expect, expect};

use super::*;

const CLUSTER: ProfileDefinition = ProfileDefinition {
    name: "cluster",
    about: &[" On a node", " of the cluster."],
    triggers: &[
        Trigger::present("SLURM_JOB_ID"),
        Trigger::equal("WHERE", "cluster"),
        Trigger::contains("TAGS", "cluster"),
    ],
};
const GPU: ProfileDefinition =
    ProfileDefinition { name: "gpu", about: &[], triggers: &[Trigger::present("GPU")] };
const MORE_DEBUG: ProfileDefinition =
    ProfileDefinition { name: "debug", about: &["More."], triggers: &[Trigger::present("GPU")] };
const KNOWN_ONLY: ProfileDefinition =
    ProfileDefinition { name: "staging", about: &[], triggers: &[] };

fn recognised(mode: Mode, environment: &[(&str, &str)], command_line: &[&str]) -> Profiles {
    let environment: Vec<_> =
        environment.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let command_line: Vec<_> = command_line.iter().map(|name| name.to_string()).collect();
    let declared = [CLUSTER, GPU, MORE_DEBUG, KNOWN_ONLY];
    Profiles::recognise(mode, &declared, &environment, &command_line)
}

#[test]
fn each_condition_activates_its_profile_once() {
    use Mode::{Application, Tests};
    for (mode, environment, command_line, expected) in [
        (Application, &[][..], &[][..], &[][..]),
        (Tests, &[], &[], &["test"]),
        // Present is enough for the built-in ones.
        (Application, &[("DEBUG", "")], &[], &["debug"]),
        (Application, &[("DEBUGGING", "0")], &[], &["debug"]),
        (Application, &[("PROFILING", "1")], &[], &["profiling"]),
        (Application, &[("DEBUG", "1"), ("DEBUGGING", "1")], &["debug"], &["debug"]),
        // Lists.
        (Application, &[("THINKING_PROFILES", "a, b,")], &["c,a"], &["a", "b", "c"]),
        (Application, &[("THINKING_PROFILES", "")], &["", " , "], &[]),
        // Present, also if it is empty.
        (Application, &[("SLURM_JOB_ID", "")], &[], &["cluster"]),
        // Equal, and nothing else.
        (Application, &[("WHERE", "cluster")], &[], &["cluster"]),
        (Application, &[("WHERE", "cluster ")], &[], &[]),
        (Application, &[("WHERE", "Cluster")], &[], &[]),
        (Application, &[("WHERE", "")], &[], &[]),
        // Contains, an item and not a part of one.
        (Application, &[("TAGS", "cluster")], &[], &["cluster"]),
        (Application, &[("TAGS", "night, cluster ,x")], &[], &["cluster"]),
        (Application, &[("TAGS", "clusters,my cluster")], &[], &[]),
        // Two triggers give one profile.
        (Application, &[("WHERE", "cluster"), ("TAGS", "cluster")], &["cluster"], &["cluster"]),
        // Another declaration of a built-in one adds to it.
        (Application, &[("GPU", "0")], &[], &["gpu", "debug"]),
        // The order of the overlay: built in, conditions, variable, command line.
        (
            Tests,
            &[("GPU", ""), ("SLURM_JOB_ID", "1"), ("DEBUG", ""), ("THINKING_PROFILES", "v,gpu")],
            &["z,cluster", "a"],
            &["debug", "test", "cluster", "gpu", "v", "z", "a"],
        ),
        // A profile without conditions is active only by its name.
        (Application, &[], &["staging"], &["staging"]),
    ] {
        let found = recognised(mode, environment, command_line);
        let context = format!("{mode} {environment:?} {command_line:?}");
        assert_eq!(found.names().collect::<Vec<_>>(), expected, "{context}");
    }
}

#[test]
fn every_trigger_is_told() {
    let environment = [
        ("DEBUG", ""),
        ("WHERE", "cluster"),
        ("TAGS", "x,cluster"),
        ("THINKING_PROFILES", "debug"),
    ];
    let profiles = recognised(Mode::Tests, &environment, &["cluster,cluster"]);
    let told: Vec<_> =
        profiles.triggers().map(|(name, why)| format!("{name}: {}", why.join(", "))).collect();
    expect![[r#"
        debug: the variable `DEBUG` is set, the variable `THINKING_PROFILES` names it
        test: this is a test binary
        cluster: the variable `WHERE` is `cluster`, the variable `TAGS` lists `cluster`, `--profile` names it"#]]
    .assert_eq(&told.join("\n"));
}

#[test]
fn known_are_the_built_in_the_declared_and_the_mentioned() {
    let known = known(&[CLUSTER, KNOWN_ONLY, MORE_DEBUG], ["gpu", "a.b"].map(str::to_owned));
    expect![[r#"
        {
            "cluster": "On a node of the cluster.",
            "debug": "For those who look for a mistake.",
            "gpu": "",
            "profiling": "For those who look for lost time.",
            "staging": "",
            "test": "In test binaries.",
        }
    "#]]
    .assert_debug_eq(&known);
}

#[test]
fn names_fit_into_a_file_name_and_a_list() {
    for (name, valid) in [
        ("gpu", true),
        ("big-gpu_2", true),
        ("größe", true),
        ("", false),
        ("a b", false),
        ("a,b", false),
        ("a.b", false),
        ("a/b", false),
        ("a\\b", false),
        ("a:b", false),
        ("a*", false),
        ("a\n", false),
    ] {
        assert_eq!(is_name(name), valid, "{name:?}");
    }
}

#[test]
fn an_unknown_profile_names_the_known_ones() {
    let check = |environment: &[(&str, &str)], command_line: &[&str], expected: Expect| {
        let profiles = recognised(Mode::Application, environment, command_line);
        let mistakes = profiles.check(&known(&[CLUSTER], ["adam".to_owned()]));
        let messages: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        expected.assert_eq(&messages.join("\n\n"));
    };
    check(
        &[("THINKING_PROFILES", "adm,debug")],
        &["adm,nothing"],
        expect![[r#"
            error: unknown profile `adm`
             |
             = note: the variable `THINKING_PROFILES` names it
             = note: `--profile` names it
             = note: known profiles: adam, cluster, debug, profiling, test
             = help: did you mean `adam`?

            error: unknown profile `nothing`
             |
             = note: `--profile` names it
             = note: known profiles: adam, cluster, debug, profiling, test"#]],
    );
    check(
        &[],
        &["cluster,a.b,../x"],
        expect![[r#"
            error: `a.b` cannot name a profile
             |
             = note: `--profile` names it
             = help: a profile's name consists of letters, digits, `-` and `_`

            error: `../x` cannot name a profile
             |
             = note: `--profile` names it
             = help: a profile's name consists of letters, digits, `-` and `_`"#]],
    );
}
