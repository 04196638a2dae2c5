//! What is there before a case: the configuration, the effects of actions, a container.

use std::sync::{Arc, OnceLock};

use thinking_injection::{Asker, Container, ContainerBuilder, Extent, Requirement};
use thinking_runtime::{ActionError, Diagnostic, Runtime};

use crate::cases::aspect::Aspect;
use crate::cases::changes::Changes;
use crate::cases::fixtures::User;
use crate::cases::stage_error::{StageError, chain};
use crate::cases::{current, skip};

/// The configuration of a case, after the actions of the process.
pub(crate) struct Bootstrapped {
    builder: ContainerBuilder,
    runtime: Arc<Runtime>,
    mistakes: Vec<Diagnostic>,
}

impl Bootstrapped {
    /// Loads the configuration with `changes`, and performs the bootstrap actions, once per process,
    /// with the runtime of the first who asks, as it is without changes: their effects are there
    /// for all.
    pub(crate) fn new(
        user: User,
        changes: Changes,
        replace: Option<fn(ContainerBuilder) -> ContainerBuilder>,
    ) -> Result<Bootstrapped, StageError> {
        let registered = Container::builder().registered();
        let builder = match replace {
            Some(replace) => replace(registered),
            None => registered,
        };
        let loaded = changes.load(user.main(), &builder.known_profiles());
        let loaded = loaded.map_err(|mistakes| StageError::Returned(joined(&mistakes).into()))?;
        let plain = Arc::new(loaded.plain);
        perform(&plain).map_err(|error| StageError::Returned(chain(error).into()))?;
        let runtime = loaded.changed.map_or(plain, Arc::new);
        Ok(Bootstrapped { builder, runtime, mistakes: loaded.mistakes })
    }

    /// Builds what `asker` needs, and the aspects.
    pub(crate) fn needed(self, mut asker: Asker) -> Result<Container, StageError> {
        // Whoever asks for components needs the facets that decide about components.
        if self.builder.offers::<dyn Aspect>() {
            asker.requirements.push(Requirement::of::<Vec<Arc<dyn Aspect>>>("aspects", None));
        }
        self.build(|builder| builder.extent(Extent::Needed).asker(asker))
    }

    /// Builds every component, as an application does.
    pub(crate) fn everything(mut self) -> Result<Container, StageError> {
        let mistakes = std::mem::take(&mut self.mistakes);
        match mistakes.is_empty() {
            true => self.build(|builder| builder),
            false => Err(StageError::Returned(joined(&mistakes).into())),
        }
    }

    fn build(
        self,
        describe: impl FnOnce(ContainerBuilder) -> ContainerBuilder,
    ) -> Result<Container, StageError> {
        let built = describe(self.builder.runtime(self.runtime)).build();
        // A component that left the case out became an error on its way through the container.
        if built.is_err()
            && let Some(reason) = current::on_this_thread().and_then(|case| case.take_skip())
        {
            skip::skip(reason);
        }
        built.map_err(|error| StageError::Returned(chain(&error).into()))
    }
}

/// Performs the bootstrap actions of the process, unless somebody did. Returns an empty container for
/// a case that asks for nothing, or none if there are aspects, which come from the program's.
pub(crate) fn alone(user: User) -> Result<Option<Container>, StageError> {
    static ASPECTS: OnceLock<bool> = OnceLock::new();
    static EMPTY: OnceLock<Container> = OnceLock::new();
    if *ASPECTS.get_or_init(|| Container::builder().registered().offers::<dyn Aspect>()) {
        return Ok(None);
    }
    match PERFORMED.get() {
        Some(Ok(())) => {}
        Some(Err(error)) => return Err(StageError::Returned(chain(error).into())),
        None => drop(Bootstrapped::new(user, Changes::NONE, None)?),
    }
    if let Some(empty) = EMPTY.get() {
        return Ok(Some(empty.clone()));
    }
    let empty = Container::builder().build();
    let empty = empty.map_err(|error| StageError::Returned(chain(&error).into()))?;
    Ok(Some(EMPTY.get_or_init(|| empty).clone()))
}

/// How the bootstrap actions of the process ended.
static PERFORMED: OnceLock<Result<(), ActionError>> = OnceLock::new();

fn perform(runtime: &Arc<Runtime>) -> Result<(), &'static ActionError> {
    let performed = PERFORMED.get_or_init(|| {
        runtime.make_current();
        runtime.perform()
    });
    performed.as_ref().copied()
}

fn joined(mistakes: &[Diagnostic]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}
