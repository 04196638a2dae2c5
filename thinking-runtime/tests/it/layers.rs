//! Each layer of a facet alone, and each pair of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thinking::{Facet, Jail};

use crate::jail::jail;

#[derive(Debug, PartialEq, Serialize, Deserialize, Facet)]
#[facet(name = "layered", default)]
struct Layered {
    plain: String,
    list: Vec<String>,
    table: Table,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Table {
    shared: String,
    inner: BTreeMap<String, String>,
}

impl Default for Layered {
    fn default() -> Self {
        let text = || "default".to_owned();
        let table =
            Table { shared: text(), inner: BTreeMap::from([("by-default".to_owned(), text())]) };
        Layered { plain: text(), list: vec![text(), text()], table }
    }
}

/// The layers above the defaults, lowest first.
const LAYERS: [&str; 7] =
    ["file", "table of a", "table of b", "file of a", "file of b", "variable", "flag"];

/// What one layer says: everything, and a key of its own in the inner table.
fn values(layer: &str, header: &str) -> String {
    let own = own_key(layer);
    let prefix = if header.is_empty() { String::new() } else { format!("{header}.") };
    let top = if header.is_empty() { String::new() } else { format!("[{header}]\n") };
    format!(
        "{top}plain = '{layer}'\nlist = ['{layer}']\n\
         [{prefix}table]\nshared = '{layer}'\n[{prefix}table.inner]\n{own} = '{layer}'\n"
    )
}

fn own_key(layer: &str) -> String {
    format!("by-{}", layer.replace(' ', "-"))
}

/// A jail in which exactly these layers say something. Both profiles are always active, `a` first.
fn with(layers: &[&str]) -> Jail {
    let has = |layer: &str| layers.contains(&layer);
    let mut own = String::new();
    for (layer, header) in [("file", ""), ("table of a", "profile.a"), ("table of b", "profile.b")]
    {
        if has(layer) {
            own.push_str(&values(layer, header));
        }
    }
    let mut jail = jail(&[("training.toml", "epochs = 1\n[profile.a]\n[profile.b]")]);
    if !own.is_empty() {
        jail = jail.file("layered.toml", own);
    }
    for (layer, file) in [("file of a", "layered.a.toml"), ("file of b", "layered.b.toml")] {
        if has(layer) {
            jail = jail.file(file, values(layer, ""));
        }
    }
    let keys = ["plain", "list", "table.shared"];
    if has("variable") {
        for (key, value) in keys.into_iter().zip(["variable", "['variable']", "variable"]) {
            let name = format!("THINKING_LAYERED__{}", key.to_uppercase().replace('.', "__"));
            jail = jail.variable(name, value);
        }
        jail = jail.variable("THINKING_LAYERED__TABLE__INNER__BY-VARIABLE", "variable");
    }
    if has("flag") {
        for (key, value) in keys.into_iter().zip(["flag", "['flag']", "flag"]) {
            jail = jail.set(format!("layered.{key}={value}"));
        }
        jail = jail.set("layered.table.inner.by-flag=flag");
    }
    jail.profile("a").profile("b")
}

fn check(layers: &[&str]) {
    let runtime = with(layers).load();
    let found = runtime.facets().config::<Layered>().unwrap();
    let winner = layers.last().unwrap_or(&"default");
    assert_eq!((&**found.plain(), &*found.table().shared), (*winner, *winner), "of {layers:?}");
    let list = if layers.is_empty() { vec!["default"; 2] } else { vec![*winner] };
    assert_eq!(*found.list(), list, "arrays replace: {layers:?}");
    let mut inner: Vec<_> = layers.iter().map(|layer| own_key(layer)).collect();
    inner.push("by-default".to_owned());
    inner.sort();
    let found: Vec<_> = found.table().inner.keys().cloned().collect();
    assert_eq!(found, inner, "tables are joined: {layers:?}");
}

#[test]
fn each_layer_alone() {
    check(&[]);
    for layer in LAYERS {
        check(&[layer]);
    }
}

#[test]
fn of_each_pair_of_layers_the_later_one_wins() {
    for (index, lower) in LAYERS.into_iter().enumerate() {
        for higher in &LAYERS[index + 1..] {
            check(&[lower, higher]);
        }
    }
    check(&LAYERS);
}

#[test]
fn profiles_overlay_one_another_in_the_order_in_which_they_are_active() {
    let text = "[profile.a]\nplain = 'a'\n[profile.b]\nplain = 'b'";
    let files = || jail(&[("training.toml", "epochs = 1"), ("layered.toml", text)]);
    let plain = |jail: Jail| jail.load().facets().config::<Layered>().unwrap().plain().to_owned();
    assert_eq!(plain(files().profile("a,b")), "b");
    assert_eq!(plain(files().profile("b,a")), "a");
    let overlays = || files().file("layered.a.toml", "plain = 'file of a'");
    assert_eq!(plain(overlays().profile("a,b")), "file of a");
    assert_eq!(plain(overlays().profile("b")), "b");
}

/// The environment has no order, so the one that wins must not depend on it.
#[test]
fn of_two_variables_for_one_key_always_the_same_one_wins() {
    let names = ["THINKING_LAYERED__PLAIN", "THINKING_LAYERED__plain"];
    for order in [[0, 1], [1, 0]] {
        let mut jail = jail(&[("training.toml", "epochs = 1")]);
        for index in order {
            jail = jail.variable(names[index], names[index]);
        }
        let runtime = jail.load();
        assert_eq!(runtime.facets().config::<Layered>().unwrap().plain(), names[1]);
    }
}
