//! The jail that these tests use.

use thinking::Jail;

/// A jail with the given files.
pub(crate) fn jail(files: &[(&str, &str)]) -> Jail {
    let jail = Jail::new(thinking_modules::main_module!());
    files.iter().fold(jail, |jail, (name, text)| jail.file(name, text))
}
