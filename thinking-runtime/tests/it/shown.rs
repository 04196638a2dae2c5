//! What `config` gets to show: each value, where it came from, what it overrode.

use std::collections::BTreeMap;
use std::time::Duration;

use expect_test::expect;
use serde::Deserialize;
use thinking::{Facet, FacetReport, Jail};

use crate::jail::jail;

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "shown")]
#[serde(rename_all = "camelCase")]
struct Shown {
    #[facet(default = 1)]
    plain_number: u32,
    #[facet(default = Duration::from_secs(90))]
    pause: Duration,
    schedule: Option<Schedule>,
    #[serde(default)]
    list: Vec<u32>,
    #[facet(default = BTreeMap::<String, u32>::new())]
    map: BTreeMap<String, u32>,
    #[facet(default = Kind::Plain)]
    kind: Kind,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only what the facet says of them counts here")]
struct Schedule {
    warmup: u32,
    #[serde(default)]
    cooldown: u32,
}

#[derive(Debug, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Plain,
    Sized { width: u32, height: Option<u32> },
}

fn report(jail: Jail) -> FacetReport {
    let report = jail.load().facets().report();
    report.into_iter().find(|facet| facet.name == "shown").unwrap()
}

fn text(report: &FacetReport) -> String {
    let lines = report.keys.iter().map(|key| {
        let value = key.value.as_ref().map_or("…".to_owned(), ToString::to_string);
        let origin = key.origin.as_ref().map_or("not set".to_owned(), ToString::to_string);
        let over =
            key.overrode.iter().map(|over| format!(", over {} from {}", over.value, over.origin));
        format!("{} = {value} # {origin}{}\n", key.key, over.collect::<String>())
    });
    lines.collect()
}

#[test]
fn defaults_and_keys_that_nothing_sets() {
    let report = report(jail(&[("training.toml", "epochs = 1")]));
    expect![[r#"
        kind = "plain" # default
        list = … # not set
        map = {} # default
        pause = "1m 30s" # default
        plainNumber = 1 # default
        schedule = … # not set
    "#]]
    .assert_eq(&text(&report));
}

#[test]
fn one_line_for_each_value_that_is_no_table() {
    let file = "pause = 'PT1M'\nkind = { sized = { width = 3 } }\n\n[schedule]\nwarmup = 2\n\n\
                [map]\na = 1\n'b.c' = 2\n\n[profile.x]\nlist = [1, 2]\nschedule.warmup = 3\n";
    let jail = jail(&[("training.toml", "epochs = 1"), ("shown.toml", file)])
        .profile("x")
        .file("shown.x.toml", "list = [3]")
        .variable("THINKING_SHOWN__SCHEDULE__WARMUP", "4")
        .variable("THINKING_SHOWN__PLAINNUMBER", "7")
        .set("shown.map.a=5");
    expect![[r#"
        kind.sized.height = … # not set
        kind.sized.width = 3 # shown.toml:2, over "plain" from default
        list = [3] # shown.x.toml:1, over [1, 2] from shown.toml:12
        map.a = 5 # --set shown.map.a=5, over 1 from shown.toml:8
        map."b.c" = 2 # shown.toml:9
        pause = "1m" # shown.toml:1, over "1m 30s" from default
        plainNumber = 7 # variable THINKING_SHOWN__PLAINNUMBER=7, over 1 from default
        schedule.cooldown = … # not set
        schedule.warmup = 4 # variable THINKING_SHOWN__SCHEDULE__WARMUP=4, over 3 from shown.toml:13, over 2 from shown.toml:5
    "#]].assert_eq(&text(&report(jail)));
}

#[test]
fn tools_get_values_and_origins_in_their_parts() {
    let jail =
        jail(&[("training.toml", "epochs = 1"), ("shown.toml", "plainNumber = 2\npause = '2s'")])
            .variable("THINKING_SHOWN__PLAINNUMBER", "3")
            .set("shown.plainNumber=4");
    let root = jail.root().display().to_string();
    let mut report = report(jail);
    report.keys.retain(|key| ["plainNumber", "pause", "schedule"].contains(&&*key.key));
    let json = serde_json::to_string_pretty(&report).unwrap().replace(&root, "ROOT");
    expect![[r#"
        {
          "name": "shown",
          "keys": [
            {
              "key": "pause",
              "value": "2s",
              "secret": false,
              "origin": {
                "kind": "file",
                "file": "ROOT/shown.toml",
                "line": 2
              },
              "overrode": [
                {
                  "value": "1m 30s",
                  "origin": {
                    "kind": "default"
                  }
                }
              ]
            },
            {
              "key": "plainNumber",
              "value": 4,
              "secret": false,
              "origin": {
                "kind": "flag",
                "key": "shown.plainNumber",
                "text": "4"
              },
              "overrode": [
                {
                  "value": 3,
                  "origin": {
                    "kind": "variable",
                    "variable": "THINKING_SHOWN__PLAINNUMBER",
                    "text": "3"
                  }
                },
                {
                  "value": 2,
                  "origin": {
                    "kind": "file",
                    "file": "ROOT/shown.toml",
                    "line": 1
                  }
                },
                {
                  "value": 1,
                  "origin": {
                    "kind": "default"
                  }
                }
              ]
            },
            {
              "key": "schedule",
              "value": null,
              "secret": false,
              "origin": null,
              "overrode": []
            }
          ]
        }"#]]
    .assert_eq(&json);
}
