//! Texts of files and what they say.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;

/// Lists what a file declares, a line each.
fn check(text: &str, expected: Expect) {
    let contents = read(text, &["learning".to_owned(), "thinking".to_owned()]).unwrap();
    let mut listed = String::new();
    list(&contents, 0, &mut listed);
    expected.assert_eq(&listed);
}

fn list(contents: &Contents, depth: usize, listed: &mut String) {
    let indent = "  ".repeat(depth);
    let under = |cfgs: &[String]| match cfgs {
        [] => String::new(),
        cfgs => format!(" if {}", cfgs.join(" and ")),
    };
    if !contents.cfgs.is_empty() {
        writeln!(listed, "{indent}all{}", under(&contents.cfgs)).unwrap();
    }
    if contents.has_main {
        writeln!(listed, "{indent}main").unwrap();
    }
    for Item { name, kind, line, column, cfgs } in &contents.items {
        writeln!(listed, "{indent}{line}:{column} {kind} {name}{}", under(cfgs)).unwrap();
    }
    for module in &contents.modules {
        write!(listed, "{indent}{} mod {}{}", module.line, module.name, under(&module.cfgs))
            .unwrap();
        for path in &module.paths {
            write!(listed, " in {}{}", path.value, under(&path.cfgs)).unwrap();
        }
        listed.push('\n');
        module.body.iter().for_each(|body| list(body, depth + 1, listed));
    }
    for included in &contents.included {
        writeln!(listed, "{indent}includes {included}").unwrap();
    }
}

#[test]
fn definitions_by_their_attributes() {
    check(
        r#"
use thinking::prelude::*;
#[derive(Debug, Deserialize, Facet)]
#[facet(name = "training")]
struct Training { epochs: u32 }
#[interface]
pub trait Optimizer {}
#[component(provides = dyn Optimizer, primary)]
struct Sgd;
    #[component] fn tokenizer() -> Tokenizer { Tokenizer }
#[thinking::component]
pub(crate) struct Adam;
/// Documented.
#[learning::step(version = 2)]
#[allow(unused)]
fn epoch(n: u32) -> Result<()> { Ok(()) }
#[stage] fn experiment() {}
#[action] fn r#move() {}
#[thinking::test]
fn it_works() {}
#[thinking::main]
fn main() {}
"#,
        expect![[r#"
            main
            3:30 facet Training
            6:1 interface Optimizer
            8:1 component Sgd
            10:5 component tokenizer
            11:1 component Adam
            14:1 step epoch
            17:1 stage experiment
            18:1 action r#move
            19:1 test it_works if test
        "#]],
    );
}

#[test]
fn attributes_of_other_crates_define_nothing() {
    check(
        r#"
#[derive(Facet)]
struct WithoutName;
#[derive(reflect::Facet)]
#[facet(name = "a")]
struct Reflected;
#[shaku::component]
struct Shaku;
#[test]
fn ordinary() {}
#[tokio::main]
async fn main() {}
#[component::thinking]
struct Turned;
"#,
        expect![[r#""#]],
    );
    let text = "#[component] struct A; #[thinking::step] fn b() {}";
    assert_eq!(read(text, &[]).unwrap(), Contents::default());
}

#[test]
fn conditions_are_kept_as_they_are_written() {
    check(
        r#"
#![cfg(not(miri))]
#[cfg(unix)]
#[cfg(any(feature = "gpu",
          test))]
#[component]
struct A;
#[cfg_attr(feature = "b", component(primary), allow(unused))]
struct B;
#[cfg_attr(unix, cfg_attr(test, thinking::stage))]
fn c() {}
#[cfg(debug_assertions)]
fn outer() {
    #[step]
    fn inner() {}
    #[cfg(windows)]
    mod deep {}
}
#[component]
struct Free;
"#,
        expect![[r#"
            all if not(miri)
            6:1 component A if unix and any(feature = "gpu", test)
            8:27 component B if feature = "b"
            10:33 stage c if unix and test
            14:5 step inner if debug_assertions
            19:1 component Free
            17 mod deep if debug_assertions and windows
        "#]],
    );
}

#[test]
fn modules_in_files_in_braces_and_at_paths() {
    check(
        r#"
mod plain;
pub(crate) mod r#type;
#[cfg(test)]
mod tests;
#[path = "elsewhere.rs"]
mod here;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod platform;
mod outer {
    #![cfg(unix)]
    mod inner {
        mod file;
        #[thinking::component]
        struct A;
    }
    #[stage]
    fn b() {}
}
"#,
        expect![[r#"
            2 mod plain
            3 mod type
            5 mod tests if test
            7 mod here in elsewhere.rs
            10 mod platform in unix.rs if unix in windows.rs if windows
            11 mod outer if unix
              18:5 stage b
              13 mod inner
                15:9 component A
                14 mod file
        "#]],
    );
}

#[test]
fn macros_may_declare_modules_and_include_files() {
    check(
        r#"
cfg_if::cfg_if! {
    if #[cfg(unix)] { mod unix; pub use unix::*; } else { mod other; }
}
#[doc = include_str!("../README.md")]
mod documented {}
include!("generated.rs");
fn data() -> &'static [u8] { include_bytes!("data.rs") }
println!("mod x;");
include!(concat!(env!("OUT_DIR"), "/built.rs"));
"#,
        expect![[r#"
            3 mod unix if inside `cfg_if!`
            3 mod other if inside `cfg_if!`
            6 mod documented
            includes generated.rs
            includes data.rs
        "#]],
    );
}

#[test]
fn tracked_functions_stand_in_blocks_and_traits_too() {
    check(
        r#"
#[tracked] fn scale() {}
#[tracked]
impl Adam {
    fn not_by_itself() {}
    #[component] fn made_elsewhere() -> Adam { Adam }
}
#[cfg(unix)]
impl Adam {
    #[thinking::tracked(version = 1)]
    #[cfg(feature = "fast")]
    fn width() { #[tracked] fn inside() {} }
}
trait Optimizer {
    #[tracked] fn provided(&self) {}
    #[salsa::tracked] fn of_another() {}
}
"#,
        expect![[r#"
            2:1 tracked scale
            10:5 tracked width if unix and feature = "fast"
            12:18 tracked inside if unix and feature = "fast"
            15:5 tracked provided
        "#]],
    );
}

/// They are most of a source. Whatever is wrong in them the compiler says.
#[test]
fn bodies_of_functions_are_parsed_only_if_something_may_be_declared_there() {
    check(
        r##"
fn plain() { 1 + }
trait Trait { fn provided(&self) { 1 + } fn required(&self); }
impl Trait for A { fn provided(&self) { let x = "#[component] struct No;"; } }
type Function = fn(u32) -> u32;
struct Generic<const N: usize = { 1 }>;
mod inline { fn nested() -> Array<{ 2 }> { 1 } }
fn with_data() { let page = include_str!("page.html"); }
fn with_a_component() { #[component] struct A; }
"##,
        expect![[r#"
            9:25 component A
            7 mod inline
            includes page.html
        "#]],
    );
    let (line, _) = read("fn a() {}\nfn b() { #[inline] fn c() {} 1 + }", &[]).unwrap_err();
    assert_eq!(line, 2);
}

#[test]
fn what_does_not_parse_is_an_error_with_its_place() {
    for (text, expected) in [
        ("fn main() {", (1, 11)),
        ("mod a;\n\n  mod 1;\n", (3, 7)),
        ("let x = 1;", (1, 1)),
        ("struct A { \"a", (1, 12)),
    ] {
        let (line, problem) = read(text, &[]).unwrap_err();
        let Problem::Syntax { column, reason } = problem else { panic!("{problem:?}") };
        assert_eq!((line, column), expected, "{text}: {reason}");
    }
    assert_eq!(read("#!/usr/bin/env run\n", &[]).unwrap(), Contents::default());
    assert_eq!(read("\u{feff}", &[]).unwrap(), Contents::default());
    let (line, _) = read("#!/usr/bin/env run\nmod 1;", &[]).unwrap_err();
    assert_eq!(line, 2);
    assert_eq!(read("#! [cfg(unix)]", &[]).unwrap().cfgs, ["unix"]);
}
