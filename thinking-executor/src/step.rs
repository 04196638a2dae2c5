//! A step: a leaf of the tree, whose effect and record are one commit.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_injection::{Container, Resolver};

use crate::arguments::Arguments;
use crate::error::ExecutorError;
use crate::failure::Failure;
use crate::policy::{Policy, RetryIf};
use crate::replay::Aliases;
use crate::stage::Stage;
use crate::task::{Task, TaskDefinition, sealed};
use crate::tx::Tx;

/// A step with its arguments, ready for [`Stage::run`]; made by calling a `#[step]` function.
#[must_use = "a step does nothing until a stage runs it: `stage.run(…)`"]
pub struct Step<T> {
    pub(crate) definition: &'static TaskDefinition,
    pub(crate) arguments: Arguments,
    pub(crate) occurrence: u32,
    pub(crate) policy: Policy,
    body: Box<Body<'static, T>>,
}

/// What a step does. It may run several times, and not at all in a later session, so it changes
/// nothing but through its context.
pub(crate) type Body<'a, T> = dyn Fn(&mut StepContext<'_>) -> Result<T, Failure> + 'a;

impl<T> Step<T> {
    #[doc(hidden)]
    pub fn new(
        definition: &'static TaskDefinition,
        arguments: Arguments,
        body: impl Fn(&mut StepContext<'_>) -> Result<T, Failure> + 'static,
    ) -> Self {
        let policy = definition.policy;
        Step { definition, arguments, occurrence: 1, policy, body: Box::new(body) }
    }

    /// Runs the step once more in its stage, with the same arguments: its path ends with `#n`. The
    /// first occurrence, 1, is the plain one.
    ///
    /// ```
    /// # use thinking_executor::{Stage, Tx, stage, step};
    /// # use thinking_injection::BoxError;
    /// # #[step(crate = thinking_executor)]
    /// # fn fetch(url: String) -> Result<String, BoxError> { Ok(url) }
    /// #[stage(crate = thinking_executor)]
    /// fn patient(url: String, stage: &Stage) -> Result<String, BoxError> {
    ///     for occurrence in 1..=3 {
    ///         // Each failure is recorded, and a rerun goes the same way.
    ///         if let Ok(text) = stage.attempt(fetch(url.clone()).occurrence(occurrence))? {
    ///             return Ok(text);
    ///         }
    ///     }
    ///     Err("three times are enough".into())
    /// }
    /// # let _ = patient(String::new());
    /// ```
    pub fn occurrence(mut self, n: u32) -> Self {
        self.occurrence = n;
        self
    }

    /// Tries the step again if it fails, up to so many times after the first. Each failed attempt is
    /// recorded and leaves nothing in the data.
    ///
    /// What is set here, or as an option of `#[step]`, is no part of what the result depends on.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use thinking_executor::{Stage, stage, step};
    /// # use thinking_injection::BoxError;
    /// #[step(crate = thinking_executor, retries = 3, backoff = "1s".."1m", timeout = "10m")]
    /// fn fetch(url: String) -> Result<String, BoxError> {
    ///     Ok(format!("the page {url}"))
    /// }
    ///
    /// #[stage(crate = thinking_executor)]
    /// fn crawl(stage: &Stage) -> Result<String, BoxError> {
    ///     stage.run(fetch("a".to_owned()))?;
    ///     Ok(stage.run(fetch("b".to_owned()).retries(9).timeout(Duration::from_secs(60)))?)
    /// }
    /// # let _ = crawl();
    /// ```
    pub fn retries(mut self, retries: u32) -> Self {
        self.policy = self.policy.retries(retries);
        self
    }

    /// Sets the pause before the second attempt, and the longest one: each is twice the one before
    /// it. By default they are a second and a minute. A signal ends a pause.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.policy = self.policy.backoff(first, longest);
        self
    }

    /// Sets whether pauses are shortened at random, to no less than a half. They are by default, so
    /// that what failed together does not come back together.
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.policy = self.policy.jitter(jitter);
        self
    }

    /// Tries again only after errors of which this is true. It gets the step's own error, which can
    /// be downcast.
    ///
    /// A panic comes as [`Panicked`](crate::Panicked), a time limit as
    /// [`TimedOut`](crate::TimedOut).
    pub fn retry_if(mut self, predicate: RetryIf) -> Self {
        self.policy = self.policy.retry_if(predicate);
        self
    }

    /// Limits the time of each attempt. A step cannot be stopped from outside: when its time is
    /// gone, [`Tx::cancelled`] says so, the log does, and once the step returns, whatever it
    /// returns, it has failed with [`TimedOut`](crate::TimedOut) and nothing of it is kept.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.policy = self.policy.timeout(limit);
        self
    }

    pub(crate) fn call(&mut self, grouped: bool) -> StepCall<'_, T> {
        StepCall {
            name: self.definition.name,
            definition: self.definition,
            aliases: self.definition.aliases,
            arguments: std::mem::take(&mut self.arguments),
            occurrence: self.occurrence,
            policy: self.policy,
            body: &*self.body,
            grouped,
        }
    }
}

impl<T> sealed::Sealed for Step<T> {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Task for Step<T> {
    type Output = T;

    #[track_caller]
    fn run_in(mut self, stage: &Stage) -> Result<T, ExecutorError> {
        stage.session.run_step(stage, self.call(false))
    }
}

/// A step that is to be run, declared or not.
pub(crate) struct StepCall<'a, T> {
    pub(crate) name: &'a str,
    /// Where the body is written: the step's own, or that of the stage around a closure.
    pub(crate) definition: &'static TaskDefinition,
    /// The step's former names.
    pub(crate) aliases: Aliases,
    pub(crate) arguments: Arguments,
    pub(crate) occurrence: u32,
    pub(crate) policy: Policy,
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
    pub fn waiter(&self) -> Container {
        self.container.clone()
    }

    #[doc(hidden)]
    pub fn context(&mut self) -> &mut Tx {
        self.tx
    }
}
