//! The events that the documentation shows.

use tracing::{debug, error, info, info_span, warn};

const MODULE: &str = "digits::training";

pub(super) fn events() {
    info!(target: MODULE, "`experiment` goes on at `experiment/train/epoch[5]`");
    let step = info_span!(target: MODULE, "step", task = %"experiment/train/epoch[5]");
    let _step = step.enter();
    info!(target: MODULE, loss = 0.026, "learned");
    let batch = info_span!(target: MODULE, "batch", n = 3);
    let _batch = batch.enter();
    debug!(target: MODULE, rows = 128, "read");
    warn!(target: MODULE, "the slope is steep");
    error!(target: MODULE, error = "no water", "cannot go on");
}
