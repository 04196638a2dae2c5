//! Secrets: nothing that is printed, recorded or made for tools holds one.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use serde::{Deserialize, Serialize};
use thinking::{Facet, Jail, Recording, Runtime, Secret};

use crate::jail::jail;

#[derive(Debug, Default, Serialize, Deserialize, Facet)]
#[facet(name = "vault", default)]
struct Vault {
    token: Secret<String>,
    logins: BTreeMap<String, Login>,
    codes: Vec<Secret<u32>>,
    access: Option<Access>,
    #[serde(flatten)]
    flat: Flat,
    note: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Login {
    user: String,
    password: Secret<String>,
    #[serde(default)]
    age: u8,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Flat {
    pin: Option<Secret<u32>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Access {
    Key { key: Secret<String> },
    Open(bool),
}

const SECRET: &str = "hunter2";

/// Values in every place where a secret can stand.
const ALL: &str = "\
token = 'hunter2'
codes = [1, 22222222]
pin = 33333333
access = { key = 'hunter2' }
note = 'shown'

[logins.a]
user = 'me'
password = 'hunter2'
";

fn vault(text: &str) -> Jail {
    jail(&[("training.toml", "epochs = 1"), ("vault.toml", text)])
}

/// Everything that the runtime tells of its settings.
fn told(runtime: &Runtime) -> String {
    let facets = runtime.facets();
    let vault = facets.config::<Vault>().unwrap();
    let recording = Recording::start(facets.source());
    let debugged = format!("{vault:?} {:?} {:#?}", &**vault, vault.logins());
    let report = facets.report().into_iter().filter(|facet| facet.name == "vault");
    let report: Vec<_> = report.collect();
    let json = serde_json::to_string_pretty(&report).unwrap();
    format!("{debugged}\n{report:?}\n{json}\n{:?}\n{:?}", facets.current(), recording.finish())
}

fn is_hidden(text: &str) {
    for secret in [SECRET, "22222222", "33333333"] {
        assert!(!text.contains(secret), "`{secret}` is shown in {text}");
    }
}

/// Checks the messages of a jail, as people and as tools get them.
fn check(jail: Jail, expected: Expect) {
    let (_, mistakes) = jail.builder().load();
    is_hidden(&serde_json::to_string(&mistakes).unwrap());
    is_hidden(&jail.messages());
    expected.assert_eq(&jail.messages());
}

#[test]
fn the_program_gets_them() {
    let runtime = vault(ALL).load();
    let vault = runtime.facets().config::<Vault>().unwrap();
    assert_eq!(vault.token().expose(), SECRET);
    assert_eq!(vault.logins()["a"].password.expose(), SECRET);
    assert_eq!(*vault.codes()[1].expose(), 22_222_222);
    assert_eq!(vault.flat().pin.as_ref().map(|pin| *pin.expose()), Some(33_333_333));
    assert!(matches!(vault.access(), Some(Access::Key { key }) if key.expose() == SECRET));
}

#[test]
fn nothing_that_is_told_holds_one() {
    is_hidden(&told(&vault(ALL).load()));
    let over = vault(ALL)
        .variable("THINKING_VAULT__TOKEN", "hunter2 again")
        .variable("THINKING_VAULT__LOGINS__B", "{ user = 'you', password = 'hunter2' }")
        .set("vault.pin=33333333")
        .set("vault.logins.a.password=hunter2 too");
    let told = told(&over.load());
    is_hidden(&told);
    assert!(told.contains("shown"));
}

#[test]
fn config_shows_what_is_around_them() {
    let jail = vault(ALL)
        .variable("THINKING_VAULT__LOGINS__B", "{ user = 'you', password = 'hunter2' }")
        .set("vault.token=hunter2");
    let report = jail.load().facets().report();
    let vault = report.iter().find(|facet| facet.name == "vault").unwrap();
    let lines = vault.keys.iter().map(|key| {
        let value = key.value.as_ref().map_or("unset".to_owned(), ToString::to_string);
        let origin = key.origin.as_ref().map(ToString::to_string).unwrap_or_default();
        let over = key.overrode.iter().map(|over| format!(" over {}", over.value));
        format!("{} = {value} # {origin}{}\n", key.key, over.collect::<String>())
    });
    expect![[r#"
        access = (secret) # vault.toml:4 over (secret)
        codes = ["(secret)", "(secret)"] # vault.toml:2 over []
        logins.a.password = (secret) # vault.toml:9
        logins.a.user = "me" # vault.toml:8
        logins.b.password = (secret) # variable THINKING_VAULT__LOGINS__B
        logins.b.user = "you" # variable THINKING_VAULT__LOGINS__B
        note = "shown" # vault.toml:5 over ""
        pin = (secret) # vault.toml:3 over (secret)
        token = (secret) # --set vault.token over (secret) over (secret)
    "#]]
    .assert_eq(&lines.collect::<String>());
}

#[test]
fn a_change_is_seen() {
    let current = |text: &str| vault(text).load().facets().current();
    assert_eq!(current(ALL), current(ALL));
    let changed = current(&ALL.replace("'hunter2'", "'hunter3'"));
    let before = current(ALL);
    let keys: Vec<_> = before.keys().filter(|key| before.get(*key) != changed.get(*key)).collect();
    assert_eq!(keys, ["vault.access", "vault.logins", "vault.token"]);
}

#[test]
fn a_wrong_one_is_named() {
    check(
        vault("token = ['hunter2']\ncodes = [1, 'hunter2']\npin = 'hunter2'"),
        expect![[r#"
            error: wrong value for `vault.codes.1`
             |
             = note: it is set by vault.toml:2, and secret, so it is not shown

            error: wrong value for `vault.token`
             |
             = note: it is set by vault.toml:1, and secret, so it is not shown

            error: wrong value for facet `vault`
             |
             = note: `vault.codes` is set by vault.toml:2, and secret, so it is not shown
             = note: `vault.pin` is set by vault.toml:3, and secret, so it is not shown
             = note: `vault.token` is set by vault.toml:1, and secret, so it is not shown"#]],
    );
    check(
        vault("logins = { a = { user = 1, password = 'hunter2' }, b = 'hunter2' }"),
        expect![[r#"
            error: wrong value for `vault.logins.a.user`: found integer `1`
             --> ROOT/vault.toml:1:25
              |
            1 | logins = { a = { user = 1, password = (secret) }, b = (secret) }
              |                         ^ expected a string

            error: wrong value for `vault.logins.b`
             |
             = note: it is set by vault.toml:1, and secret, so it is not shown"#]],
    );
    check(
        vault("").variable("THINKING_VAULT__LOGINS__A", "{ password = ['hunter2'] }"),
        expect![[r#"
            error: wrong value for `vault.logins.a.password`
             |
             = note: it is set by variable THINKING_VAULT__LOGINS__A, and secret, so it is not shown

            error: missing key `logins.a.user` of facet `vault`
             |
             = help: set it in `ROOT/vault.toml`, as `THINKING_VAULT__LOGINS__A__USER` or with `--set vault.logins.a.user=…`"#]],
    );
}

/// The line of a mistake holds what stands beside it, too.
#[test]
fn a_mistake_beside_one_does_not_show_it() {
    check(
        vault("logins.a = { password = 'hunter2', user = 3, age = 'x' }\n"),
        expect![[r#"
        error: wrong value for `vault.logins.a.age`: found string "x"
         --> ROOT/vault.toml:1:51
          |
        1 | logins.a = { password = (secret), user = 3, age = 'x' }
          |                                                   ^^^ expected u8

        error: wrong value for `vault.logins.a.user`: found integer `3`
         --> ROOT/vault.toml:1:42
          |
        1 | logins.a = { password = (secret), user = 3, age = 'x' }
          |                                          ^ expected a string"#]],
    );
    check(
        vault("logins.a = { password = \"\"\"hunter2\nhunter2\"\"\", user = 3 }\n"),
        expect![[r#"
            error: wrong value for `vault.logins.a.user`: found integer `3`
             --> ROOT/vault.toml:2:10
              |
            2 | , user = 3 }
              |          ^ expected a string"#]],
    );
    // In a line, secrets come in any order.
    check(
        vault(
            "logins = { b = { password = 'hunter2', user = 3 }, a = { password = 'hunter2', user = 'me' } }\n",
        ),
        expect![[r#"
            error: wrong value for `vault.logins.b.user`: found integer `3`
             --> ROOT/vault.toml:1:46
              |
            1 | logins = { b = { password = (secret), user = 3 }, a = { password = (secret), user = 'me' } }
              |                                              ^ expected a string"#]],
    );
    check(
        vault("profile.x = { token = 'hunter2', note = 1 }").profile("x"),
        expect![[r#"
        error: wrong value for `vault.note`: found integer `1`
         --> ROOT/vault.toml:1:40
          |
        1 | profile.x = { token = (secret), note = 1 }
          |                                        ^ expected a string"#]],
    );
}

/// No secret is reached in there, so that nobody says where one stands.
#[test]
fn what_a_type_does_not_tell_may_be_one() {
    check(
        vault("access = 'hunter2'\ncodes = 'hunter2'\nnote = 1\n"),
        expect![[r#"
        error: wrong value for `vault.access`
         |
         = note: it is set by vault.toml:1; it may be secret, so it is not shown

        error: wrong value for `vault.codes`
         |
         = note: it is set by vault.toml:2; it may be secret, so it is not shown

        error: wrong value for `vault.note`: found integer `1`
         --> ROOT/vault.toml:3:8
          |
        3 | note = 1
          |        ^ expected a string"#]],
    );
    check(
        vault("token = 'a'\nprofile = { x = { token = 'hunter2' }, y = 'z' }\n"),
        expect![[r#"
            error: `profile.y` is no table
            --> ROOT/vault.toml:2:44
             = only overlays by profile stand here
             = note: its line is not shown, because the facet may have secrets
             = help: write the overlay of a profile as the table `[profile.NAME]`"#]],
    );
}

/// A number where a text is wanted was once taken for the text of the whole assignment, with all
/// that stands beside it.
#[test]
fn a_number_in_a_table_is_not_the_text_of_the_table() {
    check(
        vault("").set("vault.logins.c={ user = 1, password = 'hunter2' }"),
        expect![[r#"
        error: wrong value for `vault.logins.c.user`: found integer `1`
         |
         = note: --set vault.logins.c: expected a string"#]],
    );
}

#[test]
fn a_misspelled_key_may_be_one() {
    check(
        vault("[logins.a]\nuser = 'me'\npasword = 'hunter2'\n"),
        expect![[r#"
        error: missing key `logins.a.password` of facet `vault`
         |
         = help: set it in `ROOT/vault.toml`, as `THINKING_VAULT__LOGINS__A__PASSWORD` or with `--set vault.logins.a.password=…`

        error: unknown key `logins.a.pasword` in facet `vault`
         --> ROOT/vault.toml:3:1
          |
        3 | pasword = (secret)
          | ^^^^^^^ unknown key
          |
          = note: accepted keys: user, password, age
          = help: did you mean `password`?"#]],
    );
    check(
        vault("").set("vault.logins.a={ user = 'me', pasword = 'hunter2' }"),
        expect![[r#"
        error: missing key `logins.a.password` of facet `vault`
         |
         = help: set it in `ROOT/vault.toml`, as `THINKING_VAULT__LOGINS__A__PASSWORD` or with `--set vault.logins.a.password=…`

        error: unknown key `logins.a.pasword` in facet `vault`
         |
         = note: accepted keys: user, password, age
         = note: --set vault.logins.a: unknown key
         = help: did you mean `password`?"#]],
    );
    check(
        vault("").set("token=hunter2").set("valt.token=hunter2"),
        expect![[r#"
        error: `--set token=…` is no assignment
         |
         = help: write `--set facet.key=value`

        error: `--set valt.token=…` names the unknown facet `valt`
         |
         = note: known facets: any, checked, free, layered, logs, model, odd, places, shown, training, units, vault, wanted
         = help: did you mean `vault`?"#]],
    );
}

#[test]
fn a_broken_file_shows_no_line() {
    check(
        vault("token = 'hunter2\n"),
        expect![[r#"
        error: `vault.toml` is no valid TOML
        --> ROOT/vault.toml:1:17
         = invalid literal string, expected `'`
         = note: its line is not shown, because the facet may have secrets"#]],
    );
}
