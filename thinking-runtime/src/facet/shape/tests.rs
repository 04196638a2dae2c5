//! The shapes of many types, each written by hand beside what was found.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroI32, NonZeroU8};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};

use super::*;

fn check<T: DeserializeOwned>(expected: Shape) {
    assert_eq!(Shape::of::<T>(), expected, "{}", std::any::type_name::<T>());
}

fn text(expected: &str, examples: &[&'static str]) -> Shape {
    Shape::Text(TextShape { expected: expected.to_owned(), examples: examples.to_vec() })
}

fn string() -> Shape {
    text("a string", &[])
}

fn list(shape: Shape) -> Shape {
    Shape::List(Box::new(shape))
}

fn map(shape: Shape) -> Shape {
    Shape::Map(Box::new(shape))
}

fn optional(shape: Shape) -> Shape {
    Shape::Optional(Box::new(shape))
}

fn bits(bits: u32) -> Shape {
    Shape::Integer { min: 0, max: (1 << bits) - 1 }
}

fn field(name: &str, shape: Shape, required: bool) -> FieldShape {
    FieldShape { name: name.to_owned(), aliases: Vec::new(), shape, required }
}

fn required(name: &str, shape: Shape) -> FieldShape {
    field(name, shape, true)
}

fn free(name: &str, shape: Shape) -> FieldShape {
    field(name, shape, false)
}

fn unit(name: &str) -> VariantShape {
    VariantShape { name: name.to_owned(), content: VariantContent::Unit }
}

fn variant(name: &str, shape: Shape) -> VariantShape {
    VariantShape { name: name.to_owned(), content: VariantContent::Value(shape) }
}

#[test]
fn plain_values() {
    check::<bool>(Shape::Bool);
    check::<u8>(bits(8));
    check::<i8>(Shape::Integer { min: -128, max: 127 });
    check::<u64>(bits(64));
    check::<i128>(Shape::Integer { min: i128::MIN, max: i128::MAX });
    check::<u128>(Shape::Integer { min: 0, max: i128::MAX });
    check::<NonZeroU8>(Shape::Integer { min: 1, max: 255 });
    check::<NonZeroI32>(Shape::Integer { min: i32::MIN.into(), max: i32::MAX.into() });
    check::<f32>(Shape::Float);
    check::<char>(Shape::Character);
    check::<String>(string());
    check::<Arc<str>>(string());
    check::<PathBuf>(text("path string", &[]));
    check::<()>(Shape::Any);
    check::<PhantomData<u8>>(Shape::Any);
}

#[test]
fn texts_with_a_meaning_of_their_own() {
    check::<IpAddr>(text("IP address", &["127.0.0.1", "::1"]));
    check::<SocketAddr>(text("socket address", &["127.0.0.1:8080", "[::1]:8080"]));
    check::<Duration>(Shape::Duration);
    let Shape::Text(signed) = Shape::of::<jiff::SignedDuration>() else {
        panic!("jiff reads durations from texts");
    };
    assert!(signed.examples.contains(&"30s"), "{signed:?}");
}

#[test]
fn collections() {
    check::<Vec<u8>>(list(bits(8)));
    check::<BTreeSet<String>>(list(string()));
    check::<(u8, String)>(Shape::Tuple(vec![bits(8), string()]));
    check::<[bool; 2]>(Shape::Tuple(vec![Shape::Bool, Shape::Bool]));
    check::<[bool; 32]>(list(Shape::Bool));
    check::<BTreeMap<String, Vec<f64>>>(map(list(Shape::Float)));
    check::<HashMap<u8, bool>>(map(Shape::Bool));
    check::<BTreeMap<Level, bool>>(map(Shape::Bool));
    check::<Option<u8>>(optional(bits(8)));
    check::<Option<Box<Option<u8>>>>(optional(optional(bits(8))));
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code)]
enum Level {
    Low,
    #[serde(alias = "top")]
    High,
    #[serde(skip)]
    Hidden,
}

fn level() -> Shape {
    Shape::Enum(vec![unit("low"), unit("high"), unit("top")])
}

#[derive(Deserialize)]
#[allow(dead_code)]
enum Kind {
    Plain,
    Of(u32),
    Maybe(Option<Level>),
    Two(u32, bool),
    Named {
        size: u8,
        #[serde(default)]
        note: String,
    },
}

#[test]
fn enums() {
    check::<Level>(level());
    let named = Shape::Struct(vec![required("size", bits(8)), free("note", string())]);
    check::<Kind>(Shape::Enum(vec![
        unit("Plain"),
        variant("Of", bits(32)),
        variant("Maybe", optional(level())),
        variant("Two", Shape::Tuple(vec![bits(32), Shape::Bool])),
        variant("Named", named),
    ]));
    check::<Vec<Level>>(list(level()));
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(dead_code)]
struct Struct {
    plain_number: u8,
    #[serde(rename = "other", alias = "another", alias = "third")]
    renamed: String,
    #[serde(default)]
    level: Vec<Level>,
    optional: Option<Inner>,
    #[serde(skip)]
    skipped: u8,
    inner: Inner,
    #[serde(deserialize_with = "even")]
    even: u32,
    #[serde(default = "five")]
    last: u8,
    very_last: bool,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Inner {
    value: f64,
}

fn five() -> u8 {
    5
}

fn even<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = u32::deserialize(deserializer)?;
    match number.is_multiple_of(2) {
        true => Ok(number),
        false => Err(de::Error::custom("odd")),
    }
}

#[test]
fn structs() {
    let inner = || Shape::Struct(vec![required("value", Shape::Float)]);
    let other = FieldShape {
        aliases: vec!["another".to_owned(), "third".to_owned()],
        ..required("other", string())
    };
    check::<Struct>(Shape::Struct(vec![
        required("plain-number", bits(8)),
        other,
        free("level", list(level())),
        free("optional", optional(inner())),
        required("inner", inner()),
        required("even", bits(32)),
        free("last", bits(8)),
        required("very-last", Shape::Bool),
    ]));
    let shape = Shape::of::<Struct>();
    assert_eq!(shape.field("third").map(|field| &*field.name), Some("other"));
    assert!(shape.field("fourth").is_none());
}

#[derive(Default, Deserialize)]
#[serde(default)]
#[allow(dead_code)]
struct Defaulted {
    one: u8,
    two: Duration,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Wrapper<T>(T);

#[derive(Deserialize)]
struct Unit;

#[derive(Deserialize)]
struct Empty {}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Triple(u8, Level, bool);

#[derive(Deserialize)]
#[allow(dead_code)]
struct Generic<T> {
    value: T,
}

#[test]
fn structs_of_other_kinds() {
    check::<Defaulted>(Shape::Struct(vec![free("one", bits(8)), free("two", Shape::Duration)]));
    check::<Wrapper<Wrapper<u8>>>(bits(8));
    check::<Unit>(Shape::Any);
    check::<Empty>(Shape::Struct(Vec::new()));
    check::<Triple>(Shape::Tuple(vec![bits(8), level(), Shape::Bool]));
    let once = Shape::Struct(vec![required("value", bits(8))]);
    check::<Generic<Generic<u8>>>(Shape::Struct(vec![required("value", once)]));
    check::<SystemTime>(Shape::Struct(vec![
        required("secs_since_epoch", bits(64)),
        required("nanos_since_epoch", bits(32)),
    ]));
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct List {
    value: u8,
    next: Option<Box<List>>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
enum Expression {
    Number(f64),
    Sum(Vec<Expression>),
    Each { of: BTreeMap<String, Expression> },
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Endless(Option<Box<Endless>>);

/// Four of a type: eight of these in each other are 65,536 values.
type Four<T> = (Box<T>, Box<T>, Box<T>, Box<T>);
type FourFours<T> = Four<Four<Four<Four<T>>>>;

#[test]
fn types_that_contain_themselves_end() {
    let node = |next| Shape::Struct(vec![required("value", bits(8)), free("next", optional(next))]);
    check::<List>(node(node(map(Shape::Any))));
    let Shape::Enum(variants) = Shape::of::<Expression>() else {
        panic!("an enum");
    };
    assert_eq!(variants.len(), 3);
    Shape::of::<Endless>();
    assert!(matches!(Shape::of::<FourFours<FourFours<u8>>>(), Shape::Tuple(_)));
}

#[derive(Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum Untagged {
    Number(u64),
    Text(String),
    Table { value: u8 },
}

#[derive(Deserialize)]
#[serde(tag = "type")]
#[allow(dead_code)]
enum Tagged {
    One { value: u8 },
    Two,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "content")]
#[allow(dead_code)]
enum Adjacent {
    One { value: u8 },
    Two(Level),
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Flat {
    own: u8,
    #[serde(flatten)]
    inner: Inner,
}

/// A size in bytes: a number or a text with a unit.
struct Size;

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Size;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a size")
            }

            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Size, E> {
                Ok(Size)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Size, E> {
                match text.ends_with("GiB") {
                    true => Ok(Size),
                    false => Err(E::custom("no size")),
                }
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[test]
fn types_that_look_before_they_decide() {
    check::<Untagged>(Shape::Any);
    check::<Tagged>(Shape::OneOf(vec![list(Shape::Any), map(Shape::Any)]));
    check::<Flat>(map(Shape::Any));
    check::<Size>(Shape::OneOf(vec![
        Shape::Integer { min: i64::MIN.into(), max: i64::MAX.into() },
        text("a size", &["2 GiB"]),
    ]));
    let Shape::Struct(fields) = Shape::of::<Adjacent>() else {
        panic!("serde asks for a struct of tag and content");
    };
    assert_eq!(fields.iter().map(|field| &*field.name).collect::<Vec<_>>(), ["type", "content"]);
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Never;

impl TryFrom<String> for Never {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Err(format!("`{text}` is nothing"))
    }
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Picky {
    #[serde(default)]
    free: u8,
    before: u8,
    never: Never,
    after: u8,
    option: Option<Never>,
}

/// What no text is known for that is accepted: it is there, and the keys beside it are seen.
#[test]
fn types_that_accept_nothing() {
    check::<Never>(string());
    check::<Picky>(Shape::Struct(vec![
        free("free", bits(8)),
        required("before", bits(8)),
        required("never", string()),
        required("after", bits(8)),
        free("option", optional(string())),
    ]));
    check::<Vec<Never>>(list(string()));
    check::<(u8, Never, u8)>(Shape::Tuple(vec![bits(8), string(), Shape::Any]));
}

/// A newtype as the wrappers of the runtime are.
struct Named<const SECRET: bool>;

impl<'de, const IS_SECRET: bool> Deserialize<'de> for Named<IS_SECRET> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Inside<const IS_SECRET: bool>;
        impl<'de, const IS_SECRET: bool> Visitor<'de> for Inside<IS_SECRET> {
            type Value = Named<IS_SECRET>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a newtype")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Self::Value, D::Error> {
                String::deserialize(deserializer).map(|_| Named)
            }
        }
        let name = if IS_SECRET { SECRET } else { ROOT_PATH };
        deserializer.deserialize_newtype_struct(name, Inside)
    }
}

#[test]
fn wrappers_of_the_runtime() {
    check::<Named<true>>(Shape::Secret(Box::new(string())));
    check::<Option<Named<false>>>(optional(Shape::RootPath(Box::new(string()))));
}
