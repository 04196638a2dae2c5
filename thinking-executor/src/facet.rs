//! The executor's settings.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use thinking_runtime::Facet;

use crate::signals::SignalName;

/// How experiments run; the facet of `executor.toml`. None of it makes a result stale.
#[derive(Debug, Serialize, Deserialize, Facet)]
#[facet(name = "executor", crate = thinking_runtime)]
pub struct Executor {
    /// The store's name in `dbs.toml`; if it is not declared there, `.thinking/NAME.redb`.
    #[facet(default = "executor", auxiliary)]
    pub database: String,
    /// What happens when a recorded step no longer fits.
    #[facet(default = OnChange::Auto, auxiliary)]
    pub on_change: OnChange,
    /// With `auto`: how much recorded work is run again without a question, such as `"90s"`.
    #[facet(default = "1m", auxiliary)]
    pub rerun_below: SignedDuration,
    /// How long a running step may go on after a first signal.
    #[facet(default = "30s", auxiliary)]
    pub grace: SignedDuration,
    /// Signals that stop the program as SIGTERM does, but with exit code 75: those that a scheduler
    /// sends before time is up, such as `["SIGUSR2"]`.
    #[facet(default = Vec::<SignalName>::new(), auxiliary)]
    pub signals: Vec<SignalName>,
}

/// What happens when a recorded step no longer fits the program or its settings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnChange {
    /// As `fork` while little recorded work is at stake (`rerun_below`), else as `refuse`.
    #[default]
    Auto,
    /// Stop before anything is executed, and say what changed.
    Refuse,
    /// Go on from the last step that fits, on a new branch; the old one stays.
    Fork,
    /// Reuse what is recorded and remember that it was accepted; stop where another step stands.
    Keep,
}
