//! The built-in action `logging`.

use std::sync::Arc;

use thinking_modules::{Definition, Kind, Mode, here, register};

use crate::action::{ActionDefinition, BoxError, FromRuntime};
use crate::logging::{self, Logs};
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
    match runtime.mode() {
        Mode::Application => {
            let logs = runtime.facets().config().ok();
            logging::install(logs.as_ref(), runtime.profiles(), runtime.take_log_layers());
        }
        Mode::Tests => logging::install_for_tests(runtime.profiles()),
    }
    Ok(())
}
