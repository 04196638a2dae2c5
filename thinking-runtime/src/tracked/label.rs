//! The name of a tracked function, made of the path that the compiler gives to an item in it.

/// Returns `module::function` for a free function, `module::Type::function` for one of a type or
/// trait, `module::outer::function` for one inside another.
///
/// An attribute on a method does not see the `impl` around it, so `path` is
/// [`type_name_of_val`](std::any::type_name_of_val) of an item in the body. What it looks like is
/// no promise of the compiler, and names are kept in stores; so only the last name of the type
/// counts, which all the forms that there were have in common.
pub(super) fn of_function(module: &str, name: &str, path: &str) -> String {
    let mut segments = segments(path);
    // The item itself; an `async` body is a closure.
    segments.pop();
    while segments.last().is_some_and(|last| *last != name) && segments.len() > 1 {
        segments.pop();
    }
    segments.pop();
    match segments.last() {
        // The name of the module's last part may also be a type's.
        Some(_) if segments.join("::") == module => format!("{module}::{name}"),
        Some(owner) => format!("{module}::{}::{name}", simple(owner)),
        None => format!("{module}::{name}"),
    }
}

/// Returns the last name of the type that an owner's segment means.
fn simple(owner: &str) -> &str {
    let of_impl = owner.strip_prefix('<').and_then(|owner| owner.strip_suffix('>'));
    let of_type = match of_impl {
        Some(block) if block.starts_with("impl ") => {
            let block = block.trim_start_matches("impl ");
            outside(block, " for ").map_or(block, |at| &block[at + " for ".len()..])
        }
        Some(cast) => outside(cast, " as ").map_or(cast, |at| &cast[..at]),
        None => owner,
    };
    let last = segments(of_type).pop().unwrap_or(of_type);
    match last.find('<') {
        Some(0) | None => last,
        Some(generics) => &last[..generics],
    }
}

/// Splits a path at each `::` that stands in no brackets.
fn segments(path: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    let mut rest = path;
    while let Some(at) = outside(rest, "::") {
        segments.push(&rest[..at]);
        rest = &rest[at + "::".len()..];
    }
    segments.push(rest);
    segments
}

/// Returns where `wanted` first stands in no brackets.
fn outside(text: &str, wanted: &str) -> Option<usize> {
    let (mut depth, mut before) = (0_usize, ' ');
    for (at, c) in text.char_indices() {
        if depth == 0 && text[at..].starts_with(wanted) {
            return Some(at);
        }
        match c {
            '<' | '(' | '[' => depth += 1,
            // `->` closes nothing.
            '>' if before != '-' => depth = depth.saturating_sub(1),
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    //! Every form of the compiler's paths.

    use super::of_function;

    #[track_caller]
    fn check(name: &str, path: &str, expected: &str) {
        assert_eq!(of_function("app::m", name, path), expected, "{path}");
    }

    #[test]
    fn a_free_function_has_its_modules_name() {
        check("f", "app::m::f::__here", "app::m::f");
        check("f", "app::m::f::{{closure}}::__here", "app::m::f");
        check("__here", "app::m::__here::__here", "app::m::__here");
        check("m", "app::m::m::__here", "app::m::m");
        check("inner", "app::m::outer::inner::__here", "app::m::outer::inner");
    }

    #[test]
    fn a_method_has_its_types_name_however_the_compiler_writes_it() {
        for path in [
            "app::m::Type::f::__here",
            "app::m::Type<_>::f::__here",
            "app::m::Type<alloc::vec::Vec<(u8, fn() -> u8)>>::f::{{closure}}::__here",
            "<app::m::Type>::f::__here",
            "<app::m::Type<_>>::f::__here",
            "<app::m::Type as app::Trait<u32>>::f::__here",
            "<app::m::Type<<u8 as app::Trait>::Of> as app::Trait<app::m::Other>>::f::__here",
            "app::m::<impl app::Trait<_> for app::n::Type<_>>::f::__here",
            "app::m::_::<impl app::n::Type>::f::__here",
        ] {
            check("f", path, "app::m::Type::f");
        }
        check("f", "app::m::Trait::f::__here", "app::m::Trait::f");
        check("f", "app::m::{{impl}}::f::__here", "app::m::{{impl}}::f");
    }

    #[test]
    fn a_type_without_a_name_is_written_out() {
        check("f", "<[u8] as app::Trait<u8>>::f::__here", "app::m::[u8]::f");
        check("f", "<&str as app::Trait>::f::__here", "app::m::&str::f");
        check("f", "<(u8, app::A) as app::Trait>::f::__here", "app::m::(u8, app::A)::f");
        check(
            "f",
            "<alloc::boxed::Box<dyn core::ops::Fn(u8) -> u8> as app::Trait>::f::__here",
            "app::m::Box::f",
        );
    }
}
