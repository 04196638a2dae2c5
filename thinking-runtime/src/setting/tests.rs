//! What a key of a facet may be that is not set, by its type.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
#[allow(dead_code, reason = "only its shape is looked at")]
struct Server {
    port: u16,
    tls: Option<Tls>,
    routes: BTreeMap<String, Route>,
    mirrors: Vec<Route>,
    range: (u16, u16),
    policy: Policy,
    free: FreeForm,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "only its shape is looked at")]
struct Tls {
    enabled: bool,
    #[serde(alias = "cert")]
    certificate: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "only its shape is looked at")]
struct Route {
    target: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "only its shape is looked at")]
enum Policy {
    Off,
    Limit { rate: u32 },
}

#[derive(Deserialize)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its shape is looked at")]
enum FreeForm {
    Number(u32),
    Table { key: u32 },
}

#[track_caller]
fn check(key: &str, expected: Result<(), (&str, &[&str])>) {
    let path: Vec<_> = key.split('.').map(str::to_owned).collect();
    let found = follow(&Shape::of::<Server>(), &path, 0);
    let found = found.map_err(|(depth, names)| (path[..=depth].join("."), names));
    let expected = expected.map_err(|(key, names)| {
        (key.to_owned(), names.iter().map(|name| name.to_string()).collect::<Vec<_>>())
    });
    assert_eq!(found, expected, "{key}");
}

#[test]
fn keys_that_may_be_set() {
    for key in [
        "port",
        "tls",
        "tls.enabled",
        "tls.certificate",
        "tls.cert",
        "routes.any.target",
        "mirrors.3.target",
        "range.1",
        "policy",
        "policy.limit.rate",
        // The type does not tell.
        "free.anything.at.all",
    ] {
        check(key, Ok(()));
    }
}

#[test]
fn keys_that_cannot_be() {
    let all = &["port", "tls", "routes", "mirrors", "range", "policy", "free"];
    check("prot", Err(("prot", all)));
    check("tsl.enabled", Err(("tsl", all)));
    check("tls.enable", Err(("tls.enable", &["enabled", "certificate"])));
    check("tls.enable.since", Err(("tls.enable", &["enabled", "certificate"])));
    check("tls.enabled.since", Err(("tls.enabled.since", &[])));
    check("port.number", Err(("port.number", &[])));
    check("routes.any.goal", Err(("routes.any.goal", &["target"])));
    check("mirrors.first", Err(("mirrors.first", &[])));
    check("range.2", Err(("range.2", &[])));
    check("policy.off", Err(("policy.off", &["limit"])));
    check("policy.limit.speed", Err(("policy.limit.speed", &["rate"])));
}
