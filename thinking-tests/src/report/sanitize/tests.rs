//! Texts that would break a report.

use super::*;

#[test]
fn xml_holds_any_text() {
    for (text, expected) in [
        ("plain\n\ttext", "plain\n\ttext"),
        ("\u{1b}[1;31mred\u{1b}[0m", "red"),
        ("\u{1b}]0;title\u{7}after", "after"),
        ("a\0b\u{8}\u{ffff}", "ab\u{fffd}"),
        ("]]> <b>", "]]> <b>"),
        ("😀 é", "😀 é"),
    ] {
        assert_eq!(xml(text), expected, "{text:?}");
    }
}

#[test]
fn one_line_is_the_first_that_says_something() {
    assert_eq!(one_line("\n  \n  left: 1\nright: 2"), "left: 1");
    assert_eq!(one_line(""), "");
    assert_eq!(one_line(&"é".repeat(1000)).chars().count(), ONE_LINE_CHARACTERS + 1);
}

#[test]
fn an_island_has_no_markup() {
    assert_eq!(json_island(r#""</script><!--""#), r#""\u003c/script>\u003c!--""#);
}

#[test]
fn a_tame_text_is_what_the_long_way_returns() {
    let tame: String = (0..=u8::MAX).map(char::from).filter(|c| is_tame(&c.to_string())).collect();
    assert_eq!(tame.len(), 98);
    assert_eq!(strip_str(&tame).to_string(), tame);
    assert!(tame.chars().all(is_xml_character));
}
