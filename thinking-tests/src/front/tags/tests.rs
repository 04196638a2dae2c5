//! What filters select, and what is said about those that are none.

use super::*;

#[test]
fn operators_bind_as_documented() {
    for (filter, tags, expected) in [
        ("db", &["db"][..], true),
        ("db", &["dbs"], false),
        ("!db", &[], true),
        ("not db", &["db"], false),
        ("! ! db", &["db"], true),
        ("a & !b", &["a"], true),
        ("a and not b", &["a", "b"], false),
        ("a | b & c", &["a"], true),
        ("a or b and c", &["b"], false),
        ("(a | b) & c", &["a"], false),
        ("a || b && c", &["b", "c"], true),
        ("!(a | b)", &["b"], false),
        ("!a | b", &["a", "b"], true),
        ("\"two words\" & \"and\"", &["two words", "and"], true),
        ("  size:large/x.y-z_1  ", &["size:large/x.y-z_1"], true),
        ("größe", &["größe"], true),
    ] {
        let parsed: TagFilter = filter.parse().unwrap();
        assert_eq!(parsed.selects(tags), expected, "{filter} of {tags:?}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (filter, expected) in [
        ("", "the tag filter has its end where a tag, `!` or `(` is expected\n  \n  ^"),
        ("a b", "the tag filter has `b` where `&`, `|` or the end is expected\n  a b\n    ^"),
        ("a &", "the tag filter has its end where a tag, `!` or `(` is expected\n  a &\n     ^"),
        ("(a", "the tag filter has its end where `&`, `|` or `)` is expected\n  (a\n    ^"),
        ("a)", "the tag filter has `)` where `&`, `|` or the end is expected\n  a)\n   ^"),
        ("ä , b", "the tag filter has `,` where `&`, `|` or the end is expected\n  ä , b\n    ^"),
        ("a & \"b", "a quoted tag has no closing `\"`\n  a & \"b\n      ^"),
    ] {
        assert_eq!(filter.parse::<TagFilter>().unwrap_err().to_string(), expected, "{filter}");
    }
    let deep = "(".repeat(100_000);
    assert_eq!(deep.parse::<TagFilter>(), Err(TagFilterError::TooDeep));
    let long = vec!["a"; 10_000].join("&");
    assert!(long.parse::<TagFilter>().unwrap().selects(&["a"]));
}

#[test]
fn unknown_tags_are_refused_with_the_one_that_was_meant() {
    let filter: TagFilter = "db & !slwo".parse().unwrap();
    assert_eq!(filter.check(&BTreeSet::from(["db", "slwo"])), Ok(()));
    assert_eq!(
        filter.check(&BTreeSet::from(["db", "slow"])).unwrap_err().to_string(),
        "no test has the tag `slwo`; did you mean `slow`?; there are: db, slow\n  \
         db & !slwo\n        ^"
    );
    assert_eq!(
        filter.check(&BTreeSet::new()).unwrap_err().to_string(),
        "no test has the tag `db`; no test has any\n  db & !slwo\n  ^"
    );
}
