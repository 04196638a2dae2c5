//! Medians, ratios and their table, from given samples.

use expect_test::expect;

use super::*;

fn samples(millis: &[u64]) -> Samples {
    Samples::new(millis.iter().copied().map(Duration::from_millis).collect())
}

fn comparison(name: &str, ours: &[u64], other: &[u64], ratio: Option<f64>) -> Comparison {
    Comparison {
        name: name.to_owned(),
        ours: samples(ours),
        other: samples(other),
        bound: ratio.map(Bound::Ratio),
        note: String::new(),
    }
}

#[test]
fn medians() {
    for (millis, expected) in
        [(&[3, 1, 2][..], 2000), (&[4, 1, 2, 3], 2500), (&[7], 7000), (&[], 0)]
    {
        assert_eq!(samples(millis).median(), Duration::from_micros(expected), "{millis:?}");
    }
}

#[test]
fn bounds_are_inclusive() {
    assert!(comparison("", &[11], &[10], Some(1.1)).is_ok());
    assert!(!comparison("", &[12], &[10], Some(1.1)).is_ok());
    assert!(comparison("", &[1000], &[1], None).is_ok());
    assert!(comparison("", &[0], &[0], Some(1.0)).is_ok());
    let beyond = |ours| {
        let bound = Some(Bound::Beyond(Duration::from_millis(5)));
        Comparison { bound, ..comparison("", &[ours], &[10], None) }
    };
    assert!(beyond(15).is_ok());
    assert!(!beyond(16).is_ok());
}

#[test]
fn the_table_is_aligned() {
    let table = table(&[
        comparison("start", &[11], &[10], Some(1.5)),
        comparison("a longer name", &[2500], &[10], Some(2.0)),
        comparison("without a bound", &[1], &[10], None),
        Comparison {
            bound: Some(Bound::Beyond(Duration::from_millis(5))),
            ..comparison("so much more", &[12], &[10], None)
        },
    ]);
    expect![[r#"
        | what            |     ours | the other |  ratio |    bound |       |
        | --------------- | -------: | --------: | -----: | -------: | ----: |
        | start           | 11.00 ms |  10.00 ms |   1.10 |     1.50 |    ok |
        | a longer name   |   2.50 s |  10.00 ms | 250.00 |     2.00 | short |
        | without a bound |  1.00 ms |  10.00 ms |   0.10 |          |       |
        | so much more    | 12.00 ms |  10.00 ms |   1.20 | +5.00 ms |    ok |
    "#]]
    .assert_eq(&table);
}

#[test]
fn both_ways_run_by_turns() {
    let order = std::cell::RefCell::new(String::new());
    let push = |letter| {
        order.borrow_mut().push(letter);
        Ok(())
    };
    let comparison = Comparison::interleaved("x", 2, || push('a'), || push('b')).unwrap();
    assert_eq!(*order.borrow(), "ababab");
    assert_eq!(comparison.ours.sorted.len(), 2);
}
