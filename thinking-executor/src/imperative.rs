//! Steps and stages that are closures, for loops and for bodies that borrow.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thinking_injection::BoxError;

use crate::arguments::Arguments;
use crate::error::ExecutorError;
use crate::policy::Policy;
use crate::stage::{Stage, StageCall};
use crate::step::{StepCall, StepContext};
use crate::tx::Tx;

impl Stage {
    /// Runs a closure as a step, as [`Stage::run`] does with one that is declared. Its identity is
    /// `name[key]`, or `name` if the key is `()`.
    ///
    /// A closure has no tokens of its own, and may use what the body around it knows. So the step
    /// depends on the whole `#[stage]` function around it: its code, its arguments, its components
    /// and the settings it has read until now. What it captures must follow from these and from
    /// the results of earlier tasks. That is coarser than a `#[step]` function, never stale.
    ///
    /// The closure may run several times, and not at all where its result is recorded: it changes
    /// nothing but through the transaction.
    ///
    /// ```
    /// # extern crate thinking_executor as thinking;
    /// # use thinking_executor::{Options, Stage, Store, Table, execute, stage};
    /// # use thinking_injection::Container;
    /// const SQUARES: Table<u32, u32> = Table::new("squares");
    ///
    /// #[stage(crate = thinking_executor)]
    /// fn experiment(stage: &Stage) -> Result<u32, thinking_injection::BoxError> {
    ///     let numbers = [3, 5, 8];
    ///     let mut sum = 0;
    ///     for (place, number) in (0..).zip(&numbers) {
    ///         sum += stage.step("square", place, |tx| {
    ///             tx.table_mut(SQUARES)?.insert(&place, &(number * number))?;
    ///             Ok(number * number)
    ///         })?;
    ///     }
    ///     Ok(sum)
    /// }
    ///
    /// let container = Container::builder().build()?;
    /// let sum = execute(experiment(), &container, Store::in_memory()?, Options::default())?;
    /// assert_eq!(sum, 98);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Stage::run`].
    #[track_caller]
    pub fn step<T, K>(
        &self,
        name: &str,
        key: K,
        body: impl Fn(&mut Tx) -> Result<T, BoxError>,
    ) -> Result<T, ExecutorError>
    where
        T: Serialize + DeserializeOwned,
        K: Serialize,
    {
        let arguments = Arguments::of_key(&key).captured(self.arguments);
        let body = |context: &mut StepContext<'_>| Ok(body(context.context())?);
        let call = StepCall {
            name,
            definition: self.definition,
            aliases: &[],
            arguments,
            occurrence: 1,
            policy: Policy::new(),
            body: &body,
            grouped: false,
        };
        self.session.run_step(self, call)
    }

    /// Runs a closure as a stage, as [`Stage::run`] does with one that is declared. Its identity
    /// is `name[key]`, or `name` if the key is `()`; steps that are closures inside of it depend on
    /// what [`Stage::step`] says.
    ///
    /// # Errors
    ///
    /// As [`Stage::run`].
    #[track_caller]
    pub fn stage<T, K: Serialize>(
        &self,
        name: &str,
        key: K,
        body: impl FnOnce(&Stage) -> Result<T, BoxError>,
    ) -> Result<T, ExecutorError> {
        self.session.proceed()?;
        let mut arguments = Arguments::of_key(&key).captured(self.arguments);
        let entered = self.enter(name, &mut arguments, 1);
        let path = entered.map_err(|error| self.session.end(error))?;
        let call = StageCall {
            definition: self.definition,
            arguments: arguments.hash(),
            around: self.recorded(),
            aliases: self.aliases.iter().copied().chain([&[][..]]).collect(),
        };
        let result = call.run(&self.session, &self.container, path, |stage| Ok(body(stage)?));
        self.leave();
        result
    }
}
