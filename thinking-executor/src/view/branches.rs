//! The branches of each run.

use jiff::Timestamp;
use serde::Serialize;

use super::table::columns;
use super::{View, ViewError, WallClock, seconds};
use crate::selector::{KnownBranch, Place};

/// A line of history of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BranchView {
    /// The run's name.
    pub run: String,
    /// The branch's own name.
    pub branch: String,
    /// Whether the next session goes on here.
    pub is_current: bool,
    /// Where it left another branch; nothing of a run's first branch.
    pub left: Option<ForkPoint>,
    /// When it was made.
    pub created: Timestamp,
    /// How many finished steps it has, those that it shares included.
    pub steps: u64,
    /// How many of them are its own.
    pub own_steps: u64,
    /// How long its own took, in seconds.
    pub own_seconds: f64,
}

/// Where a branch left another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForkPoint {
    /// The other branch.
    pub branch: String,
    /// How many steps they share.
    pub steps: u64,
    /// The path of the last step that they share.
    pub after: Option<String>,
}

impl View {
    /// Returns the branches of all runs, in the order in which they were made. Costs a look at
    /// each step of the store.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn branches(&self) -> Result<Vec<BranchView>, ViewError> {
        let heads = self.records.heads()?;
        let branches = self.records.branches()?;
        let mut views = Vec::new();
        for (line, branch) in &branches {
            let lineage = self.lineage(*line)?;
            let steps = self.records.length(&lineage)?;
            // A fork below its parent's own beginning shares what that one shares.
            let shared = branch.parent.map_or(0, |(_, position)| position);
            let is_current = heads.iter().any(|(_, head)| head == line);
            let known = KnownBranch {
                run: branch.run.clone(),
                name: branch.name.clone(),
                line: *line,
                is_current,
            };
            let own = Place { positions: shared..steps, ..Place::whole(&known, steps) };
            let left = branch.parent.map(|(parent, position)| {
                let name = branches.iter().find(|(line, _)| *line == parent);
                let last = Place {
                    positions: position.saturating_sub(1)..position,
                    ..Place::whole(&known, steps)
                };
                Ok::<_, ViewError>(ForkPoint {
                    branch: name.map(|(_, parent)| parent.name.clone()).unwrap_or_default(),
                    steps: position,
                    after: self.work(&last)?.1,
                })
            });
            views.push(BranchView {
                run: branch.run.clone(),
                branch: branch.name.clone(),
                is_current,
                left: left.transpose()?,
                created: branch.created,
                steps,
                own_steps: steps.saturating_sub(shared),
                own_seconds: self.work(&own)?.0,
            });
        }
        Ok(views)
    }
}

/// Lists branches, a line each; `*` marks the current one of each run.
pub fn branches_text(branches: &[BranchView], clock: &WallClock) -> String {
    let mut text = String::new();
    let mut runs: Vec<_> = branches.iter().map(|branch| &branch.run).collect();
    runs.sort_unstable();
    runs.dedup();
    for run in &runs {
        if runs.len() > 1 {
            let gap = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}run {run}\n"));
        }
        let rows = branches.iter().filter(|branch| branch.run == **run).map(|branch| {
            let left = branch.left.as_ref().map(|left| match &left.after {
                Some(after) => format!("{} after {after}", left.branch),
                None => format!("{} at its beginning", left.branch),
            });
            vec![
                if branch.is_current { "*" } else { "" }.to_owned(),
                branch.branch.clone(),
                branch.steps.to_string(),
                branch.own_steps.to_string(),
                seconds(branch.own_seconds),
                clock.describe(branch.created),
                left.unwrap_or_default(),
            ]
        });
        let headings =
            ["", "branch", "steps", "own", "own work", "made", "left"].map(str::to_owned);
        text.push_str(&columns(&headings, &rows.collect::<Vec<_>>()));
    }
    text
}
