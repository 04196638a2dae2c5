//! The plot of loss and accuracy by epoch, as SVG.

use std::error::Error;

use plotters::backend::SVGBackend;
use plotters::chart::{ChartBuilder, ChartContext, SeriesAnno, SeriesLabelPosition};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, DashedPathElement, PathElement};
use plotters::series::{DashedLineSeries, LineSeries};
use plotters::style::{Color, IntoFont, RGBColor, TextStyle};

use super::{ReportError, percent};
use crate::training::EpochMetrics;

mod axis;
#[cfg(test)]
mod tests;

use axis::Axis;

/// The width and height of the plot in pixels.
const SIZE_PIXELS: (u32, u32) = (960, 400);

/// The plot brings its own paper, so that it reads the same on light and dark pages.
const PAPER: RGBColor = RGBColor(0xfd, 0xfd, 0xfb);
const INK: RGBColor = RGBColor(0x2b, 0x2f, 0x36);
const GRID: RGBColor = RGBColor(0xe4, 0xe5, 0xe2);
const LOSS: RGBColor = RGBColor(0xc2, 0x56, 0x0c);
const TRAIN: RGBColor = RGBColor(0x1f, 0x5f, 0xbf);
const TEST: RGBColor = RGBColor(0x0b, 0x7a, 0x5b);

/// The length of a line in the legend.
const SAMPLE_PIXELS: i32 = 18;

/// The most epochs that are drawn with a dot each.
const DOTTED_EPOCHS: usize = 60;

/// Losses below are drawn as this one, since a logarithmic axis has no zero.
const LEAST_LOSS: f64 = 1e-6;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<Axis, Axis>>;

type Drawn<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Draws the loss on the left and the accuracy on the right.
///
/// `test_accuracy` is that of the final network, drawn as a level across the epochs.
pub(super) fn draw(epochs: &[EpochMetrics], test_accuracy: f64) -> Result<String, ReportError> {
    let mut svg = String::new();
    panels(&mut svg, epochs, test_accuracy).map_err(|source| ReportError::Plot {
        epochs: epochs.len(),
        source,
    })?;
    Ok(svg)
}

fn panels(svg: &mut String, epochs: &[EpochMetrics], test_accuracy: f64) -> Drawn {
    let paper = SVGBackend::with_string(svg, SIZE_PIXELS).into_drawing_area();
    paper.fill(&PAPER)?;
    let (left, right) = paper.split_horizontally(SIZE_PIXELS.0 / 2);
    loss(&left, epochs)?;
    accuracy(&right, epochs, test_accuracy)?;
    paper.present()?;
    Ok(())
}

/// Draws the loss on a logarithmic axis, on which late progress shows as well.
fn loss(area: &Area<'_>, epochs: &[EpochMetrics]) -> Drawn {
    let mut points = points(epochs, |metrics| metrics.loss);
    for (_, loss) in &mut points {
        *loss = loss.max(LEAST_LOSS).log10();
    }
    let axis = Axis::decades(points.iter().map(|point| point.1));
    let mut chart = chart(area, "Loss on the training rows, in nats", epochs, axis)?;
    curve(&mut chart, &points, LOSS)?;
    Ok(())
}

fn accuracy(area: &Area<'_>, epochs: &[EpochMetrics], test_accuracy: f64) -> Drawn {
    let points = points(epochs, |metrics| metrics.accuracy);
    let axis = Axis::percent(points.iter().map(|point| point.1).chain([test_accuracy]));
    let mut chart = chart(area, "Accuracy", epochs, axis)?;
    let x = Axis::epochs(last(epochs)).range;
    let level = [(x.start, test_accuracy), (x.end, test_accuracy)];
    chart
        .draw_series(DashedLineSeries::new(level, 7, 4, TEST.stroke_width(2)))?
        .label(format!(
            "test rows, in the end ({})",
            percent(test_accuracy)
        ))
        .legend(|(x, y)| {
            DashedPathElement::new([(x, y), (x + SAMPLE_PIXELS, y)], 7, 4, TEST.stroke_width(2))
        });
    curve(&mut chart, &points, TRAIN)?
        .label("training rows, during the epoch")
        .legend(|(x, y)| PathElement::new([(x, y), (x + SAMPLE_PIXELS, y)], TRAIN.stroke_width(2)));
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .margin(10)
        .background_style(PAPER)
        .label_font(text(15))
        .draw()?;
    Ok(())
}

/// Draws the frame, the axes and the grid.
fn chart<'a>(area: &Area<'a>, title: &str, epochs: &[EpochMetrics], y: Axis) -> Drawn<Chart<'a>> {
    let mut chart = ChartBuilder::on(area)
        .caption(title, text(19))
        .margin(12)
        .margin_right(20)
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d(Axis::epochs(last(epochs)), y)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(GRID)
        .light_line_style(GRID.mix(0.45))
        .axis_style(INK.mix(0.5))
        .label_style(text(15))
        .x_desc("epoch")
        .draw()?;
    Ok(chart)
}

/// Draws a line through the points, with a dot for each while there is room for dots.
fn curve<'c, 'a>(
    chart: &'c mut Chart<'a>,
    points: &[(f64, f64)],
    color: RGBColor,
) -> Drawn<&'c mut SeriesAnno<'a, SVGBackend<'a>>> {
    if points.len() <= DOTTED_EPOCHS {
        chart.draw_series(
            points
                .iter()
                .map(|&point| Circle::new(point, 3, color.filled())),
        )?;
    }
    let line = LineSeries::new(points.iter().copied(), color.stroke_width(2));
    Ok(chart.draw_series(line)?)
}

/// Pairs each epoch with a figure; what is not finite cannot be drawn and is left out.
fn points(epochs: &[EpochMetrics], figure: impl Fn(&EpochMetrics) -> f64) -> Vec<(f64, f64)> {
    epochs
        .iter()
        .map(|metrics| (f64::from(metrics.epoch), figure(metrics)))
        .filter(|point| point.1.is_finite())
        .collect()
}

/// Returns the number of the last epoch.
fn last(epochs: &[EpochMetrics]) -> u32 {
    epochs.last().map_or(1, |metrics| metrics.epoch)
}

/// Returns the style of text; the viewer's own font is used, none is needed to draw.
fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}
