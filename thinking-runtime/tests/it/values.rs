//! Values beyond texts and numbers: durations, sizes, paths, and what serde does to types.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use expect_test::{Expect, expect};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use thinking::{ByteSize, Config, Facet, Jail, RootPath};

use crate::jail::jail;

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "units")]
struct Units {
    #[facet(default = "30s")]
    timeout: Duration,
    #[facet(default = Duration::from_millis(1500), range = Duration::from_secs(1)..=Duration::from_secs(60))]
    pause: Duration,
    #[facet(default = SignedDuration::from_mins(-90))]
    offset: SignedDuration,
    #[facet(default = "2 GiB", range = ByteSize::new(1)..)]
    cache: ByteSize,
    limits: Option<Limits>,
    #[facet(default = BTreeMap::<String, Duration>::new())]
    times: BTreeMap<String, Duration>,
}

#[derive(Debug, Deserialize)]
struct Limits {
    every: Vec<Duration>,
    #[serde(default)]
    size: Option<ByteSize>,
}

#[derive(Debug, Serialize, Deserialize, Facet)]
#[facet(name = "places", default)]
struct Places {
    file: RootPath,
    more: BTreeMap<String, Vec<Place>>,
    #[serde(flatten)]
    other: Flat,
}

#[derive(Debug, Serialize, Deserialize)]
struct Place {
    at: Option<RootPath>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Flat {
    flat: RootPath,
}

impl Default for Places {
    fn default() -> Self {
        let (file, flat) = ("data/digits.csv".into(), "flat".into());
        Places { file, more: BTreeMap::new(), other: Flat { flat } }
    }
}

fn load<F: Facet>(jail: &Jail) -> Config<F> {
    jail.load().facets().config().unwrap()
}

fn plain() -> Jail {
    jail(&[("training.toml", "epochs = 1")])
}

fn check(jail: Jail, expected: Expect) {
    expected.assert_eq(&jail.messages());
}

#[test]
fn durations_and_sizes_are_read_as_people_write_them_from_every_layer() {
    let units: Config<Units> = load(&plain());
    assert_eq!(units.timeout().as_secs(), 30);
    assert_eq!(units.pause().as_millis(), 1500);
    assert_eq!(units.offset().as_mins(), -90);
    assert_eq!(units.cache().bytes(), 2 << 30);

    let file = "timeout = '2 days'\noffset = '1h ago'\ncache = 4096\ntimes.a = '1m 30s'\n\
                limits = { every = ['1s', '500ms', '1 week'], size = '1.5 kB' }\n";
    let units: Config<Units> = load(&plain().file("units.toml", file));
    assert_eq!(units.timeout().as_secs(), 172_800);
    assert_eq!(units.offset().as_mins(), -60);
    assert_eq!(units.cache().bytes(), 4096);
    assert_eq!(units.times()["a"].as_secs(), 90);
    let limits = units.limits().as_ref().unwrap();
    assert_eq!(limits.every.iter().map(Duration::as_millis).sum::<u128>(), 604_801_500);
    assert_eq!(limits.size.map(ByteSize::bytes), Some(1500));

    let set = plain()
        .variable("THINKING_UNITS__TIMEOUT", "1h")
        .variable("THINKING_UNITS__CACHE", "512kB")
        .set("units.offset=-90m")
        .set("units.times.b=PT5S");
    let units: Config<Units> = load(&set);
    assert_eq!((units.timeout().as_secs(), units.cache().bytes()), (3600, 512_000));
    assert_eq!((units.offset().as_mins(), units.times()["b"].as_secs()), (-90, 5));
}

#[test]
fn a_wrong_duration_or_size_says_what_is_accepted() {
    let file = "timeout = 30\npause = '61s'\noffset = 'soon'\ncache = '2 gigs'\n\
                limits = { every = ['1 month', '-1s'], size = -1 }\n";
    check(
        plain().file("units.toml", file),
        expect![[r#"
            error: `units.pause` is out of range: found "1m 1s"
             --> ROOT/units.toml:2:9
              |
            2 | pause = '61s'
              |         ^^^^^ accepted: 1s..=1m

            error: wrong value for `units.cache`
             --> ROOT/units.toml:4:9
              |
            4 | cache = '2 gigs'
              |         ^^^^^^^^ `gigs` is no unit of sizes; there are B, kB, MB, GB, TB, PB, EB, KiB, MiB, GiB, TiB, PiB and EiB

            error: wrong value for `units.limits.every.0`: found string "1 month"
             --> ROOT/units.toml:5:21
              |
            5 | limits = { every = ['1 month', '-1s'], size = -1 }
              |                     ^^^^^^^^^ expected a duration such as "30s", "1h 30m" or "2 days"

            error: wrong value for `units.limits.every.1`: found string "-1s"
             --> ROOT/units.toml:5:32
              |
            5 | limits = { every = ['1 month', '-1s'], size = -1 }
              |                                ^^^^^ expected a duration such as "30s", "1h 30m" or "2 days"

            error: wrong value for `units.limits.size`: found integer `-1`
             --> ROOT/units.toml:5:47
              |
            5 | limits = { every = ['1 month', '-1s'], size = -1 }
              |                                               ^^ expected a size such as "2 GiB", "512 kB" or a number of bytes

            error: wrong value for `units.offset`: found string "soon"
             --> ROOT/units.toml:3:10
              |
            3 | offset = 'soon'
              |          ^^^^^^ expected a duration such as "30s", "1h 30m" or "2 days"

            error: wrong value for `units.timeout`: found integer `30`
             --> ROOT/units.toml:1:11
              |
            1 | timeout = 30
              |           ^^ expected a duration such as "30s", "1h 30m" or "2 days""#]],
    );
    check(
        plain()
            .variable("THINKING_UNITS__TIMEOUT", "30")
            .variable("THINKING_UNITS__CACHE", "1e3")
            .set("units.cache=20 EiB"),
        expect![[r#"
            error: wrong value for `units.cache`
             |
             = note: --set units.cache=20 EiB: `20 EiB` is too large: at most 18446744073709551615 bytes

            error: wrong value for `units.timeout`: found integer `30`
             |
             = note: variable THINKING_UNITS__TIMEOUT=30: expected a duration such as "30s", "1h 30m" or "2 days""#]],
    );
}

/// What a step read must not seem changed because someone wrote `60s` for `1m`.
#[test]
fn equal_durations_and_sizes_are_recorded_alike() {
    let recorded = |jail: Jail| {
        let mut current = jail.load().facets().current();
        current.retain(|key, _| key.starts_with("units."));
        current
    };
    let file = "timeout = 'PT0.5M'\npause = '1s 500ms'\noffset = '-90m'\ncache = 2147483648\n";
    assert_eq!(recorded(plain().file("units.toml", file)), recorded(plain()));
    let listed = |every: &str| {
        recorded(plain().file("units.toml", format!("limits = {{ every = {every} }}")))
    };
    assert_eq!(listed("['60s', '1h']"), listed("['1 minute', '60m']"));
    assert_ne!(listed("['60s', '1h']"), listed("['60s', '2h']"));
    let texts: Vec<_> = recorded(plain()).into_iter().map(|(k, v)| format!("{k} = {v}")).collect();
    expect![[r#"
        units.* = cache, offset, pause, timeout, times
        units.cache = "2 GiB"
        units.offset = "1h 30m ago"
        units.pause = "1s 500ms"
        units.timeout = "30s"
        units.times = {}"#]]
    .assert_eq(&texts.join("\n"));
}

#[test]
fn a_path_is_relative_to_the_root_wherever_it_is_set() {
    let files = plain()
        .file("places.toml", "[[more.a]]\nat = 'x'\n[[more.a]]\n[[more.b]]\nat = '/y'\n")
        .variable("THINKING_PLACES__FLAT", "from/variable")
        .set("places.file=../up");
    let places: Config<Places> = load(&files);
    let root = files.root();
    assert_eq!(**places.file(), root.join("../up"));
    assert_eq!(*places.other().flat, root.join("from/variable"));
    let at = |key: &str| {
        let places = places.more()[key].iter();
        places.map(|place| place.at.as_deref().map(Path::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(at("a"), [Some(root.join("x")), None]);
    assert_eq!(at("b"), [Some("/y".into())]);
    let defaults: Config<Places> = load(&plain());
    assert!(defaults.file().is_absolute() && defaults.file().ends_with("data/digits.csv"));
}

/// A project that was moved must not lose what it has done.
#[test]
fn a_path_is_recorded_as_it_was_written() {
    let current = plain().load().facets().current();
    assert_eq!(current["places.file"], "\"data/digits.csv\"");
    assert_eq!(current["places.flat"], "\"flat\"");
}

#[derive(Debug, PartialEq, Deserialize, Facet)]
#[facet(name = "odd")]
struct Odd {
    #[serde(default = "three")]
    number: u32,
    #[serde(alias = "weight", alias = "mass")]
    #[facet(default = 1.5)]
    kilograms: f64,
    #[serde(default)]
    either: Either,
    #[serde(default)]
    tagged: Option<Tagged>,
    #[serde(flatten)]
    flat: BTreeMap<String, bool>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(untagged)]
enum Either {
    #[default]
    Nothing,
    Number(u32),
    Table {
        inner: String,
        time: SignedDuration,
    },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Tagged {
    Fixed { every: SignedDuration },
    Growing { by: f64, limit: ByteSize, pause: Option<Duration> },
}

fn three() -> u32 {
    3
}

#[test]
fn what_serde_fills_flattens_and_tries() {
    let odd: Config<Odd> = load(&plain());
    assert_eq!((odd.number(), odd.kilograms(), odd.either()), (3, 1.5, &Either::Nothing));

    let file = "more = true\neither = { inner = 'x', time = '2 h' }\n\
                tagged = { kind = 'growing', by = 0.5, limit = '1 kB' }\n";
    let odd: Config<Odd> = load(&plain().file("odd.toml", file).set("odd.other=false"));
    let time = SignedDuration::from_hours(2);
    assert_eq!(*odd.either(), Either::Table { inner: "x".to_owned(), time });
    let limit = ByteSize::new(1000);
    assert_eq!(*odd.tagged(), Some(Tagged::Growing { by: 0.5, limit, pause: None }));
    assert_eq!(*odd.flat(), BTreeMap::from([("more".into(), true), ("other".into(), false)]));

    let odd: Config<Odd> = load(&plain().file("odd.toml", "either = 7"));
    assert_eq!(*odd.either(), Either::Number(7));
}

#[test]
fn mistakes_in_what_serde_flattens_and_tries() {
    let file = "more = 1\neither = 'text'\n[tagged]\nkind = 'fixd'\n";
    check(
        plain().file("odd.toml", file),
        expect![[r#"
            error: wrong value for `odd.either`
             --> ROOT/odd.toml:2:10
              |
            2 | either = 'text'
              |          ^^^^^^ data did not match any variant of untagged enum Either

            error: `odd.tagged.kind` cannot be `fixd`
             --> ROOT/odd.toml:4:8
              |
            4 | kind = 'fixd'
              |        ^^^^^^ expected one of fixed, growing
              |
              = help: did you mean `fixed`?"#]],
    );
    let file = "tagged = { kind = 'growing', by = 1, limit = 1, pause = '3s' }\n";
    check(
        plain().file("odd.toml", file),
        expect![[r#"
        error: wrong value for `odd.tagged`: found string "3s"
         --> ROOT/odd.toml:1:10
          |
        1 | tagged = { kind = 'growing', by = 1, limit = 1, pause = '3s' }
          |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected struct Duration
          |
          = help: in a flattened, untagged or tagged type, a duration is read from a text by `jiff::SignedDuration`"#]],
    );
}

/// An alias beside a default was `duplicate field`, and a read of the key was recorded as unset.
#[test]
fn an_alias_is_the_key_that_it_stands_for() {
    let jail = plain().file("odd.toml", "weight = 2.5").profile("heavy");
    let jail = jail.file("odd.heavy.toml", "mass = 70");
    let runtime = jail.load();
    assert_eq!(runtime.facets().config::<Odd>().unwrap().kilograms(), 70.0);
    assert_eq!(runtime.facets().current()["odd.kilograms"], "70");
    check(
        plain().file("odd.toml", "number = 1\nmass = 'much'\n[profile.x]\nweight = true"),
        expect![[r#"
            error: wrong value for `odd.kilograms`: found string "much"
             --> ROOT/odd.toml:2:8
              |
            2 | mass = 'much'
              |        ^^^^^^ expected f64"#]],
    );
    check(
        plain().file("odd.toml", "[profile.x]\nweight = true").profile("x"),
        expect![[r#"
        error: wrong value for `odd.kilograms`: found boolean `true`
         --> ROOT/odd.toml:2:10
          |
        2 | weight = true
          |          ^^^^ expected f64"#]],
    );
    check(
        plain().file("odd.toml", "weight = 1\nmass = 2"),
        expect![[r#"
            error: wrong value for `odd.kilograms`
             --> ROOT/odd.toml:1:10
              |
            1 | weight = 1
              |          ^ set twice, once by another of its names"#]],
    );
}
