//! What events look like, and what reaches which output.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use expect_test::{Expect, expect, expect_file};
use jiff::Zoned;
use tracing::level_filters::LevelFilter;
use tracing::{Level as Severity, info, info_span};

use super::*;

mod sample;

/// A place for output.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn then() -> Zoned {
    "2026-11-21T11:05:01.123456789+01:00[+01:00]".parse().unwrap()
}

fn look(format: Format, colours: bool, precise: bool) -> Look {
    Look { format, colours, time: Time { precise, now: then } }
}

/// An output without a filter, as a layer.
pub(super) fn plain_layer() -> LogLayer {
    look(Format::Compact, false, false).layer(Buffer::default, false)
}

/// What each of several outputs of one subscriber gets.
fn written<const N: usize>(looks: [Look; N], ends: bool, events: impl FnOnce()) -> [String; N] {
    let buffers = looks.map(|look| (look, Buffer::default()));
    let layers: Vec<_> = buffers
        .iter()
        .map(|(look, buffer)| {
            let buffer = buffer.clone();
            look.layer(move || buffer.clone(), ends)
        })
        .collect();
    let subscriber = tracing_subscriber::registry().with(layers).with(LevelFilter::TRACE);
    tracing::subscriber::with_default(subscriber, events);
    buffers.map(|(_, buffer)| buffer.text())
}

fn check(format: Format, events: impl FnOnce(), expected: Expect) {
    let [text] = written([look(format, false, false)], false, events);
    expected.assert_eq(&text);
}

/// The documentation shows each format with real output.
#[test]
fn the_documentation_shows_real_output() {
    let shown = |title: &str, about: &str, look: Look| {
        let [text] = written([look], false, sample::events);
        format!("## `{title}`\n\n{about}\n\n```text\n{text}```\n\n")
    };
    let json = "One object per line: `timestamp` (RFC 3339, local, with milliseconds), `level`, \
                `fields` (`message` and\nthose of the event), `target` (the module), and `spans` \
                (outermost first, each with its `name` and\nfields) if there are any. A \
                span's field called `name` is hidden by that.";
    let page = [
        "# Formats\n\n".to_owned(),
        shown(
            "compact",
            "On standard error and output; without colours here. A step or stage is shown by its \
             path, other spans\nas `name{fields}`, and the module from `debug` on.",
            look(Format::Compact, false, false),
        ),
        shown("compact, in a file", "The same.", look(Format::Compact, false, true)),
        shown("pretty", "With the place in the source.", look(Format::Pretty, false, false)),
        shown("json", json, look(Format::Json, false, true)),
    ];
    let page = page.concat().replace("## `compact, in a file`", "## `compact` in a file");
    expect_file!["looks.md"].assert_eq(page.replace("The same.\n\n", "").trim_end());
}

#[test]
fn colours() {
    let [text] = written([look(Format::Compact, true, false)], false, sample::events);
    let text: String = text.replace('\u{1b}', "^").lines().take(2).collect::<Vec<_>>().join("\n");
    expect![[r#"
        ^[2m2026-11-21 11:05:01^[0m ^[32mINFO ^[0m `experiment` goes on at `experiment/train/epoch[5]`
        ^[2m2026-11-21 11:05:01^[0m ^[32mINFO ^[0m ^[2mexperiment/train/epoch[5]^[0m learned ^[2mloss=^[0m0.026"#]].assert_eq(&text);
}

/// A span keeps the text of its fields for all outputs, so those of a terminal coloured the file,
/// and a field that was recorded later appeared once per output.
#[test]
fn outputs_do_not_disturb_each_other() {
    let events = || {
        let span = info_span!("batch", n = 3, late = tracing::field::Empty);
        span.record("late", 7);
        span.in_scope(|| info!("read"));
    };
    for format in [Format::Compact, Format::Pretty, Format::Json] {
        let (coloured, plain) = (look(format, true, false), look(format, false, false));
        let [alone] = written([plain], false, events);
        let [_, first, second] = written([coloured, plain, plain], false, events);
        assert_eq!([&first, &second], [&alone, &alone]);
        assert!(!alone.contains('\u{1b}'), "{alone}");
    }
}

#[test]
fn json_is_one_object_per_line_whatever_is_logged() {
    let events = || {
        let span = info_span!("batch", text = "x\"y", late = tracing::field::Empty);
        span.record("late", true);
        span.in_scope(|| info!(text = "two\nlines", number = 7, truth = true, "\u{1b}[31mred"));
    };
    let [text] = written([look(Format::Json, true, false)], false, events);
    expect![[r#"
        {"timestamp":"2026-11-21T11:05:01.123+01:00","level":"INFO","fields":{"message":"\u001b[31mred","text":"two\nlines","number":7,"truth":true},"target":"thinking_runtime::logging::tests","spans":[{"late":true,"text":"x\"y","name":"batch"}]}
    "#]].assert_eq(&text);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["fields"]["text"], "two\nlines");
}

#[test]
fn control_characters_cannot_deceive() {
    let message = "a \u{1b}[31mred\u{7}\r message\nof two lines";
    let events = || info!(name = %"\u{1b}[2Kx", "{message}");
    let [text] = written([look(Format::Compact, false, false)], false, events);
    let harmless = r"a \u{1b}[31mred\u{7}\r message";
    let expected =
        format!("2026-11-21 11:05:01 INFO  {harmless}\nof two lines name=\\u{{1b}}[2Kx\n");
    assert_eq!(text, expected);
}

#[test]
fn an_error_shows_its_causes() {
    let cause = io::Error::other("the pump is broken");
    let error = io::Error::other(Outer(cause));
    let error: &(dyn std::error::Error + 'static) = &error;
    check(
        Format::Compact,
        || info!(error, "dry"),
        expect![[r#"
        2026-11-21 11:05:01 INFO  dry error=no water: the pump is broken
    "#]],
    );
}

#[derive(Debug, thiserror::Error)]
#[error("no water")]
struct Outer(#[source] io::Error);

#[test]
fn the_end_of_a_span_is_a_line_with_its_durations() {
    let events = || info_span!("batch", n = 3).in_scope(|| info!("not shown by this layer's gate"));
    let [text] = written([look(Format::Compact, false, false)], true, events);
    let end = text.lines().last().unwrap();
    assert!(end.starts_with("2026-11-21 11:05:01 INFO  batch{n=3} close time.busy="), "{text}");
}

/// The levels of a log with one output, `stderr`, and one filter each.
fn levels(common: &str, own: &str) -> Levels {
    let verbosity = |text: &str| {
        let mut verbosity = Verbosity::default();
        for part in text.split_whitespace() {
            let level = |name: &str| serde_json::from_str(&format!("\"{name}\"")).unwrap();
            match part.split_once('=') {
                Some((module, name)) => {
                    verbosity.filters.insert(module.to_owned(), level(name));
                }
                None => verbosity.level = Some(level(part)),
            }
        }
        verbosity
    };
    let Verbosity { level, filters } = verbosity(common);
    let levels = Levels::new(Level::Info, &Logs { level, filters, ..Logs::default() }, None);
    levels.output(STDERR, verbosity(own), &[Passes::ConsoleEvents]);
    levels
}

#[test]
fn what_an_output_takes() {
    let takes = |common: &str, own: &str, module: &str, severity: Severity| {
        levels(common, own).takes(STDERR, module, severity)
    };
    // The default.
    assert!(takes("", "", "a", Severity::INFO));
    assert!(!takes("", "", "a", Severity::DEBUG));
    // The common level, and one of its own before it, in both directions.
    assert!(takes("debug", "", "a", Severity::DEBUG));
    assert!(!takes("debug", "warn", "a", Severity::INFO));
    assert!(takes("warn", "trace", "a", Severity::TRACE));
    // The innermost module, of the output's own filters first.
    assert!(takes("warn a::b=debug", "", "a::b::c", Severity::DEBUG));
    assert!(!takes("warn a::b=debug", "", "a", Severity::INFO));
    assert!(!takes("a=debug a::b=off", "", "a::b", Severity::ERROR));
    assert!(takes("warn a=debug", "error", "a", Severity::DEBUG));
    assert!(!takes("a=debug", "a=warn", "a", Severity::INFO));
    assert!(!takes("off", "", "a", Severity::ERROR));
}

/// Runs events below the gate of one output.
fn below_gate(levels: &Levels, passes: Passes, events: impl FnOnce()) -> String {
    let buffer = Buffer::default();
    let target = buffer.clone();
    let gate = levels.output(STDERR, Verbosity::default(), &[passes]).remove(0);
    let ends = passes == Passes::Ends;
    let layer = look(Format::Compact, false, false).layer(move || target.clone(), ends);
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(gate));
    tracing::subscriber::with_default(subscriber, events);
    buffer.text()
}

#[test]
fn a_gate_opens_and_closes_while_events_come() {
    let levels = levels("", "");
    let text = below_gate(&levels, Passes::ConsoleEvents, || {
        let event = |n: u32| tracing::debug!(n, "an event");
        event(1);
        levels.set_level(Level::Debug);
        event(2);
        levels.set_filter(module_path!(), Level::Warn);
        event(3);
        levels.remove_filter(module_path!());
        event(4);
        levels.set_level(Level::Warn);
        info_span!("place").in_scope(|| tracing::warn!("with its span"));
        tracing::error!(target: TARGET_OF_THE_END, "shown already");
        levels.set_level(Level::Off);
        tracing::error!("hidden");
    });
    expect![[r#"
        2026-11-21 11:05:01 DEBUG thinking_runtime::logging::tests an event n=2
        2026-11-21 11:05:01 DEBUG thinking_runtime::logging::tests an event n=4
        2026-11-21 11:05:01 WARN  place with its span
    "#]]
    .assert_eq(&text);
    assert_eq!(levels.level(), Level::Off);
    assert!(levels.filters().is_empty());
}

#[test]
fn marks_are_shown_by_no_output() {
    for passes in [Passes::ConsoleEvents, Passes::FileEvents, Passes::Ends] {
        let text = below_gate(&levels("trace", ""), passes, || {
            tracing::info_span!(target: TARGET_OF_MARKS, "mark")
                .in_scope(|| info_span!("place").in_scope(|| tracing::warn!("with its span")));
        });
        assert!(text.contains("place") && !text.contains("mark"), "{passes:?}: {text}");
    }
}

#[test]
fn ends_of_spans_follow_the_level() {
    let levels = levels("warn", "");
    let text = below_gate(&levels, Passes::Ends, || {
        info_span!("hidden").in_scope(|| {});
        tracing::warn_span!("shown").in_scope(|| tracing::error!("no event"));
    });
    let lines: Vec<_> = text.lines().map(|line| line.split(" time.").next().unwrap()).collect();
    assert_eq!(lines, ["2026-11-21 11:05:01 WARN  shown close"]);
}

#[test]
fn levels_that_cannot_be_read_again_say_so() {
    let mistakes = levels("", "").read_again().unwrap_err();
    assert_eq!(mistakes[0].message(), "this program cannot read `logs.toml` again");
}
