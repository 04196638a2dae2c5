//! A step: a leaf of the tree, whose effect and record are one commit.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_injection::{BoxError, Container, Resolver};

use crate::arguments::Arguments;
use crate::error::ExecutorError;
use crate::stage::Stage;
use crate::task::{Task, TaskDefinition, sealed};
use crate::tx::Tx;

/// A step with its arguments, ready for [`Stage::run`]; made by calling a `#[step]` function.
#[must_use = "a step does nothing until a stage runs it: `stage.run(…)`"]
pub struct Step<T> {
    pub(crate) definition: &'static TaskDefinition,
    pub(crate) arguments: Arguments,
    body: Box<Body<'static, T>>,
}

/// What a step does. It may run several times, and not at all in a later session, so it changes
/// nothing but through its context.
pub(crate) type Body<'a, T> = dyn Fn(&mut StepContext<'_>) -> Result<T, BoxError> + 'a;

impl<T> Step<T> {
    #[doc(hidden)]
    pub fn new(
        definition: &'static TaskDefinition,
        arguments: Arguments,
        body: impl Fn(&mut StepContext<'_>) -> Result<T, BoxError> + 'static,
    ) -> Self {
        Step { definition, arguments, body: Box::new(body) }
    }

    pub(crate) fn call(&mut self, grouped: bool) -> StepCall<'_, T> {
        StepCall {
            name: self.definition.name,
            definition: self.definition,
            arguments: std::mem::take(&mut self.arguments),
            body: &*self.body,
            grouped,
        }
    }
}

impl<T> sealed::Sealed for Step<T> {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Task for Step<T> {
    type Output = T;

    fn run_in(mut self, stage: &Stage) -> Result<T, ExecutorError> {
        stage.session.run_step(stage, self.call(false))
    }
}

/// A step that is to be run, declared or not.
pub(crate) struct StepCall<'a, T> {
    pub(crate) name: &'a str,
    /// Where the body is written: the step's own, or that of the stage around a closure.
    pub(crate) definition: &'static TaskDefinition,
    pub(crate) arguments: Arguments,
    pub(crate) body: &'a Body<'a, T>,
    /// Whether its commit may wait for that of the steps after it.
    pub(crate) grouped: bool,
}

/// What a step's generated code works with.
#[doc(hidden)]
pub struct StepContext<'a> {
    /// As it is seen from the step.
    pub(crate) container: &'a Container,
    pub(crate) tx: &'a mut Tx,
}

impl StepContext<'_> {
    #[doc(hidden)]
    pub fn resolver(&self) -> Resolver<'_> {
        self.container.resolver()
    }

    #[doc(hidden)]
    pub fn context(&mut self) -> &mut Tx {
        self.tx
    }
}
