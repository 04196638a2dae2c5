//! The schemas of this program let its facet files through, and no mistakes.

use boon::{Compiler, Schemas};
use serde_json::Value;

use crate::jail::Jail;

/// A jail with the schemas that the program writes.
fn jail() -> Jail {
    let jail = Jail::new();
    jail.succeed(&["config", "schema", "--all"]);
    jail
}

/// Returns whether a file of the root is let through by the schema that its first line names.
fn is_let_through(jail: &Jail, file: &str) -> bool {
    let text = String::from_utf8(jail.read(file)).unwrap();
    let schema = text.lines().next().and_then(|line| line.strip_prefix("#:schema ./")).unwrap();
    let schema: Value = serde_json::from_slice(&jail.read(schema)).unwrap();
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.add_resource("facet.schema.json", schema).unwrap();
    let index = compiler.compile("facet.schema.json", &mut schemas).unwrap();
    let value: toml::Value = toml::from_str(&text).unwrap();
    schemas.validate(&serde_json::to_value(value).unwrap(), index).is_ok()
}

#[test]
fn the_files_are_let_through_and_mean_the_same() {
    let jail = jail();
    for file in ["data.toml", "dbs.toml", "training.toml", "training.adam.toml"] {
        assert!(is_let_through(&jail, file), "{file}");
    }
    let values = |jail: &Jail| {
        let stdout = jail.succeed(&["config", "--profile", "adam"]).stdout;
        let lines = stdout.lines().filter(|line| !line.starts_with("root:"));
        // Each place is a line further down.
        lines.map(|line| line.split(" # ").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(values(&jail), values(&Jail::new()));
}

#[test]
fn mistakes_are_refused() {
    for (file, from, to) in [
        ("training.toml", "epochs = 40", "epoch = 40"),
        ("training.toml", "epochs = 40", "epochs = 0"),
        ("training.toml", "batch_size = 16", "batch_size = 0"),
        ("training.toml", "momentum = 0.9", "momentum = 1.0"),
        ("training.toml", "seed = 1", "seed = '1'"),
        ("training.adam.toml", "learning_rate = 0.001", "learning_rate = 2.0"),
        ("training.adam.toml", "learning_rate = 0.001", "[profile.adam]\nepochs = 3"),
        ("data.toml", "rows = 1797", "rows = -1"),
        ("dbs.toml", "path = ", "paths = "),
    ] {
        let jail = jail();
        jail.replace(file, from, to);
        assert!(!is_let_through(&jail, file), "{to} in {file}");
    }
}
