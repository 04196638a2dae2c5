//! The progress bar of a stage whose number of tasks is known.

use std::borrow::Cow;
use std::fmt::Write;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use thinking_runtime::console;

const TEMPLATE: &str =
    "{prefix:.bold} {wide_bar:.cyan/dim} {pos}/{len} {rate:.dim} {eta:.dim} {msg}";

/// A bar on the terminal; nothing where there is none. Goes away when it is dropped.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new(prefix: &str, total: u64) -> Progress {
        let bar = console::bars().add(ProgressBar::new(total));
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            let style = style.with_key("rate", |state: &ProgressState, out: &mut dyn Write| {
                // A bar without its rate is still a bar.
                let _ = write!(out, "{:.1}/s", state.per_sec());
            });
            bar.set_style(style.progress_chars("━╸━"));
        }
        bar.set_prefix(prefix.to_owned());
        Progress(bar)
    }

    pub(crate) fn running(&self, identity: &str) {
        self.0.set_message(Cow::Owned(identity.to_owned()));
    }

    pub(crate) fn advance(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
