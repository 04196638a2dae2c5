//! Sources and registries written by hand, and what is missing.

use std::path::PathBuf;

use expect_test::{Expect, expect};

use super::*;
use crate::scan::{Dependent, ModuleKind};

/// Describes a module: its items by name, its conditions, its submodules.
fn module(path: &str, items: &[&str], children: Vec<Module>) -> Module {
    let item = |(line, name): (usize, &&str)| Item {
        name: (*name).to_owned(),
        kind: "component",
        line: line as u32 + 10,
        column: 1,
        cfgs: Vec::new(),
    };
    Module {
        path: path.parse().unwrap(),
        kind: ModuleKind::File,
        file: PathBuf::from(format!("{}.rs", path.replace("::", "/"))),
        line: 1,
        cfgs: Vec::new(),
        items: items.iter().enumerate().map(item).collect(),
        children,
    }
}

fn conditional(mut module: Module, cfg: &str) -> Module {
    module.cfgs.push(cfg.to_owned());
    module
}

/// A program `app` with the libraries, each with its dependents: the program is `None`.
struct Case {
    scan: Scan,
    program: Program,
}

impl Case {
    fn new(own: Module) -> Self {
        let (package, krate) = ("app".to_owned(), "app".to_owned());
        let kind = TargetKind::Binary;
        let program = Program { package, kind, krate, libraries: Vec::new() };
        let scan = Scan { packages: vec![Package::by_hand("app", kind, own)] };
        Case { scan, program }
    }

    fn library(mut self, root: Module, dependents: &[(Option<usize>, &str)]) -> Self {
        let krate = root.path.krate().to_owned();
        self.scan.packages.push(Package::by_hand(&krate, TargetKind::Library, root));
        let dependents = dependents
            .iter()
            .map(|(library, name)| Dependent { library: *library, name: (*name).to_owned() });
        let (package, dependents) = (krate.clone(), dependents.collect());
        self.program.libraries.push(Library { package, krate, dependents });
        self
    }

    fn check(&self, registered: &[&str], expected: Expect) {
        let registered: Vec<_> = registered
            .iter()
            .map(|path| {
                let (module, name) = path.rsplit_once("::").unwrap();
                let (module, name) = (module.to_owned(), name.to_owned());
                let (kind, file) = ("component".to_owned(), String::new());
                Registered { module, name, kind, file, line: 1, column: 1 }
            })
            .collect();
        let findings = missing(&self.scan, &self.program, &registered);
        let lines: String = findings.iter().map(|finding| format!("{finding}\n")).collect();
        expected.assert_eq(&lines);
    }
}

#[test]
fn nothing_is_missing_if_all_is_registered() {
    let case = Case::new(module("app", &["A"], vec![module("app::b", &["B"], vec![])]))
        .library(module("lib", &["C"], vec![]), &[(None, "lib")])
        .library(module("without_definitions", &[], vec![]), &[(None, "without_definitions")]);
    case.check(&["app::A", "app::b::B", "lib::C", "app::Generated"], expect![[r#""#]]);
}

#[test]
fn a_lost_crate_is_named_where_its_name_is_known() {
    let own = module("app", &[], vec![]);
    let case = Case::new(own)
        .library(
            module("near", &["A"], vec![module("near::b", &["B"], vec![])]),
            &[(None, "close")],
        )
        .library(module("far", &["C"], vec![]), &[(Some(0), "far"), (Some(2), "far")])
        .library(module("linked", &["D"], vec![]), &[(None, "linked")]);
    case.check(&["linked::D"], expect![[r#"
        app.rs:1: crate `near` is not linked, as nothing names it, and what it defines is lost: component `near::A`, component `near::b::B`; add `use close as _;`
        linked.rs:1: crate `far` is not linked, as nothing names it, and what it defines is lost: component `far::C`; add `use far as _;`
    "#]]);
}

#[test]
fn modules_and_definitions_of_a_linked_crate() {
    let below = module("lib::gone::below", &["C"], vec![]);
    let root = module(
        "lib",
        &["A", "B"],
        vec![module("lib::gone", &[], vec![below]), module("lib::there", &["D"], vec![])],
    );
    let case = Case::new(module("app", &["E"], vec![])).library(root, &[(None, "lib")]);
    case.check(&["lib::A", "lib::there::D"], expect![[r#"
        app.rs:1: nothing that module `app` defines is registered: component `app::E`
        lib.rs:11: component `lib::B` is not registered
        lib/gone.rs:1: nothing that module `lib::gone` defines is registered: component `lib::gone::below::C`
    "#]]);
    // The same name elsewhere is another definition.
    case.check(&["lib::A", "lib::B", "lib::gone::C", "lib::there::D", "app::E"], expect![[r#"
        lib/gone.rs:1: nothing that module `lib::gone` defines is registered: component `lib::gone::below::C`
    "#]]);
}

#[test]
fn what_conditions_may_take_away_is_not_missing() {
    let below = module("lib::gpu::below", &["C"], vec![]);
    let mut root = module(
        "lib",
        &["A", "B"],
        vec![conditional(module("lib::gpu", &["D"], vec![below]), "feature = \"gpu\"")],
    );
    root.items[1].cfgs.push("unix".to_owned());
    let case = Case::new(conditional(module("app", &["E"], vec![]), "unix"))
        .library(root, &[(None, "lib")]);
    case.check(&["lib::A"], expect![[r#""#]]);
    case.check(&[], expect![[r#"
        app.rs:1: crate `lib` is not linked, as nothing names it, and what it defines is lost: component `lib::A`; add `use lib as _;`
    "#]]);
}
