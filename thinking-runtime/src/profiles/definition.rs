//! A profile that the program declares, and the conditions under which it is active.

use std::fmt;

/// A profile that the program knows; registered by [`profile!`](crate::profile).
#[derive(Debug, Clone, Copy)]
#[doc(hidden)]
pub struct ProfileDefinition {
    /// The profile's name.
    pub name: &'static str,
    /// Its documentation, a text per line.
    pub about: &'static [&'static str],
    /// It is active if any of them holds.
    pub triggers: &'static [Trigger],
}

/// A condition on the environment that activates a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub enum Trigger {
    /// The variable is there, even if it is empty.
    Present(&'static str),
    /// The variable has exactly this value.
    Equal(&'static str, &'static str),
    /// The variable's list, separated by commas, has this item.
    Contains(&'static str, &'static str),
}

impl Trigger {
    /// Holds if the variable is there, even if it is empty.
    pub const fn present(variable: &'static str) -> Self {
        Trigger::Present(variable)
    }

    /// Holds if the variable has exactly this value.
    pub const fn equal(variable: &'static str, value: &'static str) -> Self {
        Trigger::Equal(variable, value)
    }

    /// Holds if the variable's list, separated by commas, has this item.
    pub const fn contains(variable: &'static str, item: &'static str) -> Self {
        Trigger::Contains(variable, item)
    }

    /// Tells whether it holds in an environment.
    pub(crate) fn holds(self, environment: &[(String, String)]) -> bool {
        let value = |wanted| super::variable(environment, wanted);
        match self {
            Trigger::Present(name) => value(name).is_some(),
            Trigger::Equal(name, wanted) => value(name) == Some(wanted),
            Trigger::Contains(name, wanted) => {
                value(name).is_some_and(|list| list.split(',').any(|item| item.trim() == wanted))
            }
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trigger::Present(name) => write!(f, "the variable `{name}` is set"),
            Trigger::Equal(name, value) => write!(f, "the variable `{name}` is `{value}`"),
            Trigger::Contains(name, item) => write!(f, "the variable `{name}` lists `{item}`"),
        }
    }
}

/// Tells whether a text can name a profile or an action: it must fit into a file's name and into
/// a list that is separated by commas.
#[doc(hidden)]
pub const fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        let byte = bytes[index];
        // What is not ASCII is taken for a letter; a constant expression cannot look it up.
        if !(byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || !byte.is_ascii()) {
            return false;
        }
        index += 1;
    }
    !bytes.is_empty()
}

/// Declares a profile, with the conditions under which it is active.
///
/// ```
/// # extern crate thinking_runtime as thinking;
/// thinking::profile! {
///     /// On a node of the cluster.
///     cluster: present("SLURM_JOB_ID"), equal("WHERE", "cluster"), contains("TAGS", "cluster"),
/// }
///
/// thinking::profile! {
///     /// Without conditions the name is only known: `--profile big-gpu` activates it.
///     "big-gpu"
/// }
/// # fn main() {}
/// ```
///
/// `present` holds if the variable is there, even if it is empty; `equal` if it has exactly this
/// value; `contains` if its list, separated by commas, has this item. One that holds is enough.
/// Several declarations of one profile add up, also to `debug` and `profiling`, which exist
/// without any. The name consists of letters, digits, `-` and `_`.
#[macro_export]
macro_rules! profile {
    ($(#[doc = $about:expr])* $name:ident $(: $($condition:ident($($argument:expr),+ $(,)?)),* $(,)?)?) => {
        $crate::profile! {
            $(#[doc = $about])*
            @named ::core::stringify!($name); $($($condition($($argument),+)),*)?
        }
    };
    ($(#[doc = $about:expr])* $name:literal $(: $($condition:ident($($argument:expr),+ $(,)?)),* $(,)?)?) => {
        $crate::profile! {
            $(#[doc = $about])*
            @named $name; $($($condition($($argument),+)),*)?
        }
    };
    ($(#[doc = $about:expr])* @named $name:expr; $($condition:ident($($argument:expr),+)),*) => {
        const _: () = {
            ::core::assert!(
                $crate::__private::is_name($name),
                "a profile's name consists of letters, digits, `-` and `_`"
            );
            $crate::__private::register!($crate::__private::Definition {
                module: ::core::module_path!(),
                name: $name,
                kind: $crate::__private::Kind::Profile,
                place: $crate::__private::here!(),
                item: &$crate::__private::ProfileDefinition {
                    name: $name,
                    about: &[$($about),*],
                    triggers: &[$($crate::__private::Trigger::$condition($($argument),+)),*],
                },
            });
        };
    };
}
