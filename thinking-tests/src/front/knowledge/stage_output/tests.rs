//! Where output is cut.

use super::*;

fn check(output: &str, all: &str, stages: [&str; 3]) {
    let cut = StageOutput::cut(output);
    assert_eq!(cut.all, all, "{output}");
    assert_eq!(Stage::ALL.map(|stage| cut.of(stage)), stages, "{output}");
}

#[test]
fn output_is_cut_at_the_separators() {
    check("plain\n", "plain\n", ["", "", ""]);
    check("", "", ["", "", ""]);
    check(
        "---- setup ----\na\n\n---- run ----\nb\n\n---- teardown ----\nc\n",
        "a\nb\nc\n",
        ["a\n", "b\n", "c\n"],
    );
    check("---- setup ----\n\n---- run ----\nb", "b", ["", "b", ""]);
    check("---- setup ----\nno end\n---- run ----\nb\n", "no endb\n", ["no end", "b\n", ""]);
}

#[test]
fn lines_of_both_streams_in_one_text_are_one_cut() {
    check(
        "---- setup ----\n---- setup ----\na\n\n---- run ----\n\n---- run ----\nb\n",
        "a\nb\n",
        ["a\n", "b\n", ""],
    );
}

#[test]
fn other_lines_are_output() {
    check("---- running ----\n ---- run ----\n", "---- running ----\n ---- run ----\n", [""; 3]);
}
