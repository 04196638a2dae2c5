//! Names of a program's own, which generated code must not hide.

use thinking::prelude::*;
use thinking::{App, main_module};

const DEFINITION: u32 = 3;
const CASE: &str = "a case";

struct Named(&'static str);

/// The function that describes a component hid the one that it calls.
#[component]
fn component() -> Named {
    Named("component")
}

#[derive(Debug, Deserialize, Facet)]
#[facet(name = "names")]
struct Names {
    #[facet(default = DEFINITION)]
    count: u32,
}

#[step]
fn definition() -> Result<u32> {
    Ok(DEFINITION)
}

#[stage]
fn experiment(stage: &Stage) -> Result<u32> {
    Ok(stage.run(definition())?)
}

#[thinking::test]
fn the_items_of_a_program_keep_their_names(named: Arc<Named>, names: Config<Names>) -> Result<()> {
    assert_eq!((named.0, names.count(), CASE), ("component", 3, "a case"));
    let root = tempfile::tempdir()?;
    let builder = App::builder(main_module!()).root(root.path());
    assert_eq!(builder.call(|app: App| app.experiment(experiment()))?, 3);
    Ok(())
}
