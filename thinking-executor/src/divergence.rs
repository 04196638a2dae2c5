//! Why a recorded step cannot be reused, and what is at stake.

use std::fmt;
use std::time::Duration;

use crate::path::TaskPath;

/// One difference between what is recorded and what is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// Another step stands at this place: one was inserted, removed, moved or renamed.
    Step {
        /// The recorded path.
        recorded: String,
        /// The path asked for.
        asked: String,
    },
    /// The function's tokens changed.
    Code,
    /// The version in the attribute changed.
    Version {
        /// The recorded version.
        recorded: u32,
        /// The version now.
        now: u32,
    },
    /// The arguments have other values.
    Arguments {
        /// The recorded arguments.
        recorded: String,
        /// The arguments now.
        now: String,
    },
    /// Other components are injected, directly or through others.
    Components {
        /// Those recorded that are not used now.
        gone: Vec<String>,
        /// Those used now that are not recorded.
        new: Vec<String>,
    },
    /// A setting that was read has another value.
    Setting {
        /// `facet.key`.
        key: String,
        /// The recorded value.
        recorded: String,
        /// The value now.
        now: String,
    },
    /// A tracked function that was called, or a tracked `impl` block of a component.
    Helper {
        /// `module::function`, `module::Type::function` or `module::impl Trait for Type`.
        name: String,
        /// What happened to it.
        change: HelperChange,
    },
}

/// What happened to a tracked function or block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HelperChange {
    /// Its tokens or its version are others.
    Code,
    /// The program has none of this name: it was removed, renamed or moved, or is not tracked.
    Gone,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Step { recorded, asked } => {
                write!(f, "recorded here is `{recorded}`, asked for is `{asked}`")
            }
            Difference::Code => f.write_str("its code changed"),
            Difference::Version { recorded, now } => write!(f, "its version: {recorded} → {now}"),
            Difference::Arguments { recorded, now } => {
                write!(f, "its arguments: {recorded} → {now}")
            }
            Difference::Components { gone, new } => {
                let list = |names: &[String]| match names {
                    [] => "none".to_owned(),
                    names => names.join(", "),
                };
                write!(f, "its components: {} → {}", list(gone), list(new))
            }
            Difference::Setting { key, recorded, now } => {
                write!(f, "the setting `{key}`: {recorded} → {now}")
            }
            Difference::Helper { name, change } => {
                match name.split_once("::impl ") {
                    Some((module, block)) => write!(f, "the tracked `impl {block}` in `{module}`")?,
                    None => write!(f, "the tracked function `{name}`")?,
                }
                f.write_str(match change {
                    HelperChange::Code => " changed",
                    HelperChange::Gone => " is gone, or not tracked any more",
                })
            }
        }
    }
}

/// A recorded step that cannot be reused.
#[derive(Debug, Clone, PartialEq)]
pub struct Divergence {
    /// The step.
    pub path: TaskPath,
    /// What is different.
    pub differences: Vec<Difference>,
    /// How many finished steps would run again: it and those after it.
    pub steps: u64,
    /// How long they took.
    pub took: Duration,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "`{}` cannot be reused", self.path)?;
        for difference in &self.differences {
            writeln!(f, "  - {difference}")?;
        }
        let took = crate::view::duration(self.took);
        writeln!(f, "at stake: {} finished steps, {took} of work", self.steps)?;
        writeln!(f, "ways on:")?;
        writeln!(f, "  --fork   run them again on a new branch; the old one stays")?;
        write!(f, "  or restore the code and settings, and run again")
    }
}
