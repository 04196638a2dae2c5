//! The built-in action `logging`.

use std::sync::Arc;

use thinking_modules::{Definition, Kind, here, register};

use crate::action::{ActionDefinition, BoxError, FromRuntime};
use crate::logging::{self, Logs, Setup};
use crate::{Config, Runtime};

register!(Definition {
    module: module_path!(),
    name: "logging",
    kind: Kind::Action,
    place: here!(),
    item: &ActionDefinition {
        name: "logging",
        place: here!(),
        after: &[],
        before: &[],
        required: false,
        built_in: true,
        facets: &[<Config<Logs> as FromRuntime>::facet],
        prepare: None,
        perform,
    },
});

/// Sets the log up, also where `logs.toml` has mistakes: their report and everything else that is
/// said until the end needs it.
fn perform(runtime: &Arc<Runtime>) -> Result<(), BoxError> {
    let again = runtime.clone();
    // It waits for lines that are on their way, and none is yet.
    let _ = logging::install(Setup {
        layers: runtime.take_log_layers(),
        files: runtime.has_log_files(),
        reread: Some(Box::new(move || again.read_again())),
        ..Setup::of(runtime)
    });
    Ok(())
}
