//! Tests of the plot: what it shows, and that nothing breaks it.

use super::*;
use crate::report::tests::report;

/// Returns the texts of the drawing, in order.
fn texts(svg: &str) -> Vec<&str> {
    svg.split("</text>")
        .filter_map(|part| part.rsplit_once('>').map(|(_, text)| text.trim()))
        .filter(|text| !text.is_empty())
        .collect()
}

#[test]
fn both_panels_are_labelled() {
    let svg = draw(&report(40).epochs, 0.9722).unwrap();
    let texts = texts(&svg);
    for text in [
        "Loss on the training rows, in nats",
        "Accuracy",
        "epoch",
        "0.01",
        "100 %",
        "40",
        "test rows, in the end (97.2 %)",
        "training rows, during the epoch",
    ] {
        assert!(texts.contains(&text), "`{text}` is not in {texts:?}");
    }
}

#[test]
fn the_same_figures_give_the_same_bytes() {
    let epochs = report(40).epochs;
    assert_eq!(draw(&epochs, 0.97).unwrap(), draw(&epochs, 0.97).unwrap());
}

#[test]
fn each_epoch_has_a_dot_while_there_is_room() {
    let dots = |epochs| {
        draw(&report(epochs).epochs, 0.9)
            .unwrap()
            .matches("<circle")
            .count()
    };
    assert_eq!(dots(1), 2);
    assert_eq!(dots(60), 120);
    assert_eq!(dots(61), 0);
}

#[test]
fn what_is_not_finite_has_no_dot() {
    let mut epochs = report(3).epochs;
    epochs[1].loss = f64::NAN;
    epochs[2].loss = f64::INFINITY;
    assert_eq!(
        draw(&epochs, 0.9).unwrap().matches("<circle").count(),
        1 + 3
    );
}

#[test]
fn odd_figures_are_drawn_as_well() {
    let one = |loss, accuracy| {
        vec![EpochMetrics {
            epoch: 1,
            loss,
            accuracy,
        }]
    };
    for (epochs, test_accuracy) in [
        (Vec::new(), 0.0),
        (one(0.0, 0.0), 0.0),
        (one(0.0, 1.0), 1.0),
        (one(1e300, 0.5), 0.5),
        (one(f64::NAN, f64::NAN), 0.5),
        (one(f64::INFINITY, 0.1), 0.1),
        (
            vec![EpochMetrics {
                epoch: u32::MAX,
                loss: 1.0,
                accuracy: 0.5,
            }],
            0.5,
        ),
        (report(2000).epochs, 1.0),
    ] {
        let svg = draw(&epochs, test_accuracy).unwrap();
        assert!(
            svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"),
            "{svg}"
        );
    }
}
