//! What is kept of a span's log, of what size, and how it is shown.

use std::sync::Barrier;

use expect_test::expect;
use tracing::{debug, error, info, info_span, warn};
use tracing_subscriber::layer::SubscriberExt;

use super::super::levels::{CAPTURE, Levels, Passes, Verbosity};
use super::super::settings::{Level, Logs};
use super::*;

const PLENTY: usize = 64 << 10;

/// Runs events below the layer, with what `logs.toml` says.
fn with<T>(logs: Logs, run: impl FnOnce(&Levels) -> T) -> T {
    let levels = Levels::new(Level::Error, &logs, None);
    let gate = levels.output(CAPTURE, Verbosity::of(CAPTURE, &logs), &[Passes::KeptEvents]);
    let layers: Vec<_> =
        gate.into_iter().map(|gate| CaptureLayer.with_filter(gate).boxed()).collect();
    let subscriber = tracing_subscriber::registry().with(layers);
    tracing::subscriber::with_default(subscriber, || run(&levels))
}

/// Captures what is logged within a span.
fn captured(limit_bytes: usize, events: impl FnOnce()) -> CapturedLog {
    with(Logs::default(), |_| {
        let span = info_span!("step");
        let capture = Capture::of(&span, limit_bytes);
        span.in_scope(events);
        capture.finish()
    })
}

fn messages(log: &CapturedLog) -> Vec<&str> {
    log.lines().map(|line| &*line.message).collect()
}

/// The text of a log without the times.
fn shown(log: &CapturedLog) -> String {
    let at = log.lines().next().unwrap().at.to_zoned(jiff::tz::TimeZone::system());
    log.to_string().replace(&at.strftime("%F %T").to_string(), "TIME")
}

#[test]
fn lines_of_the_span_and_of_those_below_it_are_kept_in_order() {
    let log = with(Logs::default(), |_| {
        info!("before");
        let span = info_span!("step", task = "a/b");
        let capture = Capture::of(&span, PLENTY);
        info!("beside");
        span.in_scope(|| {
            info!(loss = 0.5, name = "x", "learned");
            let shard = info_span!("shard", n = 3, late = tracing::field::Empty);
            shard.record("late", true);
            shard.in_scope(|| info_span!("batch").in_scope(|| warn!("slow")));
            debug!("too fine");
            tracing::info!(target: "elsewhere", "targeted");
        });
        info!(parent: &span, "by name");
        info!("after");
        capture.finish()
    });
    assert_eq!(messages(&log), ["learned loss=0.5 name=\"x\"", "slow", "targeted", "by name"]);
    assert_eq!((log.left_out, log.last.len()), (0, 0));
    let line = &log.first[1];
    assert_eq!((line.level, &*line.spans), (Level::Warn, "shard{n=3 late=true} batch"));
    assert_eq!(line.target, module_path!());
    assert_eq!(log.first[2].target, "elsewhere");
}

#[test]
fn marks_are_not_shown_and_can_be_captured() {
    let (of_mark, of_step) = with(Logs::default(), |_| {
        let mark = info_span!(target: TARGET_OF_MARKS, "mark", n = 1);
        let of_mark = Capture::of(&mark, PLENTY);
        let _entered = mark.enter();
        info_span!("epoch").in_scope(|| info!("by the mark"));
        let step = info_span!("step");
        let of_step = Capture::of(&step, PLENTY);
        step.in_scope(|| {
            info_span!(target: TARGET_OF_MARKS, "hidden").in_scope(|| info!("by the step"));
        });
        (of_mark.finish(), of_step.finish())
    });
    assert_eq!((messages(&of_mark), &*of_mark.first[0].spans), (vec!["by the mark"], "epoch"));
    assert_eq!((messages(&of_step), &*of_step.first[0].spans), (vec!["by the step"], ""));
}

#[test]
fn threads_that_entered_a_span_below_are_heard_and_others_are_not() {
    let log = with(Logs::default(), |_| {
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        let span = info_span!("step");
        let capture = Capture::of(&span, PLENTY);
        let begin = Barrier::new(3);
        std::thread::scope(|scope| {
            for n in 0..2 {
                let (span, dispatch, begin) = (&span, &dispatch, &begin);
                scope.spawn(move || {
                    tracing::dispatcher::with_default(dispatch, || {
                        begin.wait();
                        info_span!(parent: span, "worker", n).in_scope(|| info!("heard"));
                        info!("outside");
                    });
                });
            }
            begin.wait();
            span.in_scope(|| info!("here"));
        });
        capture.finish()
    });
    let mut lines: Vec<_> =
        log.lines().map(|line| format!("{}:{}", line.spans, line.message)).collect();
    lines.sort();
    assert_eq!(lines, [":here", "worker{n=0}:heard", "worker{n=1}:heard"]);
}

#[test]
fn a_line_belongs_to_the_innermost_span_that_is_captured() {
    let (outer, inner) = with(Logs::default(), |_| {
        let outer_span = info_span!("stage");
        let outer = Capture::of(&outer_span, PLENTY);
        let _entered = outer_span.enter();
        info!("outer");
        let span = info_span!("step");
        let capture = Capture::of(&span, PLENTY);
        span.in_scope(|| info!("inner"));
        let inner = capture.finish();
        // The span lives on, its capture does not.
        span.in_scope(|| info!("late"));
        (outer.finish(), inner)
    });
    assert_eq!((messages(&outer), messages(&inner)), (vec!["outer", "late"], vec!["inner"]));
    assert_eq!(outer.first[1].spans, "step");
}

#[test]
fn its_level_is_its_own_and_the_filters_hold() {
    let events = || {
        let span = info_span!("step");
        let capture = Capture::of(&span, PLENTY);
        span.in_scope(|| {
            error!("an error");
            debug!("a detail");
            tracing::debug!(target: "noisy::inside", "noise");
            warn!(target: "noisy", "a warning");
        });
        messages(&capture.finish()).join(", ")
    };
    let logs = |capture, filters: &[(&str, Level)]| Logs {
        level: Some(Level::Off),
        capture,
        filters: filters.iter().map(|(module, level)| (module.to_string(), *level)).collect(),
        ..Logs::default()
    };
    let kept = |logs| with(logs, |_| events());
    assert_eq!(kept(logs(Level::Info, &[])), "an error, a warning");
    assert_eq!(kept(logs(Level::Debug, &[])), "an error, a detail, noise, a warning");
    assert_eq!(
        kept(logs(Level::Debug, &[("noisy", Level::Warn)])),
        "an error, a detail, a warning"
    );
    assert_eq!(kept(logs(Level::Off, &[])), "");
    let changed = with(logs(Level::Info, &[]), |levels| {
        levels.set_level(Level::Trace);
        levels.set_filter("noisy", Level::Off);
        events()
    });
    assert_eq!(changed, "an error");
}

#[test]
fn the_first_and_the_last_lines_stay_within_the_limit() {
    let limit_bytes = 4 << 10;
    let log = captured(limit_bytes, || (0..1000).for_each(|n| info!("line {n}")));
    let bytes: usize = log.lines().map(super::bytes).sum();
    assert!(bytes <= limit_bytes && bytes > limit_bytes * 9 / 10, "{bytes}");
    let number =
        |line: &LogLine| line.message.strip_prefix("line ").unwrap().parse::<u64>().unwrap();
    let (first, last): (Vec<_>, Vec<_>) =
        (log.first.iter().map(number).collect(), log.last.iter().map(number).collect());
    let kept = (first.len() + last.len()) as u64;
    assert_eq!(first, (0..first.len() as u64).collect::<Vec<_>>());
    assert_eq!(last, (1000 - last.len() as u64..1000).collect::<Vec<_>>());
    assert_eq!(log.left_out, 1000 - kept);
    assert!(last.len() > 2 * first.len() && !first.is_empty());
    let text = shown(&log);
    let gap = format!("… {} lines left out\n", log.left_out);
    assert_eq!(text.lines().nth(first.len()).map(|line| format!("{line}\n")), Some(gap));
    assert_eq!(text.lines().count() as u64, kept + 1);
}

/// A line that was too long for the first ones came after a shorter one that was logged later.
#[test]
fn lines_of_any_size_stay_in_order() {
    let long = "x".repeat(900);
    let log = captured(4 << 10, || {
        info!("1");
        info!("2 {long}");
        info!("3 {long}");
        info!("4");
    });
    let starts: String = messages(&log).iter().map(|message| &message[..1]).collect();
    assert_eq!((&*starts, log.left_out), ("1234", 0));
}

#[test]
fn a_line_that_is_too_long_is_cut_between_characters() {
    let log = captured(1200, || {
        info!("{}{}", "ä".repeat(200), "b".repeat(1_000_000));
        info!("the end");
    });
    assert_eq!(
        messages(&log),
        [&*format!("{}… (1000100 bytes left out)", "ä".repeat(150)), "the end"]
    );
    let nothing = captured(0, || info!("no room"));
    assert_eq!((messages(&nothing), nothing.left_out, nothing.is_empty()), (vec![], 1, false));
    assert_eq!(nothing.to_string(), "… 1 line left out\n");
}

#[test]
fn what_was_logged_is_kept_exactly_and_shown_safely() {
    let forged = "done\n2026-11-21 11:05:01 ERROR forged\r\u{1b}[2K\u{7}";
    let log = captured(PLENTY, || {
        info!("{forged}");
        info_span!("s\u{1b}", text = "\u{1b}[31m").in_scope(|| info!(value = %"\u{1b}[0m", "x"));
        let causes = std::io::Error::other("the pump is broken");
        let error: &(dyn std::error::Error + 'static) = &causes;
        error!(error, "dry");
    });
    assert_eq!(messages(&log), [forged, "x value=\u{1b}[0m", "dry error=the pump is broken"]);
    expect![[r#"
        TIME INFO  done
            2026-11-21 11:05:01 ERROR forged\r\u{1b}[2K\u{7}
        TIME INFO  s\u{1b}{text="\u{1b}[31m"} x value=\u{1b}[0m
        TIME ERROR dry error=the pump is broken
    "#]]
    .assert_eq(&shown(&log));
}

/// The bytes are a part of the executor's records.
#[test]
fn its_json_is_a_promise() {
    let line = |message: &str, spans: &str| LogLine {
        at: Timestamp::from_second(0).unwrap(),
        level: Level::Warn,
        target: "digits::training".to_owned(),
        spans: spans.to_owned(),
        message: message.to_owned(),
    };
    let log = CapturedLog {
        first: vec![line("a\nb", "")],
        left_out: 3,
        last: vec![line("c", "shard{n=3}")],
    };
    let text = serde_json::to_string(&log).unwrap();
    expect![[r#"{"first":[{"at":"1970-01-01T00:00:00Z","level":"warn","target":"digits::training","message":"a\nb"}],"left_out":3,"last":[{"at":"1970-01-01T00:00:00Z","level":"warn","target":"digits::training","spans":"shard{n=3}","message":"c"}]}"#]]
    .assert_eq(&text);
    assert_eq!(serde_json::from_str::<CapturedLog>(&text).unwrap(), log);
}

#[test]
fn without_the_layer_nothing_is_kept() {
    let run = || {
        let span = info_span!("step");
        let capture = Capture::of(&span, PLENTY);
        span.in_scope(|| info!("lost"));
        capture.finish()
    };
    assert!(run().is_empty());
    assert!(tracing::subscriber::with_default(tracing_subscriber::registry(), run).is_empty());
    let silent = tracing_subscriber::fmt().with_writer(std::io::sink).finish();
    assert!(tracing::subscriber::with_default(silent, run).is_empty());
    let disabled = Capture::of(&Span::none(), PLENTY);
    assert_eq!(disabled.finish().to_string(), "");
}

/// The fields of a span are formatted once for all who show them the same way.
#[test]
fn outputs_beside_it_do_not_disturb_it() {
    let levels = Levels::new(Level::Info, &Logs::default(), None);
    let verbosity = Verbosity::of(CAPTURE, &Logs::default());
    let gate = levels.output(CAPTURE, verbosity, &[Passes::KeptEvents]).remove(0);
    let layers = vec![
        super::super::tests::plain_layer(),
        CaptureLayer.with_filter(gate).boxed(),
        super::super::tests::plain_layer(),
    ];
    let subscriber = tracing_subscriber::registry().with(layers);
    let log = tracing::subscriber::with_default(subscriber, || {
        let span = info_span!("step");
        let capture = Capture::of(&span, PLENTY);
        let _entered = span.enter();
        let batch = info_span!("batch", n = 1, late = tracing::field::Empty);
        batch.record("late", 2);
        batch.in_scope(|| info!("read"));
        capture.finish()
    });
    assert_eq!(log.first[0].spans, "batch{n=1 late=2}");
}
