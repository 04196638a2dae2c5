//! The schemas of facet files: what they state, and what they let through.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use boon::{Compiler, Schemas};
use expect_test::{ExpectFile, expect_file};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thinking_modules::registry;

use crate::{Facet, FacetDefinition, Section};

/// How a kitchen cooks.
///
/// It has one of everything.
#[derive(Debug, Serialize, Deserialize, Facet)]
#[facet(name = "kitchen")]
pub(crate) struct Kitchen {
    /// How many plates there are.
    #[facet(range = 1..=12)]
    plates: u8,
    /// How hot it is.
    ///
    /// Measured at noon.
    #[facet(default = 0.1f32, range = 0.0..1.0, auxiliary)]
    heat: f32,
    #[facet(default = "soup")]
    dish: String,
    /// The key to the cellar.
    #[facet(default = "xyzzy", secret)]
    key: String,
    #[serde(default)]
    open: bool,
    #[serde(rename = "cook-for", alias = "cook")]
    cook_for: Option<Duration>,
    address: Option<IpAddr>,
    #[facet(default = Size::Medium)]
    size: Size,
    #[facet(default = BTreeMap::<String, Oven>::new())]
    ovens: BTreeMap<String, Oven>,
    #[serde(default)]
    courses: Vec<Course>,
    #[facet(default = Oven { watts: 1000, grid: None })]
    oven: Oven,
    #[facet(default = (1, 'x'))]
    pair: (i64, char),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Size {
    Small,
    Medium,
    Exactly(u32),
    Between { least: u32, most: u32 },
}

#[derive(Debug, Clone, Serialize, Deserialize, Section)]
pub(crate) struct Oven {
    /// How strong it is.
    watts: u32,
    grid: Option<PathBuf>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Section)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Course {
    name: String,
    /// Whether it comes last.
    ///
    /// Children ask for it.
    #[serde(default)]
    is_sweet: bool,
    /// What it is served with.
    #[serde(default)]
    sides: Vec<Side>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Section)]
pub(crate) struct Side {
    /// How much of it.
    #[serde(rename = "weight")]
    grams: u32,
}

/// Houses by street.
#[derive(Debug, Deserialize, Facet)]
#[facet(name = "street")]
#[allow(dead_code)]
pub(crate) struct Street(BTreeMap<String, Oven>);

/// What is flattened is not known.
#[derive(Debug, Deserialize, Facet)]
#[facet(name = "flat")]
pub(crate) struct Flat {
    /// How high it is.
    #[facet(default = 2)]
    floor: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, u32>,
}

fn pretty(schema: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(schema).unwrap())
}

#[test]
fn golden() {
    let check = |schema: Value, expected: ExpectFile| expected.assert_eq(&pretty(&schema));
    check(Kitchen::definition().schema(), expect_file!["golden/kitchen.schema.json"]);
    check(Street::definition().schema(), expect_file!["golden/street.schema.json"]);
    check(Street::definition().overlay_schema(), expect_file!["golden/street.overlay.schema.json"]);
    check(Flat::definition().schema(), expect_file!["golden/flat.schema.json"]);
    let logs =
        registry::items::<FacetDefinition>().find(|(_, facet)| facet.name == "logs").unwrap();
    check(logs.1.schema(), expect_file!["golden/logs.schema.json"]);
}

/// Returns whether a schema lets a TOML text through; the schema itself is checked, too.
pub(crate) fn accepts(schema: Value, toml: &str) -> bool {
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.add_resource("facet.schema.json", schema).unwrap();
    let index = compiler.compile("facet.schema.json", &mut schemas).unwrap();
    let value: toml::Value = toml::from_str(toml).unwrap();
    schemas.validate(&serde_json::to_value(value).unwrap(), index).is_ok()
}

#[test]
fn what_the_program_accepts_is_let_through() {
    let texts = [
        "",
        "plates = 3",
        "heat = 0",
        "key = 'secret'",
        "cook-for = '30s'",
        "cook = '30s'",
        "address = '::1'",
        "size = 'small'",
        "size = { exactly = 3 }",
        "size = { between = { least = 3 } }",
        "ovens = { a = { watts = 1 }, b = {} }",
        "[ovens.a]\nwatts = 1\ngrid = 'a'",
        "[[courses]]\nname = 'pie'",
        "oven.grid = 'x'",
        "pair = [1, 'x']",
        "[profile.test]\nplates = 2\n[profile.other.oven]\nwatts = 2",
    ];
    for text in texts {
        assert!(accepts(Kitchen::definition().schema(), text), "{text}");
    }
    assert!(accepts(Street::definition().schema(), "[a]\nwatts = 1\n[profile.x.b]\nwatts = 2"));
    assert!(accepts(Flat::definition().schema(), "other = 1\nfloor = 3"));
}

#[test]
fn what_is_a_mistake_is_refused() {
    let texts = [
        "plate = 3",
        "plates = 0",
        "plates = 13",
        "plates = '3'",
        "heat = 1.0",
        "heat = -0.1",
        "open = 1",
        "address = 3",
        "size = 'smal'",
        "size = { small = 3 }",
        "size = { exactly = 3, small = 1 }",
        "ovens = { a = { watt = 1 } }",
        "courses = [{ sweet = true }]",
        "oven.watts = -1",
        "pair = [1]",
        "pair = [1, 'xx']",
        "pair = [1, 'x', 2]",
        "profile = 3",
        "profile.test = 3",
        "profile.test.plates = 13",
        "profile.test.profile.test = {}",
    ];
    for text in texts {
        assert!(!accepts(Kitchen::definition().schema(), text), "{text}");
    }
    assert!(!accepts(Street::definition().schema(), "a = 1"));
    assert!(!accepts(Street::definition().overlay_schema(), "profile.a.b = 2"));
    assert!(!accepts(Kitchen::definition().overlay_schema(), "profile.a.plates = 2"));
}
