//! The default files of facets.

use expect_test::expect_file;
use thinking_modules::registry;

use crate::facet::schema::tests::{Flat, Kitchen, Street, accepts};
use crate::{Facet, FacetDefinition, Jail};

#[test]
fn golden() {
    expect_file!["golden/kitchen.toml"].assert_eq(&Kitchen::definition().template());
    expect_file!["golden/street.toml"].assert_eq(&Street::definition().template());
    expect_file!["golden/flat.toml"].assert_eq(&Flat::definition().template());
    let logs =
        registry::items::<FacetDefinition>().find(|(_, facet)| facet.name == "logs").unwrap();
    expect_file!["golden/logs.toml"].assert_eq(&logs.1.template());
}

/// The lines that set something, without what makes them comments. What the reader has to choose
/// or to fill in is left out.
fn uncommented(template: &str) -> String {
    let mut text = String::new();
    let mut head = "";
    for line in template.lines().filter_map(|line| line.strip_prefix("# ")) {
        let is_toml = toml::from_str::<toml::Table>(line).is_ok_and(|table| !table.is_empty());
        match line.starts_with('[') && is_toml {
            true => head = line,
            // What is below it stands in a table that is not there yet.
            false if head.contains("NAME") || head.starts_with("[[") => {}
            false if is_toml => {
                text.push_str(&format!("{head}\n{line}\n"));
                head = "";
            }
            false => {}
        }
    }
    text
}

/// The effective values, without where they came from.
fn values(jail: &Jail) -> Vec<(String, String, Option<String>)> {
    let runtime = jail.load();
    let facets = runtime.facets().report().into_iter();
    facets
        .flat_map(|facet| {
            facet.keys.into_iter().map(move |key| {
                let value = key.value.map(|value| value.to_string());
                (facet.name.to_owned(), key.key, value)
            })
        })
        .collect()
}

/// What the facets of these tests need beside their defaults.
fn jail() -> Jail {
    let needed = ["kitchen.plates=3"];
    let main = thinking_modules::main_module!();
    needed.into_iter().fold(Jail::new(main), |jail, assignment| jail.set(assignment))
}

#[test]
fn a_default_file_changes_nothing_and_neither_do_its_settings() {
    let without = values(&jail());
    // An action sets defaults of `threads`, which its file overrides.
    let facets = registry::items::<FacetDefinition>().map(|(_, facet)| facet);
    for facet in facets.filter(|facet| facet.name != "threads") {
        let file = format!("{}.toml", facet.name);
        let template = facet.template();
        assert_eq!(values(&jail().file(&file, &template)), without, "{template}");
        let settings = uncommented(&template);
        assert!(accepts(facet.schema(), &template) && accepts(facet.schema(), &settings));
        assert_eq!(values(&jail().file(&file, &settings)), without, "{settings}");
    }
}
