//! What a facet's own check has against its values.

/// Collects what a facet's check refuses, each value by its key.
///
/// A check is a plain function over the loaded values, named by `#[facet(check = path)]`. It runs
/// once every value by itself is fine: of its type, and in its range. What it refuses is reported
/// with all other mistakes, at the place where the value was set.
///
/// ```
/// # extern crate thinking_runtime as thinking;
/// use serde::Deserialize;
/// use thinking::{Facet, Jail, Violations};
///
/// #[derive(Deserialize, Facet)]
/// #[facet(name = "training", check = warmup_ends)]
/// struct Training {
///     #[facet(default = 10)]
///     epochs: u32,
///     #[facet(default = 2)]
///     warmup: u32,
/// }
///
/// fn warmup_ends(training: &Training, violations: &mut Violations) {
///     if training.warmup >= training.epochs {
///         violations.refuse("warmup", format!("less than `epochs`, which is {}", training.epochs));
///     }
/// }
///
/// # fn main() {
/// let jail = Jail::new(thinking_modules::main_module!()).set("training.warmup=10");
/// assert_eq!(
///     jail.messages(),
///     "error: `training.warmup` is not accepted: found 10\n \
///      |\n \
///      = note: --set training.warmup=10: accepted: less than `epochs`, which is 10"
/// );
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violations {
    found: Vec<(String, String)>,
}

impl Violations {
    /// Refuses the value of `key`, and says which values are accepted.
    ///
    /// The key is written as files spell it, with those of the tables that lead to it:
    /// `schedule.warmup`, `layers.0`. One that is not set is reported without a place.
    pub fn refuse(&mut self, key: impl Into<String>, accepted: impl Into<String>) {
        self.found.push((key.into(), accepted.into()));
    }

    /// Returns what was refused: keys, and what they accept.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.found.iter().map(|(key, accepted)| (key.as_str(), accepted.as_str()))
    }

    /// Tells whether nothing was refused.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}
