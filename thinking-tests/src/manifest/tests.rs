//! The manifest's lines.

use super::*;

#[test]
fn one_object_per_line() {
    let case = Case {
        name: "a::b",
        module: "a",
        file: "src/\"odd\"\n.rs",
        line: 7,
        column: 3,
        policy: crate::CasePolicy::NONE,
    };
    let text = manifest("/bin/a", [case, case].iter()).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(text.lines().count(), 2);
    for line in text.lines() {
        let entry: ManifestEntry = serde_json::from_str(line).unwrap();
        assert_eq!(entry, ManifestEntry::new("/bin/a", &case, Vec::new()));
    }
}
