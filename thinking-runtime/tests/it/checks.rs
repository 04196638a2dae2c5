//! What a facet's own check has against its values, and where it says so.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use serde::Deserialize;
use thinking::{Facet, Jail, Secret, Violations};

use crate::jail::jail;

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "checked", check = Checked::check)]
struct Checked {
    #[facet(default = 10, range = 1..=100)]
    epochs: u32,
    schedule: Option<Schedule>,
    #[facet(default = Vec::<u32>::new())]
    layers: Vec<u32>,
    #[facet(default = BTreeMap::<String, u32>::new())]
    sizes: BTreeMap<String, u32>,
    key: Option<Secret<String>>,
}

#[derive(Debug, Deserialize)]
struct Schedule {
    warmup: u32,
    cooldown: Option<u32>,
}

impl Checked {
    fn check(&self, violations: &mut Violations) {
        assert!(self.epochs <= 100, "the check sees values in their ranges only");
        if let Some(schedule) = &self.schedule {
            if schedule.warmup >= self.epochs {
                violations
                    .refuse("schedule.warmup", format!("less than `epochs`, {}", self.epochs));
            }
            if schedule.warmup > 5 && schedule.cooldown.is_none() {
                violations.refuse("schedule.cooldown", "any, after a warm-up of more than 5");
            }
            if schedule.warmup == 5 {
                violations.refuse("schedule", "one without a warm-up of 5");
            }
        }
        for (index, layer) in self.layers.iter().enumerate() {
            if layer % 2 == 1 {
                violations.refuse(format!("layers.{index}"), "even numbers");
            }
        }
        for name in self.sizes.iter().filter(|(_, size)| **size == 0).map(|(name, _)| name) {
            violations.refuse(format!("sizes.{name}"), "1..");
        }
        if self.key.as_ref().is_some_and(|key| key.expose().len() < 8) {
            violations.refuse("key", "at least 8 characters");
        }
    }
}

fn checked(text: &str) -> Jail {
    jail(&[("training.toml", "epochs = 1"), ("checked.toml", text)])
}

fn check(jail: Jail, expected: Expect) {
    expected.assert_eq(&jail.messages());
}

#[test]
fn every_violation_is_shown_at_its_key() {
    let text = "layers = [2, 3, 5]\nsizes = { a = 1, 'b.c' = 0 }\nkey = 'short'\n\n\
                [schedule]\nwarmup = 12\n";
    check(
        checked(text),
        expect![[r#"
        error: `checked.schedule.warmup` is not accepted: found 12
         --> ROOT/checked.toml:6:10
          |
        6 | warmup = 12
          |          ^^ accepted: less than `epochs`, 10

        error: `checked.schedule.cooldown` is not accepted: it is not set
         |
         = note: accepted: any, after a warm-up of more than 5

        error: `checked.layers.1` is not accepted: found 3
         --> ROOT/checked.toml:1:14
          |
        1 | layers = [2, 3, 5]
          |              ^ accepted: even numbers

        error: `checked.layers.2` is not accepted: found 5
         --> ROOT/checked.toml:1:17
          |
        1 | layers = [2, 3, 5]
          |                 ^ accepted: even numbers

        error: `checked.sizes.b.c` is not accepted: found 0
         --> ROOT/checked.toml:2:26
          |
        2 | sizes = { a = 1, 'b.c' = 0 }
          |                          ^ accepted: 1..

        error: `checked.key` is not accepted
         --> ROOT/checked.toml:3:7
          |
        3 | key = (secret)
          |       ^^^^^^^^ accepted: at least 8 characters"#]],
    );
}

#[test]
fn a_violation_names_the_layer_that_set_the_value() {
    check(
        checked("[profile.long]\nschedule.warmup = 20").profile("long"),
        expect![[r#"
        error: `checked.schedule.warmup` is not accepted: found 20
         --> ROOT/checked.toml:2:19
          |
        2 | schedule.warmup = 20
          |                   ^^ accepted: less than `epochs`, 10

        error: `checked.schedule.cooldown` is not accepted: it is not set
         |
         = note: accepted: any, after a warm-up of more than 5"#]],
    );
    check(
        checked("").variable("THINKING_CHECKED__SCHEDULE__WARMUP", "5").set("checked.layers=[1]"),
        expect![[r#"
            error: `checked.schedule` is not accepted
             |
             = note: variable THINKING_CHECKED__SCHEDULE__WARMUP=5: accepted: one without a warm-up of 5

            error: `checked.layers.0` is not accepted: found 1
             |
             = note: --set checked.layers=[1]: accepted: even numbers"#]],
    );
}

#[test]
fn the_check_waits_until_each_value_by_itself_is_fine() {
    check(
        checked("epochs = 101\nlayers = [1]\n"),
        expect![[r#"
        error: `checked.epochs` is out of range: found 101
         --> ROOT/checked.toml:1:10
          |
        1 | epochs = 101
          |          ^^^ accepted: 1..=100"#]],
    );
    check(
        checked("epochs = 'x'\nlayers = [1]\n"),
        expect![[r#"
        error: wrong value for `checked.epochs`: found string "x"
         --> ROOT/checked.toml:1:10
          |
        1 | epochs = 'x'
          |          ^^^ expected u32"#]],
    );
    assert_eq!(checked("layers = [2]").messages(), "");
}
