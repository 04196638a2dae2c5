//! The table, and what is compared with what, from given samples.

use expect_test::expect;

use super::super::comparisons;
use super::super::framework::BY_HAND;
use super::*;

const TEN: Row = Row::Container(Shape::MEASURED[0]);

fn figures(nanoseconds: &[(&str, Row, u64)]) -> Figures {
    let mut figures = Figures {
        samples: BTreeMap::new(),
        heads: FRAMEWORKS.iter().map(|framework| framework.name.to_owned()).collect(),
    };
    for (name, row, time) in nanoseconds {
        let framework = FRAMEWORKS.iter().find(|framework| framework.name == *name).unwrap();
        figures.add(framework, *row, Duration::from_nanos(*time));
    }
    figures
}

#[test]
fn every_row_has_a_cell_per_framework() {
    let figures = figures(&[
        ("by-hand", Row::LookUp, 5),
        ("thinking", Row::LookUp, 7),
        ("dill", Row::LookUp, 9),
        ("dill", Row::LookUp, 11),
        ("dill", Row::Transient, 20_000),
        ("dill", TEN, 3_000_000),
        ("dill", Row::Compiling, 9_000_000_000),
        ("dill", Row::CompilingPlain, 1_000_000_000),
    ]);
    expect![[r#"
        | medians               | by-hand | thinking | springtime-di |     dill | more-di | froodi | shaku | nject |
        | --------------------- | ------: | -------: | ------------: | -------: | ------: | -----: | ----: | ----: |
        | 1,000 look-ups        |    5 ns |     7 ns |             – |    10 ns |       – |      – |     – |     – |
        | 1,000 transients      |       – |        – |             – | 20.00 µs |       – |      – |     – |     – |
        | a chain of 10         |       – |        – |             – |  3.00 ms |       – |      – |     – |     – |
        | a fan of 10           |       – |        – |             – |        – |       – |      – |     – |     – |
        | a chain of 100        |       – |        – |             – |        – |       – |      – |     – |     – |
        | a fan of 100          |       – |        – |             – |        – |       – |      – |     – |     – |
        | a chain of 1,000      |       – |        – |             – |        – |       – |      – |     – |     – |
        | a fan of 1,000        |       – |        – |             – |        – |       – |      – |     – |     – |
        | compiling a component |       – |        – |             – | 40.00 ms |       – |      – |     – |     – |

        - Look-ups are of a built singleton behind a trait, transients have three dependencies; each includes dropping what came out.
        - In a chain each component uses the three before it, in a fan three that nobody else uses. Building goes from nothing to the component that uses all others; registering counts, dropping does not. What a framework checks only when told to was not checked.
        - Compiling is of a fan of 200, unoptimised and with linking, everything else being compiled; beyond what the same types take without the framework.
        - `shaku` and `nject` wire in code that macros write; the others do so while the program runs. The components of `shaku` are behind traits, as it has them so; `froodi` hands out a service behind a trait as an `Arc` of a `Box`, and a transient without an `Arc`.
        - `thinking` has no transients yet.
        - `froodi` without a chain of 1,000, a fan of 1,000: compiling 1,000 components takes about ten minutes.
        - `shaku` without a chain of 1,000, a fan of 1,000: the compiler takes 11 GB at 1,000 components and does not finish.
        - `nject` without a chain of 10, a chain of 100, a chain of 1,000: what is shared stands in fields of the provider, which the program fills itself, so the provider builds trees only.
    "#]]
    .assert_eq(&figures.describe());
}

#[test]
fn ours_is_set_beside_by_hand_and_the_best_at_run_time() {
    let figures = figures(&[
        (BY_HAND.name, Row::LookUp, 10),
        (OURS.name, Row::LookUp, 14),
        ("dill", Row::LookUp, 20),
        ("froodi", Row::LookUp, 13),
        // What macros write is no measure for what is wired at run time.
        ("nject", Row::LookUp, 1),
        // Not comparable: ours has none.
        (BY_HAND.name, Row::Transient, 10),
        ("dill", Row::Transient, 20),
        (OURS.name, Row::Compiling, 9_000_000_000),
        (OURS.name, Row::CompilingPlain, 6_000_000_000),
        ("dill", Row::Compiling, 9_000_000_000),
        ("dill", Row::CompilingPlain, 1_000_000_000),
    ]);
    let comparisons = comparisons(&figures).unwrap();
    expect![[r#"
        | what                       |   ours | the other | ratio |   bound |       |
        | -------------------------- | -----: | --------: | ----: | ------: | ----: |
        | 1,000 look-ups, by hand    |  14 ns |     10 ns |  1.40 |    1.50 |    ok |
        | 1,000 look-ups, froodi     |  14 ns |     13 ns |  1.08 |    1.00 | short |
        | compiling 200, without any | 9.00 s |    6.00 s |  1.50 | +4.00 s |    ok |
        | compiling 200, dill        | 3.00 s |    8.00 s |  0.38 |    1.00 |    ok |
    "#]]
    .assert_eq(&super::super::super::comparison::table(&comparisons));
}

#[test]
fn unknown_rows_are_refused() {
    let error = Row::service("start").unwrap_err();
    assert_eq!(error.to_string(), "a program measured `start`, which no row of the table is for");
}
