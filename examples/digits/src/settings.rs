//! The program's settings: `training.toml` and `data.toml`, whose comments explain the keys.

use std::num::NonZeroUsize;

use thinking::prelude::*;

/// How the network learns.
#[derive(Debug, Clone, Serialize, Deserialize, Facet)]
#[facet(name = "training")]
pub(crate) struct Training {
    #[facet(range = 1..=100_000)]
    pub(crate) epochs: u32,
    pub(crate) batch_size: NonZeroUsize,
    pub(crate) hidden_units: NonZeroUsize,
    #[facet(range = 1e-6..=1.0)]
    pub(crate) learning_rate: f32,
    #[facet(range = 0.0..1.0)]
    pub(crate) momentum: f32,
    #[facet(range = 0.0..1.0)]
    pub(crate) beta1: f32,
    #[facet(range = 0.0..1.0)]
    pub(crate) beta2: f32,
    pub(crate) seed: u64,
    #[facet(auxiliary, range = 1..=100_000)]
    pub(crate) report_every: u32,
}

/// Which digits the network learns from, and which it is tested on.
#[derive(Debug, Clone, Serialize, Deserialize, Facet)]
#[facet(name = "data")]
pub(crate) struct Data {
    pub(crate) file: RootPath,
    pub(crate) rows: usize,
    #[facet(range = 0.0..=1.0)]
    pub(crate) test_fraction: f64,
    pub(crate) seed: u64,
}
