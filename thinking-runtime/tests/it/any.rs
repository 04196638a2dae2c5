//! Whatever stands in files, variables and assignments: a value or a mistake, never a panic.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use thinking::{Diagnostic, Facet, Runtime};

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, Facet)]
#[facet(name = "any")]
struct Any {
    #[facet(default = 7, range = -1000..=1000)]
    number: i64,
    #[facet(default = 1u64)]
    large: u64,
    #[facet(default = 0.5)]
    float: f64,
    #[facet(default = 0.5f32)]
    small: f32,
    #[facet(default = "text")]
    text: String,
    #[facet(default = 'c')]
    letter: char,
    #[facet(default = true)]
    flag: bool,
    #[facet(default = Vec::<u8>::new())]
    list: Vec<u8>,
    #[facet(default = (1, "one"))]
    pair: (i16, String),
    optional: Option<u32>,
    #[facet(default = Kind::Plain)]
    kind: Kind,
    #[facet(default = BTreeMap::<String, Inner>::new())]
    tables: BTreeMap<String, Inner>,
    #[facet(default = "hunter2", secret)]
    secret: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
struct Inner {
    value: i32,
    more: Option<Box<Inner>>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Plain,
    Of(u32),
    Two(u32, bool),
    Named { size: u32 },
}

/// A facet around a map.
#[derive(Debug, PartialEq, Deserialize, Facet)]
#[facet(name = "free")]
struct Free(BTreeMap<String, Inner>);

const KEYS: [&str; 13] = [
    "number", "large", "float", "small", "text", "letter", "flag", "list", "pair", "optional",
    "kind", "tables", "secret",
];

#[derive(Default)]
struct Given {
    files: Vec<(&'static str, Vec<u8>)>,
    variables: Vec<(String, String)>,
    assignments: Vec<String>,
}

impl Given {
    /// Every kind of file with the same bytes.
    fn everywhere(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let names = ["any.toml", "any.test.toml", "free.toml", "logs.toml"];
        Given { files: names.map(|name| (name, bytes.clone())).to_vec(), ..Given::default() }
    }

    fn load(self) -> (Runtime, Vec<Diagnostic>) {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("training.toml"), "epochs = 1").unwrap();
        for (name, bytes) in self.files {
            std::fs::write(root.path().join(name), bytes).unwrap();
        }
        Runtime::builder(thinking_modules::main_module!())
            .root(Some(root.path().to_owned()))
            .environment(self.variables)
            .assignments(self.assignments)
            .profiles(["test".to_owned()])
            .load()
    }

    /// Loads, and uses whatever is there to show.
    fn survives(self) {
        let (runtime, mistakes) = self.load();
        for mistake in &mistakes {
            assert!(!mistake.render(false).is_empty() && !mistake.render(true).is_empty());
        }
        let any = runtime.facets().config::<Any>();
        assert!(any.is_ok() || !mistakes.is_empty(), "neither a value nor a mistake");
        if mistakes.is_empty() {
            assert!(runtime.facets().report().iter().any(|facet| facet.name == "any"));
        }
    }
}

/// Text that is nearly TOML: its tokens in any order.
fn nearly_toml() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        proptest::sample::select(KEYS.to_vec()).prop_map(str::to_owned),
        proptest::sample::select(vec![
            "=",
            ".",
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            ",",
            "\n",
            " ",
            "'",
            "\"",
            "\"\"\"",
            "#",
            "-",
            "profile",
            "test",
            "value",
            "more",
            "size",
            "named",
            "of",
            "two",
            "plain",
            "0x",
            "1e999",
            "inf",
            "nan",
            "true",
            "1979-05-27T07:32:00Z",
            "99999999999999999999999",
            "\u{feff}",
            "\r\n",
            "\0",
        ])
        .prop_map(str::to_owned),
        any::<i128>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:e}")),
        "\\PC{0,6}",
    ];
    vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

/// Keys of the facet with nearly-TOML values: most parse.
fn key_and_value() -> impl Strategy<Value = (String, String)> {
    let value = prop_oneof![
        nearly_toml(),
        any::<i128>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:?}")),
        proptest::sample::select(vec![
            "{}",
            "[]",
            "[1, [2, 3]]",
            "{ named = { size = 1 } }",
            "{ two = [1, true] }",
            "{ two = [1] }",
            "{ of = 1 }",
            "{ plain = {} }",
            "{ of = [], plain = 1 }",
            "'plain'",
            "{ a = { value = 1, more = { value = 'x' } } }",
            "[{ value = 1 }]",
            "''",
            "true",
        ])
        .prop_map(str::to_owned),
    ];
    let tail = prop_oneof![Just(String::new()), "(\\.[a-z0-9]{0,3}){0,3}", ".{0,4}"];
    let key = (proptest::sample::select(KEYS.to_vec()), tail);
    (key.prop_map(|(key, tail)| format!("{key}{tail}")), value)
}

fn inner() -> impl Strategy<Value = Inner> {
    let leaf = any::<i32>().prop_map(|value| Inner { value, more: None });
    leaf.prop_recursive(3, 3, 1, |inner| {
        (any::<i32>(), inner).prop_map(|(value, more)| Inner { value, more: Some(Box::new(more)) })
    })
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Plain),
        any::<u32>().prop_map(Kind::Of),
        any::<(u32, bool)>().prop_map(|(number, flag)| Kind::Two(number, flag)),
        any::<u32>().prop_map(|size| Kind::Named { size }),
    ]
}

prop_compose! {
    fn values()(
        (number, large, float, small) in (-1000..=1000i64, 0..=i64::MAX as u64, any::<f64>(), any::<f32>()),
        (text, letter, flag, secret) in (any::<String>(), any::<char>(), any::<bool>(), any::<String>()),
        (list, pair, optional) in (vec(any::<u8>(), 0..4), (any::<i16>(), any::<String>()), option::of(any::<u32>())),
        kind in kind(),
        tables in btree_map(any::<String>(), inner(), 0..4),
    ) -> Any {
        Any {
            number, large, float, small, text, letter, flag, list, pair, optional, kind, tables, secret,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_of_any_bytes(bytes in vec(any::<u8>(), 0..200)) {
        Given::everywhere(bytes).survives();
    }

    #[test]
    fn a_file_of_any_tokens(text in nearly_toml()) {
        Given::everywhere(text).survives();
    }

    #[test]
    fn a_file_of_known_keys_and_any_values(entries in vec(key_and_value(), 0..6)) {
        let lines: Vec<_> = entries.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        Given::everywhere(lines.join("\n")).survives();
    }

    #[test]
    fn assignments_of_any_text(
        texts in vec("\\PC*", 0..3),
        entries in vec(key_and_value(), 0..4),
    ) {
        let known = entries.iter().map(|(key, value)| format!("any.{key}={value}"));
        let maps = entries.iter().map(|(key, value)| format!("free.{key}={value}"));
        let assignments = texts.iter().cloned().chain(known).chain(maps).collect();
        Given { assignments, ..Given::default() }.survives();
    }

    #[test]
    fn variables_of_any_text(
        texts in vec((".*", any::<String>()), 0..3),
        entries in vec(key_and_value(), 0..4),
    ) {
        let any = texts.iter().map(|(name, text)| (format!("THINKING_{name}"), text.clone()));
        let known = entries.iter().map(|(key, value)| {
            (format!("THINKING_ANY__{}", key.replace('.', "__")), value.clone())
        });
        Given { variables: any.chain(known).collect(), ..Given::default() }.survives();
    }

    #[test]
    fn a_file_of_good_values_gives_these_values(mut given in values()) {
        // TOML has no `nan` that equals itself.
        given.float = if given.float.is_nan() { 0.0 } else { given.float };
        given.small = if given.small.is_nan() { 0.0 } else { given.small };
        let text = toml::to_string(&given).unwrap();
        let (runtime, mistakes) = Given { files: vec![("any.toml", text.clone().into())], ..Given::default() }.load();
        prop_assert!(mistakes.is_empty(), "{mistakes:?} in {text}");
        let any = runtime.facets().config::<Any>().unwrap();
        prop_assert_eq!(&**any, &given, "{}", text);
    }

    #[test]
    fn a_map_of_good_values_gives_these_values(given in btree_map(any::<String>(), inner(), 0..4)) {
        // The table of the overlays.
        prop_assume!(!given.contains_key("profile"));
        let text = toml::to_string(&given).unwrap();
        let files = vec![("free.toml", text.clone().into())];
        let (runtime, mistakes) = Given { files, ..Given::default() }.load();
        prop_assert!(mistakes.is_empty(), "{mistakes:?} in {text}");
        let free = runtime.facets().config::<Free>().unwrap();
        prop_assert_eq!(&**free, &Free(given), "{}", text);
    }

    /// Without brackets and quotes a text is that text, also if it reads as a number or a date.
    #[test]
    fn a_text_that_is_set_stays_as_it_is(
        text in prop_oneof!["[-+a-z0-9_.:#$ ]{0,12}", "[0-9]{4}-[01][0-9]-[0-2][0-9][ t][01][0-9]:[0-5][0-9]:00z?"],
        by_variable: bool,
    ) {
        let given = match by_variable {
            true => Given {
                variables: vec![("THINKING_ANY__TEXT".to_owned(), text.clone())],
                ..Given::default()
            },
            false => Given { assignments: vec![format!("any.text={text}")], ..Given::default() },
        };
        let (runtime, mistakes) = given.load();
        prop_assert!(mistakes.is_empty(), "{mistakes:?}");
        let any = runtime.facets().config::<Any>().unwrap();
        prop_assert_eq!(any.text().trim(), text.trim());
    }
}

/// The parser of TOML took it for a number, without the underscore, and gave back `1a`.
#[test]
fn a_text_that_begins_as_a_number_stays_as_it_is() {
    for text in ["1_a", "0x_g", "1_0_", "1._5", "1e_5", "+1_a"] {
        let assignments = vec![format!("any.text={text}")];
        let (runtime, mistakes) = Given { assignments, ..Given::default() }.load();
        assert!(mistakes.is_empty(), "{mistakes:?}");
        assert_eq!(runtime.facets().config::<Any>().unwrap().text(), text);
    }
}

/// Each part of a key is a table around the next one.
#[test]
fn keys_of_any_depth() {
    for depth in [10, 1_000, 60_000] {
        let assignments = vec![format!("any.tables{}=1", ".more".repeat(depth))];
        Given { assignments, ..Given::default() }.survives();
        let variables =
            vec![(format!("THINKING_ANY__TABLES{}", "__MORE".repeat(depth)), "1".into())];
        Given { variables, ..Given::default() }.survives();
    }
    let assignments = vec![format!("any.tables{}=1", ".more".repeat(64))];
    let (_, mistakes) = Given { assignments, ..Given::default() }.load();
    let mistakes: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(
        mistakes,
        ["error: `--set` sets `any.tables.more.…`, a key with 65 parts\n |\n \
          = note: accepted are at most 64"]
    );
}
