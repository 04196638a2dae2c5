//! Replacing one section keeps the others.

use super::super::comparison::Comparison;
use super::*;

#[test]
fn one_section_is_replaced() {
    let first = with_section("", "step", "old\n");
    assert!(first.starts_with("# Benchmarks\n\n"), "{first}");
    let second = with_section(&first, "startup", "fast");
    let third = with_section(&second, "step", "new\n\n| a |\n");
    assert!(third.ends_with("## step\n\nnew\n\n| a |\n\n## startup\n\nfast\n"), "{third}");
    assert_eq!(with_section(&third, "startup", "fast"), third);
}

#[test]
fn names_are_compared_as_a_whole() {
    let document = with_section("# B\n\n## steps\n\nkept\n", "step", "new");
    assert_eq!(document, "# B\n\n## steps\n\nkept\n\n## step\n\nnew\n");
}

#[test]
fn the_body_has_table_notes_and_facts() {
    let comparison = Comparison::interleaved("a", 1, || Ok(()), || Ok(())).unwrap();
    let noted = Comparison { note: "beside b".to_owned(), ..comparison.clone() };
    let mut results = Results::from(vec![comparison, noted]);
    assert_eq!(
        body("rendering", "A machine.", "| t |\n", &results),
        "Rendering.\n\n| t |\n\n- a: beside b\n\nA machine.\n"
    );
    results.figures = "| f |\n".to_owned();
    assert_eq!(
        body("rendering", "A machine.", "| t |\n", &results),
        "Rendering.\n\n| t |\n\n- a: beside b\n\n| f |\n\nA machine.\n"
    );
}
