//! `modules`: what each module defines.

use thinking_modules::registry;

/// Renders the registry.
pub(super) fn text() -> String {
    let mut text = String::new();
    let mut current = "";
    for definition in registry::definitions() {
        if definition.module != current {
            current = definition.module;
            text.push_str(&format!("{current}\n"));
        }
        let (kind, name, place) = (definition.kind, definition.name, definition.place);
        text.push_str(&format!("  {kind:<11} {name:<24} {place}\n"));
    }
    text
}
