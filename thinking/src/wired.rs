//! The check of a program's wiring in a test, for each profile.

use thinking_injection::Container;
use thinking_modules::MainModule;
use thinking_runtime::Runtime;

use crate::App;

/// Checks that the components of the program fit together, with no profile and with each that it
/// knows, without constructing anything. For a test of one line:
///
/// ```standalone_crate
/// use thinking::prelude::*;
///
/// #[component]
/// struct Counter;
///
/// #[component]
/// struct Till {
///     counter: Arc<Counter>,
/// }
///
/// // In a `#[test]`:
/// thinking::assert_wired!();
/// ```
///
/// Checked is what the test's binary registers: a test in `src` sees the components and tasks of
/// its own crate, and of all crates that this one names. The parameters of `main` are none of these.
///
/// # Panics
///
/// Something is missing, ambiguous, in a circle or otherwise wrong; each mistake is shown once, with
/// the profiles under which it is one.
#[macro_export]
macro_rules! assert_wired {
    () => {
        $crate::__private::assert_wired($crate::main_module!())
    };
}

/// See [`assert_wired!`](crate::assert_wired!).
#[doc(hidden)]
#[track_caller]
pub fn assert_wired(main: MainModule) {
    // Those that only a condition of a component mentions are known, too.
    let mentioned = Container::builder().registered().known_profiles();
    let (runtime, _) = Runtime::builder(main).known_profiles(mentioned).load();
    let known = runtime.known_profiles();
    let profiles = known.keys().map(|name| Some(name.clone()));
    // Each mistake with the profiles under which it is one, in order of discovery.
    let mut mistakes: Vec<(String, Vec<String>)> = Vec::new();
    for profile in std::iter::once(None).chain(profiles) {
        let app = App::builder(main);
        let (app, label) = match profile {
            Some(name) => (app.profile(&name), format!("profile `{name}`")),
            None => (app, "no profile".to_owned()),
        };
        let found = app.check_wiring().err().map(|mistakes| mistakes.diagnostics);
        for diagnostic in found.unwrap_or_default() {
            let text = diagnostic.to_string();
            match mistakes.iter_mut().find(|(known, _)| *known == text) {
                Some((_, labels)) => labels.push(label.clone()),
                None => mistakes.push((text, vec![label.clone()])),
            }
        }
    }
    let texts =
        mistakes.iter().map(|(text, labels)| format!("with {}:\n{text}", labels.join(", ")));
    let texts: Vec<_> = texts.collect();
    assert!(texts.is_empty(), "the components do not fit together\n\n{}", texts.join("\n\n"));
}
