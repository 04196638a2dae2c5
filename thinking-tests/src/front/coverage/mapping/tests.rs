//! Lines by regions, counts by expressions, ranges.

use super::*;

fn region(counter: u64, first: u32, first_column: usize, last: u32) -> Region {
    let counter = Counter::instrumentation(counter);
    Region { counter, first, first_column, last, is_gap: false }
}

/// ```text
/// 1 fn f(x: u32) -> u32 {
/// 2     if x > 3 {
/// 3         7
/// 4     } else { 8 }
/// 5 }
/// ```
#[test]
fn the_innermost_region_decides() {
    let regions = [region(0, 1, 1, 5), region(1, 2, 14, 4), region(2, 4, 12, 4)];
    for (ran, expected) in [
        ([true, true, false], vec![1, 2, 3, 4, 5]),
        ([true, false, true], vec![1, 2, 4, 5]),
        ([true, false, false], vec![1, 2, 5]),
        ([false, false, false], vec![]),
    ] {
        let found = lines(&regions, |counter| ran[counter.id as usize]);
        assert_eq!(found, expected, "{ran:?}");
    }
}

#[test]
fn a_gap_reaches_no_line_by_beginning_there() {
    let mut gap = region(1, 2, 10, 3);
    gap.is_gap = true;
    let regions = [region(0, 1, 1, 4), gap];
    assert_eq!(lines(&regions, |counter| counter.id == 1), [3]);
}

#[test]
fn expressions_add_and_subtract_counters() {
    let mut sum = Expression::new(Counter::instrumentation(0), Counter::instrumentation(1));
    sum.set_kind(ExprKind::Add);
    let both = Counter { kind: CounterType::Expression(ExprKind::Add), id: 0 };
    let mut rest = Expression::new(both, Counter::instrumentation(2));
    rest.set_kind(ExprKind::Subtract);
    let function = Function { expressions: vec![sum, rest], regions: Vec::new() };
    let rest = Counter { kind: CounterType::Expression(ExprKind::Subtract), id: 1 };
    for (counts, expected) in [(vec![3, 4, 5], 2), (vec![3, 0, 3], 0), (vec![1], 1), (vec![], 0)] {
        assert_eq!(function.evaluate(&rest, &counts, 0), expected, "{counts:?}");
    }
    let zero = Counter::default();
    assert_eq!(function.evaluate(&zero, &[7], 0), 0);
}

#[test]
fn an_expression_that_leads_to_itself_counts_as_nothing() {
    let own = Counter { kind: CounterType::Expression(ExprKind::Add), id: 0 };
    let mut expression = Expression::new(own, Counter::instrumentation(9));
    expression.set_kind(ExprKind::Add);
    let function = Function { expressions: vec![expression], regions: Vec::new() };
    assert_eq!(function.evaluate(&own, &[1], 0), 0);
}

#[test]
fn lines_become_ranges() {
    let ranges = |lines: &[u32]| merged(lines.iter().copied().collect());
    assert_eq!(ranges(&[]), []);
    assert_eq!(ranges(&[3]), [(3, 3)]);
    assert_eq!(ranges(&[1, 2, 3, 7, 9, 8, 11]), [(1, 3), (7, 9), (11, 11)]);
}

#[test]
fn results_come_in_the_order_of_the_items() {
    let items: Vec<u32> = (0..500).collect();
    assert_eq!(
        in_parallel(&items, |item| item * 2),
        items.iter().map(|i| i * 2).collect::<Vec<_>>()
    );
    assert!(in_parallel(&[] as &[u32], |item| *item).is_empty());
}

#[test]
fn paths_are_cleaned() {
    assert_eq!(cleaned(Path::new("/a/./b/../c.rs")), Path::new("/a/c.rs"));
}
