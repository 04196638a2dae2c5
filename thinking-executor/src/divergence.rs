//! Why a recorded step cannot be reused, and what is at stake.

use std::fmt;
use std::time::Duration;

use crate::path::TaskPath;

mod values;

pub(crate) use values::arguments;

/// How many hexadecimal digits of a hash a message shows.
const DIGITS_SHOWN: usize = 8;

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
    Code {
        /// The hash of the recorded ones, in hexadecimal.
        recorded: String,
        /// The hash of those now.
        now: String,
    },
    /// The version in the attribute changed.
    Version {
        /// The recorded version.
        recorded: u32,
        /// The version now.
        now: u32,
    },
    /// A part of the arguments has another value.
    Argument {
        /// The argument, or a part of it: `config.layers[2]`.
        name: String,
        /// The recorded value as JSON; where it is long, from its first difference on.
        recorded: String,
        /// The value now.
        now: String,
    },
    /// The arguments have other values, and there are too many, or they are too long, to name the
    /// parts.
    Arguments {
        /// The recorded arguments, from their first difference on.
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
    /// The step failed, a stage handled it, and such failures are to be tried again.
    Failed,
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
            Difference::Code { recorded, now } => {
                let short = |hash: &str| hash.chars().take(DIGITS_SHOWN).collect::<String>();
                write!(f, "its code changed: hash {} → {}", short(recorded), short(now))
            }
            Difference::Version { recorded, now } => write!(f, "its version: {recorded} → {now}"),
            Difference::Argument { name, recorded, now } => {
                write!(f, "its argument `{name}`: {recorded} → {now}")
            }
            Difference::Arguments { recorded, now } if recorded == now => {
                write!(f, "its arguments, in what their text does not show: {now}")
            }
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
                let (recorded, now) = values::excerpts(recorded, now);
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
            Difference::Failed => f.write_str("it failed, and is to be tried again"),
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
    /// Whether there is a result that can be kept: not where another step, or a failure, is recorded.
    pub can_be_kept: bool,
    /// Whether it was to be kept, and could not be.
    pub kept: bool,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "`{}` cannot be reused", self.path)?;
        for difference in &self.differences {
            writeln!(f, "  - {difference}")?;
        }
        if self.kept {
            writeln!(f, "it cannot be kept: no result of it is recorded at this place")?;
        }
        let took = crate::view::duration(self.took);
        let steps = if self.steps == 1 { "step" } else { "steps" };
        write!(f, "at stake: {} finished {steps}, {took} of work", self.steps)
    }
}
