//! A task's own failure: an error that a stage can handle.

use std::error::Error;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use thiserror::Error;

use crate::error::ExecutorError;
use crate::path::TaskPath;

/// A task's own failure, as [`Stage::attempt`](crate::Stage::attempt) gives it.
///
/// It is recorded, and given again in later sessions: then the error has its texts, but no longer
/// its types. So what a stage makes of a failure may depend on its path and its texts, not on what
/// the error can be downcast to. Where the kind of a failure matters it is a result: let the step
/// return `Ok(Err(…))`.
#[derive(Debug, Clone, Error)]
#[error("{}", failed(*.is_step, path, *.attempts))]
pub struct TaskFailure {
    /// The task that failed: the one that was tried, or one below it.
    pub path: TaskPath,
    /// How many attempts were made; 1 for a stage.
    pub attempts: u32,
    /// What it returned.
    pub source: SharedError,
    pub(crate) is_step: bool,
}

impl TaskFailure {
    /// Takes a task's own failure out of an error, which is given back if it is none.
    pub(crate) fn of(error: ExecutorError) -> Result<TaskFailure, ExecutorError> {
        match error {
            ExecutorError::Step { path, attempts, source } => {
                Ok(TaskFailure { path, attempts, source, is_step: true })
            }
            ExecutorError::Stage { path, source } => {
                Ok(TaskFailure { path, attempts: 1, source, is_step: false })
            }
            other => Err(other),
        }
    }
}

impl From<TaskFailure> for ExecutorError {
    fn from(failure: TaskFailure) -> ExecutorError {
        let TaskFailure { path, attempts, source, is_step } = failure;
        match is_step {
            true => ExecutorError::Step { path, attempts, source },
            false => ExecutorError::Stage { path, source },
        }
    }
}

/// Says that a task failed.
pub(crate) fn failed(is_step: bool, path: &TaskPath, attempts: u32) -> String {
    match (is_step, attempts) {
        (false, _) => format!("stage `{path}` failed"),
        (true, 0 | 1) => format!("step `{path}` failed"),
        (true, _) => format!("step `{path}` failed {attempts} times"),
    }
}

/// The error of a task's own code, as the task returned it; clones share it.
///
/// It is no error itself but leads to one, so that the error in a chain of causes is the task's
/// own, and can be downcast.
#[derive(Clone)]
pub struct SharedError(Arc<dyn Error + Send + Sync>);

impl Deref for SharedError {
    type Target = dyn Error + Send + Sync + 'static;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl fmt::Debug for SharedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for SharedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl<T: Into<Box<dyn Error + Send + Sync>>> From<T> for SharedError {
    fn from(error: T) -> SharedError {
        SharedError(error.into().into())
    }
}
