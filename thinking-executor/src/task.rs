//! What stages run: the common side of steps and stages.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_injection::Requirement;
use thinking_modules::Place;

use crate::error::ExecutorError;
use crate::policy::Policy;
use crate::stage::Stage;

/// What an attribute records about a task's function.
#[derive(Debug)]
pub struct TaskDefinition {
    /// The function's name.
    pub name: &'static str,
    /// The module that holds it.
    pub module: &'static str,
    /// Where its attribute stands.
    pub place: Place,
    /// Names that it had before.
    pub aliases: &'static [&'static str],
    /// Its tokens, without comments, layout and its name.
    pub code: &'static str,
    /// The version given in the attribute; 0 if none was.
    pub version: u32,
    /// How it is executed, as its attribute says.
    pub policy: Policy,
    /// What it takes from the container.
    pub requirements: fn() -> Vec<Requirement>,
}

impl TaskDefinition {
    /// Returns the function's name with its module, which is what records know it by.
    pub(crate) fn full_name(&self) -> String {
        format!("{}::{}", self.module, self.name)
    }
}

/// A step or a stage with its arguments, ready to be run once.
#[diagnostic::on_unimplemented(
    message = "a stage cannot run `{Self}`",
    label = "a stage runs what a call of a `#[step]` or `#[stage]` function returns",
    note = "a step's result is recorded: its type needs `serde::Serialize` and `serde::Deserialize`"
)]
pub trait Task: sealed::Sealed {
    /// What it gives to the stage that runs it.
    type Output;

    #[doc(hidden)]
    #[track_caller]
    fn run_in(self, stage: &Stage) -> Result<Self::Output, ExecutorError>;
}

/// A type whose values a sealed stage can return: they are recorded.
#[diagnostic::on_unimplemented(
    message = "a sealed stage cannot return `{Self}`",
    label = "what a sealed stage returns is recorded: derive `serde::Serialize` and `serde::Deserialize` for `{Self}`",
    note = "a stage that is not sealed may return anything"
)]
pub trait SealedResult: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> SealedResult for T {}

pub(crate) mod sealed {
    /// Only steps and stages are tasks.
    pub trait Sealed {}
}
