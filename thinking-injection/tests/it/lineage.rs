//! What a value from a container depends on.

use std::sync::Arc;

use serde::Deserialize;
use thinking::{Asker, Component, Container, Requirement, Scope};
use thinking_modules::here;
use thinking_runtime::{Config, Facet, Runtime};

#[derive(Deserialize, Facet)]
#[facet(name = "training", crate = thinking_runtime)]
pub(crate) struct Training {
    #[facet(default = 0.5)]
    rate: f64,
    #[facet(default = 3)]
    epochs: u32,
}

struct Optimizer {
    rate: f64,
}

struct Trainer {
    optimizer: Arc<Optimizer>,
}

struct Unrelated;

#[test]
fn it_names_components_in_depth_and_what_they_read_while_constructed() {
    let (runtime, mistakes) = Runtime::builder(thinking_modules::main_module!())
        .environment([("THINKING_TRAINING__RATE".to_owned(), "0.25".to_owned())])
        .load();
    assert!(mistakes.is_empty());
    let trainer = vec![Requirement::of::<Arc<Trainer>>("trainer", None)];
    let container = Container::builder()
        .runtime(Arc::new(runtime))
        .component(
            Component::builder("app::Optimizer", here!(), |resolver| {
                let training: Config<Training> = resolver.resolve(None)?;
                Ok(Optimizer { rate: training.rate() })
            })
            .requires(Requirement::of::<Config<Training>>("training", None))
            .build(),
        )
        .component(
            Component::builder("app::Trainer", here!(), |resolver| {
                Ok(Trainer { optimizer: resolver.resolve(None)? })
            })
            .requires(Requirement::of::<Arc<Optimizer>>("optimizer", None))
            .build(),
        )
        .component(Component::builder("app::Unrelated", here!(), |_| Ok(Unrelated)).build())
        .asker(Asker {
            label: "main".to_owned(),
            place: here!(),
            requirements: trainer.clone(),
            scope: Scope::Singleton,
        })
        .build()
        .unwrap();
    assert_eq!(container.get::<Trainer>().unwrap().optimizer.rate, 0.25);
    let lineage = container.lineage(&trainer);
    assert_eq!(lineage.components, ["app::Optimizer", "app::Trainer"]);
    let reads: Vec<_> = lineage.reads.into_iter().collect();
    assert_eq!(reads, [("training.rate".to_owned(), "0.25".to_owned())]);
}

struct Cached {
    rate: std::sync::OnceLock<f64>,
    training: Config<Training>,
}

impl thinking::Lifecycle for Cached {
    fn start(&self) -> Result<(), thinking::BoxError> {
        self.rate.get_or_init(|| self.training.rate());
        Ok(())
    }
}

/// What a component copied when it was started, a result depended on unseen: a new value of the
/// setting changed nothing.
#[test]
fn it_knows_what_was_read_by_a_start_hook() {
    let (runtime, _) = Runtime::builder(thinking_modules::main_module!()).environment([]).load();
    let container = Container::builder()
        .runtime(Arc::new(runtime))
        .component(
            Component::builder("app::Cached", here!(), |resolver| {
                Ok(Cached { rate: Default::default(), training: resolver.resolve(None)? })
            })
            .requires(Requirement::of::<Config<Training>>("training", None))
            .lifecycle()
            .build(),
        )
        .build()
        .unwrap();
    assert_eq!(container.get::<Cached>().unwrap().rate.get(), Some(&0.5));
    let lineage = container.lineage(&[Requirement::of::<Arc<Cached>>("cached", None)]);
    assert_eq!(lineage.reads.keys().collect::<Vec<_>>(), ["training.rate"]);
}
