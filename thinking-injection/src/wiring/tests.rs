//! How a wiring is shown, from values.

use expect_test::{Expect, expect};

use super::*;

fn need(parameter: &str, wants: &str, ty: &str, answers: &[&str]) -> Need {
    Need {
        parameter: parameter.to_owned(),
        wants: wants.to_owned(),
        ty: Some(ty.to_owned()),
        answers: answers.iter().map(|answer| (*answer).to_owned()).collect(),
        ..Need::default()
    }
}

fn component(path: &str, line: u32, provides: &[&str], needs: Vec<Need>) -> WiredComponent {
    WiredComponent {
        path: path.to_owned(),
        place: format!("src/main.rs:{line}:1"),
        scope: "singleton".to_owned(),
        provides: std::iter::once(path)
            .chain(provides.iter().copied())
            .map(str::to_owned)
            .collect(),
        needs,
        ..WiredComponent::default()
    }
}

fn ty(name: &str, candidates: &[&str], chosen: Option<(&str, &str)>) -> WiredType {
    WiredType {
        name: name.to_owned(),
        candidates: candidates.iter().map(|path| (*path).to_owned()).collect(),
        chosen: chosen.map(|(path, _)| path.to_owned()),
        because: chosen.map(|(_, because)| because.to_owned()),
    }
}

/// A trainer with two optimizers, of which one waits for a profile, and a cache on first use.
fn wiring() -> Wiring {
    let container = Need {
        parameter: "container".to_owned(),
        wants: "container".to_owned(),
        ..Need::default()
    };
    let cache = Need { later: true, ..need("cache", "optional", "app::Cache", &["app::Cache"]) };
    let store = Need {
        name: Some("executor".to_owned()),
        ..need("store", "one", "thinking_dbs::Database", &["thinking_dbs::executor"])
    };
    Wiring {
        components: vec![
            WiredComponent {
                absence: Some("not active: needs the profile `adam`".to_owned()),
                ..component("app::Adam", 20, &["dyn app::Optimizer"], vec![])
            },
            WiredComponent {
                scope: "transient".to_owned(),
                ..component("app::Cache", 40, &[], vec![container])
            },
            component("app::Lonely", 50, &[], vec![need("text", "optional", "str", &[])]),
            WiredComponent {
                primary: true,
                construct: Some(Duration::from_micros(1500)),
                ..component(
                    "app::Sgd",
                    10,
                    &["dyn app::Optimizer"],
                    vec![need("training", "facet", "app::Training", &[])],
                )
            },
            WiredComponent {
                construct: Some(Duration::from_nanos(2400)),
                start: Some(Duration::from_secs(2)),
                ..component(
                    "app::Trainer",
                    30,
                    &[],
                    vec![
                        need("optimizer", "one", "dyn app::Optimizer", &["app::Sgd"]),
                        need("others", "all", "dyn app::Optimizer", &["app::Sgd"]),
                        cache,
                        store.clone(),
                    ],
                )
            },
            WiredComponent {
                name: Some("executor".to_owned()),
                internal: true,
                ..component("thinking_dbs::executor", 60, &[], vec![])
            },
        ],
        askers: vec![
            WiredAsker {
                label: "`main`".to_owned(),
                place: "src/main.rs:1:1".to_owned(),
                needs: vec![],
            },
            WiredAsker {
                label: "step `app::train`".to_owned(),
                place: "src/main.rs:2:1".to_owned(),
                needs: vec![need("trainer", "one", "app::Trainer", &["app::Trainer"])],
            },
        ],
        types: vec![
            ty("app::Adam", &["app::Adam"], None),
            ty("app::Cache", &["app::Cache"], Some(("app::Cache", "only"))),
            ty("app::Trainer", &["app::Trainer"], Some(("app::Trainer", "only"))),
            ty("dyn app::Optimizer", &["app::Sgd", "app::Adam"], Some(("app::Sgd", "primary"))),
            ty("str", &[], None),
        ],
    }
}

/// A wiring whose texts hold whatever could break out of a drawing.
fn hostile() -> Wiring {
    let path = "app::Map<&'static str, [u8; 3]>";
    let name = "say \"hi\" \\N #1 & `x`\n<b>end</b>";
    let asked = need("end", "one", path, &[path]);
    Wiring {
        components: vec![WiredComponent {
            name: Some(name.to_owned()),
            ..component(path, 1, &[], vec![asked.clone()])
        }],
        askers: vec![WiredAsker {
            label: "step `\"`".to_owned(),
            needs: vec![asked],
            ..Default::default()
        }],
        types: vec![],
    }
}

fn check(actual: impl AsRef<str>, expected: Expect) {
    expected.assert_eq(actual.as_ref());
}

#[test]
fn as_a_tree() {
    check(
        wiring().without_internals().tree(),
        expect![[r#"
        step `app::train`  src/main.rs:2:1
        └── trainer: app::Trainer
            └── app::Trainer  src/main.rs:30:1  constructed in 2 µs, started in 2.00 s
                ├── optimizer: dyn app::Optimizer
                │   └── app::Sgd (primary)  src/main.rs:10:1  constructed in 1.5 ms
                │       ├── provides dyn app::Optimizer
                │       └── training: facet app::Training
                ├── others: all dyn app::Optimizer
                │   └── app::Sgd (primary, above)
                ├── cache: later optional app::Cache
                │   └── app::Cache (transient)  src/main.rs:40:1
                │       └── container: the container
                └── store: thinking_dbs::Database named `executor`
                    └── thinking_dbs::executor
        app::Lonely  src/main.rs:50:1
        └── text: optional str ← nothing
        app::Adam (not active: needs the profile `adam`)  src/main.rs:20:1
        └── provides dyn app::Optimizer
    "#]],
    );
}

#[test]
fn as_a_tree_with_internals() {
    check(
        wiring().tree(),
        expect![[r#"
        step `app::train`  src/main.rs:2:1
        └── trainer: app::Trainer
            └── app::Trainer  src/main.rs:30:1  constructed in 2 µs, started in 2.00 s
                ├── optimizer: dyn app::Optimizer
                │   └── app::Sgd (primary)  src/main.rs:10:1  constructed in 1.5 ms
                │       ├── provides dyn app::Optimizer
                │       └── training: facet app::Training
                ├── others: all dyn app::Optimizer
                │   └── app::Sgd (primary, above)
                ├── cache: later optional app::Cache
                │   └── app::Cache (transient)  src/main.rs:40:1
                │       └── container: the container
                └── store: thinking_dbs::Database named `executor`
                    └── thinking_dbs::executor (named `executor`)  src/main.rs:60:1
        app::Lonely  src/main.rs:50:1
        └── text: optional str ← nothing
        app::Adam (not active: needs the profile `adam`)  src/main.rs:20:1
        └── provides dyn app::Optimizer
    "#]],
    );
}

#[test]
fn a_cycle_on_first_use_is_drawn_once() {
    let lazy = |answer: &str| Need { later: true, ..need("x", "one", answer, &[answer]) };
    let wiring = Wiring {
        components: vec![
            component("app::A", 1, &[], vec![lazy("app::B")]),
            component("app::B", 2, &[], vec![lazy("app::A")]),
        ],
        ..Wiring::default()
    };
    check(
        wiring.tree(),
        expect![[r#"
        app::A  src/main.rs:1:1
        └── x: later app::B
            └── app::B  src/main.rs:2:1
                └── x: later app::A
                    └── app::A (above)
    "#]],
    );
}

#[test]
fn a_long_chain_goes_on_from_the_left() {
    let path = |number: u32| format!("app::C{number:05}");
    let link = |number: u32| {
        let next = path(number + 1);
        component(&path(number), number, &[], vec![need("next", "one", &next, &[&next])])
    };
    let wiring = Wiring { components: (1..=1000).map(link).collect(), ..Wiring::default() };
    let tree = wiring.tree();
    assert!(tree.contains(" app::C00026 (below)\n"), "{tree}");
    assert!(tree.contains("\napp::C00026  src/main.rs:26:1\n"), "{tree}");
    assert_eq!(tree.matches("app::C00500  src/main.rs:500:1\n").count(), 1);
}

#[test]
fn for_graphviz() {
    check(
        wiring().without_internals().dot(),
        expect![[r#"
        digraph wiring {
            rankdir=LR;
            node [shape=box];
            "`main`" [shape=ellipse];
            "step `app::train`" [shape=ellipse];
            "app::Adam" [label="app::Adam\n«dyn app::Optimizer»\nnot active: needs the profile `adam`", style=dashed];
            "app::Cache" [label="app::Cache\ntransient"];
            "app::Lonely" [label="app::Lonely"];
            "app::Sgd" [label="app::Sgd\n«dyn app::Optimizer»\nprimary\nconstructed in 1.5 ms"];
            "app::Trainer" [label="app::Trainer\nconstructed in 2 µs, started in 2.00 s"];
            "step `app::train`" -> "app::Trainer" [label="trainer"];
            "app::Trainer" -> "app::Sgd" [label="optimizer"];
            "app::Trainer" -> "app::Sgd" [label="others"];
            "app::Trainer" -> "app::Cache" [label="cache", style=dashed];
        }
    "#]],
    );
    check(
        hostile().dot(),
        expect![[r#"
        digraph wiring {
            rankdir=LR;
            node [shape=box];
            "step `\"`" [shape=ellipse];
            "app::Map<&amp;'static str, [u8; 3]>" [label="app::Map<&amp;'static str, [u8; 3]>\nnamed `say \"hi\" \\N #1 &amp; `x`\n<b>end</b>`"];
            "step `\"`" -> "app::Map<&amp;'static str, [u8; 3]>" [label="end"];
            "app::Map<&amp;'static str, [u8; 3]>" -> "app::Map<&amp;'static str, [u8; 3]>" [label="end"];
        }
    "#]],
    );
}

#[test]
fn for_mermaid() {
    check(
        wiring().without_internals().mermaid(),
        expect![[r##"
        flowchart LR
            a0(["#96;main#96;"])
            a1(["step #96;app::train#96;"])
            c0["app::Adam<br/>«dyn app::Optimizer»<br/>not active: needs the profile #96;adam#96;"]
            c1["app::Cache<br/>transient"]
            c2["app::Lonely"]
            c3["app::Sgd<br/>«dyn app::Optimizer»<br/>primary<br/>constructed in 1.5 ms"]
            c4["app::Trainer<br/>constructed in 2 µs, started in 2.00 s"]
            a1 -->|"trainer"| c4
            c4 -->|"optimizer"| c3
            c4 -->|"others"| c3
            c4 -.->|"cache"| c1
            classDef absent stroke-dasharray: 5 5
            class c0 absent
    "##]],
    );
    check(
        hostile().mermaid(),
        expect![[r#"
        flowchart LR
            a0(["step #96;#quot;#96;"])
            c0["app::Map#lt;#amp;'static str, [u8; 3]#gt;<br/>named #96;say #quot;hi#quot; \N #35;1 #amp; #96;x#96;<br/>#lt;b#gt;end#lt;/b#gt;#96;"]
            a0 -->|"end"| c0
            c0 -->|"end"| c0
    "#]],
    );
}

#[test]
fn for_tools() {
    let mut wiring = wiring();
    wiring.components.drain(..4);
    wiring.types.drain(..3);
    let json = serde_json::to_string_pretty(&wiring).unwrap();
    check(
        json,
        expect![[r#"
        {
          "components": [
            {
              "path": "app::Trainer",
              "place": "src/main.rs:30:1",
              "name": null,
              "primary": false,
              "fallback": false,
              "scope": "singleton",
              "absence": null,
              "internal": false,
              "provides": [
                "app::Trainer"
              ],
              "needs": [
                {
                  "parameter": "optimizer",
                  "wants": "one",
                  "later": false,
                  "type": "dyn app::Optimizer",
                  "name": null,
                  "answers": [
                    "app::Sgd"
                  ]
                },
                {
                  "parameter": "others",
                  "wants": "all",
                  "later": false,
                  "type": "dyn app::Optimizer",
                  "name": null,
                  "answers": [
                    "app::Sgd"
                  ]
                },
                {
                  "parameter": "cache",
                  "wants": "optional",
                  "later": true,
                  "type": "app::Cache",
                  "name": null,
                  "answers": [
                    "app::Cache"
                  ]
                },
                {
                  "parameter": "store",
                  "wants": "one",
                  "later": false,
                  "type": "thinking_dbs::Database",
                  "name": "executor",
                  "answers": [
                    "thinking_dbs::executor"
                  ]
                }
              ],
              "construct_seconds": 2.4e-6,
              "start_seconds": 2.0
            },
            {
              "path": "thinking_dbs::executor",
              "place": "src/main.rs:60:1",
              "name": "executor",
              "primary": false,
              "fallback": false,
              "scope": "singleton",
              "absence": null,
              "internal": true,
              "provides": [
                "thinking_dbs::executor"
              ],
              "needs": [],
              "construct_seconds": null,
              "start_seconds": null
            }
          ],
          "askers": [
            {
              "label": "`main`",
              "place": "src/main.rs:1:1",
              "needs": []
            },
            {
              "label": "step `app::train`",
              "place": "src/main.rs:2:1",
              "needs": [
                {
                  "parameter": "trainer",
                  "wants": "one",
                  "later": false,
                  "type": "app::Trainer",
                  "name": null,
                  "answers": [
                    "app::Trainer"
                  ]
                }
              ]
            }
          ],
          "types": [
            {
              "name": "dyn app::Optimizer",
              "candidates": [
                "app::Sgd",
                "app::Adam"
              ],
              "chosen": "app::Sgd",
              "because": "primary"
            },
            {
              "name": "str",
              "candidates": [],
              "chosen": null,
              "because": null
            }
          ]
        }"#]],
    );
}

#[test]
fn why_a_component_is_chosen() {
    check(
        wiring().why("Optimizer").unwrap(),
        expect![[r#"
        dyn app::Optimizer
          answered by app::Sgd, because it is primary
        candidates:
          app::Sgd (chosen, primary)  src/main.rs:10:1
          app::Adam (not chosen, not active: needs the profile `adam`)  src/main.rs:20:1
        asked for by:
          `optimizer` of app::Trainer gets app::Sgd  src/main.rs:30:1
          `others` of app::Trainer gets app::Sgd (all dyn app::Optimizer)  src/main.rs:30:1
    "#]],
    );
}

#[test]
fn why_nothing_is_chosen() {
    let mut wiring = wiring();
    wiring.types[3].chosen = None;
    check(
        wiring.why("dyn app::Optimizer").unwrap(),
        expect![[r#"
        dyn app::Optimizer
          answered by nothing: 1 could, and none is preferred
        candidates:
          app::Sgd (not chosen, primary)  src/main.rs:10:1
          app::Adam (not chosen, not active: needs the profile `adam`)  src/main.rs:20:1
        asked for by:
          `optimizer` of app::Trainer gets app::Sgd  src/main.rs:30:1
          `others` of app::Trainer gets app::Sgd (all dyn app::Optimizer)  src/main.rs:30:1
    "#]],
    );
    check(
        wiring.why("str").unwrap(),
        expect![[r#"
        str
          answered by nothing: no component that takes part provides it
        candidates:
          none
        asked for by:
          `text` of app::Lonely gets nothing (optional str)  src/main.rs:50:1
    "#]],
    );
}

#[test]
fn types_are_found_by_the_end_of_their_name() {
    let wiring = wiring();
    for name in ["Trainer", "app::Trainer", " Trainer "] {
        assert!(wiring.why(name).unwrap().starts_with("app::Trainer\n"), "{name}");
    }
    for (name, expected) in [
        ("Trianer", "nothing provides or asks for a type `Trianer`; perhaps `app::Trainer`?"),
        ("rainer", "nothing provides or asks for a type `rainer`; perhaps `app::Trainer`?"),
        ("", "nothing provides or asks for a type ``"),
        ("Zzz", "nothing provides or asks for a type `Zzz`"),
    ] {
        assert_eq!(wiring.why(name).unwrap_err().to_string(), expected);
    }
}
