//! Where the line goes, and that nothing else changes.

use super::with;

const LINE: &str = "#:schema ./schemas/a.schema.json";

fn check(text: &str, expected: &str) {
    let found = with(text.as_bytes(), LINE).unwrap();
    assert_eq!(String::from_utf8(found.clone()).unwrap(), expected.replace("LINE", LINE));
    assert_eq!(with(&found, LINE), None, "a second time changes nothing");
}

#[test]
fn it_becomes_the_first() {
    check("", "LINE\n");
    check("a = 1", "LINE\na = 1");
    check("# comment\n\na = 1\n", "LINE\n# comment\n\na = 1\n");
    check("a = 1\r\nb = 2\r\n", "LINE\r\na = 1\r\nb = 2\r\n");
    check("\u{feff}a = 1\n", "\u{feff}LINE\na = 1\n");
    // What stands below the head is no directive.
    check("a = 1\n#:schema ./old.json\n", "LINE\na = 1\n#:schema ./old.json\n");
}

#[test]
fn it_replaces_another() {
    check("#:schema ./old.json\na = 1\n", "LINE\na = 1\n");
    check("#:schema ./old.json", "LINE");
    check("# comment\n\n#:schema ./old.json\r\na = 1\r\n", "# comment\n\nLINE\r\na = 1\r\n");
    check("#:schema\na = 1", "LINE\na = 1");
    check("\u{feff}#:schema x  \na = 1", "\u{feff}LINE  \na = 1");
}

#[test]
fn a_file_of_any_bytes() {
    let text = b"\xff\xfe = [\n";
    assert_eq!(with(text, LINE).unwrap(), [LINE.as_bytes(), b"\n", text].concat());
}
