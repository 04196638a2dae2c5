//! Lines between the stages of a case, in what it prints.

use crate::child;

#[thinking_tests::test(
    crate = thinking_tests,
    setup = || {
        print!("made");
        eprintln!("warned");
    },
    teardown = || println!("unmade"),
)]
fn three_stages() {
    println!("ran");
    assert!(!child::is_child(), "on purpose");
}

#[thinking_tests::test(crate = thinking_tests)]
fn one_stage() {
    println!("ran");
}

#[test]
fn each_stage_of_its_own_begins_with_a_line() {
    let nocapture = ["--exact", "stage_output::three_stages", "--nocapture"];
    let child = child::run(&nocapture, &[]);
    let stdout = child.stdout();
    let expected = "---- setup ----\nmade\n---- run ----\nran\n\n---- teardown ----\nunmade\n";
    assert!(stdout.contains(expected), "{stdout}");
    let stderr = child.stderr();
    assert!(stderr.starts_with("---- setup ----\nwarned\n\n---- run ----\n"), "{stderr}");
    assert!(stderr.contains("on purpose\n"), "{stderr}");
    assert!(stderr.ends_with("\n---- teardown ----\n"), "{stderr}");

    // Through libtest's capture, too.
    let captured = child::run(&nocapture[..2], &[]);
    assert!(captured.stdout().contains("---- setup ----\nmade"), "{}", captured.stdout());

    // People who call the binary themselves see what the case prints, and nothing else.
    let plain = child::run_plainly(&nocapture, &[]);
    assert!(!String::from_utf8_lossy(&plain.stdout).contains("----\nmade"));

    let one = child::run(&["--exact", "stage_output::one_stage", "--nocapture"], &[]);
    assert!(!one.stdout().contains("---- run"), "{}", one.stdout());
}
