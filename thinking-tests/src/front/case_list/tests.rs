//! The list as text and for tools.

use expect_test::expect;

use super::*;

fn case(suite: &str, name: &str, tags: &[&str], line: u32) -> ListedCase {
    ListedCase {
        suite: suite.to_owned(),
        kind: SuiteKind::Unit,
        name: name.to_owned(),
        ignored: tags.is_empty(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        location: (line > 0).then(|| Location { file: "src/lib.rs".to_owned(), line }),
        timeout: (line == 3).then(|| Duration::from_secs(30)),
        retries: None,
        exclusive: Vec::new(),
    }
}

fn list() -> CaseList {
    CaseList {
        cases: vec![
            case("p", "a", &["db", "slow"], 3),
            case("p", "a::b::x", &["db"], 5),
            case("p", "a::b::y", &[], 0),
            case("p", "c::b::x", &["db"], 9),
            case("p (doc)", "a::F::g (line 4)", &[], 4),
        ],
    }
}

#[test]
fn a_line_per_case() {
    expect![[r#"
        p a [db, slow] src/lib.rs:3
        p a::b::x [db] src/lib.rs:5
        p a::b::y (ignored)
        p c::b::x [db] src/lib.rs:9
        p (doc) a::F::g (line 4) (ignored) src/lib.rs:4
    "#]]
    .assert_eq(&list().to_string());
}

#[test]
fn a_tree_of_modules() {
    expect![[r#"
        p
          a [db, slow] src/lib.rs:3
          a
            b
              x [db] src/lib.rs:5
              y (ignored)
          c
            b
              x [db] src/lib.rs:9
        p (doc)
          a
            F
              g (line 4) (ignored) src/lib.rs:4
    "#]]
    .assert_eq(&list().tree());
}

#[test]
fn json_for_tools() {
    let list = CaseList { cases: vec![case("p", "a", &["db"], 3)] };
    expect![[r#"{"cases":[{"suite":"p","kind":"unit","name":"a","ignored":false,"tags":["db"],"location":{"file":"src/lib.rs","line":3},"timeout_ms":30000,"retries":null,"exclusive":[]}]}"#]]
        .assert_eq(&serde_json::to_string(&list).unwrap());
}
