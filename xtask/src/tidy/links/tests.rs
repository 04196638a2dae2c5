//! Documents that point at sources.

use super::*;

fn findings(text: &str) -> Vec<String> {
    let read = |path: &str| match path {
        "a/tests/it/x.rs" => Some("#[test]\nfn it_works() {}\n".to_owned()),
        "a/tests/ui/wrong.rs" => Some(String::new()),
        _ => None,
    };
    let found = check("docs/d.md", text, &read).into_iter().chain(proven("docs/d.md", text));
    found.map(|finding| finding.to_string()).collect()
}

#[test]
fn tests_that_are_there() {
    let text = "\
        See [`it_works`](../a/tests/it/x.rs), [`wrong`](../a/tests/ui/wrong.rs#L3),\n\
        [all of it](../a/tests/it/x.rs), [`a::b`](../a/tests/it/x.rs),\n\
        [elsewhere](https://example.org/y.rs), [`it`](#it) and [a page](guide.md).\n";
    assert_eq!(findings(text), [""; 0]);
}

#[test]
fn tests_that_are_gone() {
    assert_eq!(
        findings("\n[`it_works`](../a/tests/it/y.rs) [`it_work`](../a/tests/it/x.rs)\n"),
        [
            "docs/d.md:2: `a/tests/it/y.rs` does not exist; point at what took its place",
            "docs/d.md:2: `a/tests/it/x.rs` has no test `it_work`; name one that shows the same",
        ]
    );
}

#[test]
fn a_yes_needs_a_test() {
    let table = "\
        | | ours | theirs | shown by |\n\
        |---|---|---|---|\n\
        | a | yes | no | [`it_works`](../a/tests/it/x.rs) |\n\
        | b | yes, mostly | yes | |\n\
        | c | not yet | yes | |\n";
    assert_eq!(findings(table), ["docs/d.md:4: say in the last column which test shows it"]);
}
