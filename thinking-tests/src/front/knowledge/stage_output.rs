//! A case's output, cut where its stages begin.
//!
//! A case with a setup or teardown of its own writes a line such as `---- run ----` to both streams
//! when a stage begins, with a line's end before it unless it is the first.

use crate::stage::Stage;

/// A case's output without the lines that part it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct StageOutput {
    /// All of it.
    pub(super) all: String,
    parts: Vec<(Stage, String)>,
}

impl StageOutput {
    /// Cuts `output`; all of it stays together if there is no such line in it.
    pub(super) fn cut(output: &str) -> Self {
        let mut cut = Self::default();
        let mut current = String::new();
        let mut stage = None;
        for line in output.split_inclusive('\n') {
            let next = Stage::ALL.into_iter().find(|stage| line.trim_end() == separator(*stage));
            let Some(next) = next else {
                current.push_str(line);
                continue;
            };
            // The line's end before the separator belongs to it.
            if stage.is_some() && current.ends_with('\n') {
                current.pop();
            }
            cut.add(stage, std::mem::take(&mut current));
            stage = Some(next);
        }
        cut.add(stage, current);
        cut
    }

    /// Returns what was written in `stage`; nothing if that could not be told apart.
    pub(super) fn of(&self, stage: Stage) -> String {
        let parts = self.parts.iter().filter(|(of, _)| *of == stage);
        parts.map(|(_, text)| text.as_str()).collect()
    }

    fn add(&mut self, stage: Option<Stage>, text: String) {
        self.all.push_str(&text);
        if let Some(stage) = stage {
            self.parts.push((stage, text));
        }
    }
}

fn separator(stage: Stage) -> String {
    format!("---- {stage} ----")
}

#[cfg(test)]
mod tests;
