//! The log of a test binary.

use thinking::logging::{self, Level, Setup};
use thinking_modules::Mode;

use crate::jail::jail;

/// A test's log goes to whoever captures its output, and nothing is left on disk.
#[test]
fn tests_have_no_files_and_a_second_installation_changes_nothing() {
    let files = [("logs.toml", "filters = { a = \"warn\" }\n[files.trace]\nlevel = \"trace\"\n")];
    let jail = jail(&files).mode(Mode::Tests);
    // Other facets of this binary are not there, which is no matter of the log.
    let (runtime, _) = jail.builder().load();
    let install = || logging::install(Setup::of(&runtime));
    let first = install();
    assert!(first.is_installed());
    let levels = logging::levels().unwrap();
    assert_eq!(levels.level(), Level::Debug);
    assert_eq!(levels.filters().into_iter().collect::<Vec<_>>(), [("a".to_owned(), Level::Warn)]);
    tracing::info!("an event");
    assert!(!install().is_installed());
    tracing::info!("another event");
    drop(first);
    assert!(!jail.root().join(".thinking").exists());
}
