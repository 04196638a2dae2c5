//! The tree of a run, built from the paths of its steps.

use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;
use termtree::Tree;

use super::{View, ViewError, count, seconds};
use crate::error::StoreError;
use crate::selector::Place;

/// So many equal siblings that are done are drawn as one line.
const FOLDED_MIN: usize = 5;

/// A task with what lies below it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// The task's identity; of the uppermost one, its path.
    pub identity: String,
    /// How long it and all below it took, in seconds.
    pub seconds: f64,
    /// How many finished steps lie below it; a step counts itself.
    pub steps: u64,
    /// Whether it is a stage that is sealed: later sessions skip it whole if all in it is the same.
    pub sealed: bool,
    /// Whether it is a step that failed and is not done since.
    pub failed: bool,
    /// How many attempts were made at a step, in all sessions; 0 of a stage.
    pub attempts: u64,
    /// Whether a process is working on its run now; of the uppermost one only.
    pub running: bool,
    /// The names of its artifacts.
    pub artifacts: Vec<String>,
    /// The tasks below it, in order.
    pub children: Vec<Node>,
}

/// How much of a tree is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeLimits {
    /// How many levels below the uppermost task.
    pub depth: usize,
    /// Whether runs of equal siblings are drawn as one line.
    pub folded: bool,
}

impl View {
    /// Returns the tree below a task. Costs the records of the steps in it.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn tree(&self, place: &Place) -> Result<Node, ViewError> {
        let mut root = Node::new(place.path.as_str());
        let depth = place.path.identities().count();
        let failures = self.failures_on(&self.lineage(place.line)?)?;
        let mut attempts: HashMap<(u64, &str), u64> = HashMap::new();
        for (_, failure) in &failures {
            *attempts.entry((failure.position, failure.path.as_str())).or_default() += 1;
        }
        for step in self.records_of(place)? {
            let (position, step) = step?;
            let leaf = root.insert(step.path.identities().skip(depth), step.took.as_secs_f64(), 1);
            let failed = attempts.get(&(position, step.path.as_str())).copied();
            leaf.attempts = failed.unwrap_or_default() + 1;
            leaf.artifacts = step.artifacts.into_iter().map(|artifact| artifact.name).collect();
        }
        let end = place.positions.end;
        for (from, seal) in self.records.seals(&self.lineage(place.line)?, end)? {
            let mut identities = seal.path.identities();
            let is_below = place.path.identities().all(|parent| identities.next() == Some(parent));
            let steps = seal.until - from;
            if let Some(stage) = is_below.then(|| root.find(identities)).flatten() {
                // A former end of the stage does not count.
                stage.sealed |= stage.steps == steps;
            }
        }
        for (_, failure) in &failures {
            let mut identities = failure.path.identities();
            let is_below = place.path.identities().all(|parent| identities.next() == Some(parent));
            if is_below && failure.position == end {
                let leaf = root.insert(identities, 0.0, 0);
                leaf.failed = true;
                leaf.attempts += 1;
            }
        }
        root.running = self.runs_now(&place.run)?;
        Ok(root)
    }

    fn runs_now(&self, run: &str) -> Result<bool, StoreError> {
        if self.owner().is_none() {
            return Ok(false);
        }
        let sessions = self.records.sessions()?;
        Ok(sessions.iter().any(|(_, session)| session.run == run && self.is_running(session)))
    }
}

impl Node {
    fn new(identity: &str) -> Node {
        Node {
            identity: identity.to_owned(),
            seconds: 0.0,
            steps: 0,
            sealed: false,
            failed: false,
            attempts: 0,
            running: false,
            artifacts: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Adds a step below; siblings stay in the order in which they came.
    fn insert<'a>(
        &mut self,
        identities: impl Iterator<Item = &'a str>,
        seconds: f64,
        steps: u64,
    ) -> &mut Node {
        let mut node = self;
        node.seconds += seconds;
        node.steps += steps;
        for identity in identities {
            // Siblings come in order, so the last is the only one that a step can lie below.
            let known = node.children.last().is_some_and(|child| child.identity == identity);
            if !known {
                node.children.push(Node::new(identity));
            }
            let last = node.children.len() - 1;
            node = &mut node.children[last];
            node.seconds += seconds;
            node.steps += steps;
        }
        node
    }

    fn find<'a>(&mut self, identities: impl Iterator<Item = &'a str>) -> Option<&mut Node> {
        let mut node = self;
        for identity in identities {
            node = node.children.iter_mut().rfind(|child| child.identity == identity)?;
        }
        Some(node)
    }

    /// Draws the tree with lines, a task per line.
    pub fn draw(&self, limits: TreeLimits) -> String {
        let mut tree = self.to_tree(limits);
        if self.running {
            tree.root.push_str(", running");
        }
        tree.to_string()
    }

    fn to_tree(&self, limits: TreeLimits) -> Tree<String> {
        let tree = Tree::new(self.label());
        if limits.depth == 0 {
            return tree;
        }
        let below = TreeLimits { depth: limits.depth - 1, ..limits };
        let runs = runs(&self.children).into_iter().flat_map(|run| {
            let nodes = &self.children[run];
            match limits.folded && nodes.len() >= FOLDED_MIN {
                true => vec![Tree::new(folded(nodes))],
                false => nodes.iter().map(|node| node.to_tree(below)).collect(),
            }
        });
        let leaves: Vec<_> = runs.collect();
        tree.with_leaves(leaves)
    }

    fn label(&self) -> String {
        let took = seconds(self.seconds);
        let mut label = match (self.failed, self.children.is_empty()) {
            (true, _) => format!("{}  failed{}", self.identity, self.tried()),
            (false, true) => format!("{}  {took}{}", self.identity, self.tried()),
            (false, false) => {
                let failed = match self.failures() {
                    0 => String::new(),
                    failed => format!(", {failed} failed"),
                };
                let sealed = if self.sealed { ", sealed" } else { "" };
                let steps = count(self.steps, "step");
                format!("{}  {steps}, {took}{failed}{sealed}", self.identity)
            }
        };
        if !self.artifacts.is_empty() {
            label.push_str(&format!("  → {}", self.artifacts.join(", ")));
        }
        label
    }

    /// Says how many attempts were made, if not one.
    fn tried(&self) -> String {
        match self.attempts {
            0 | 1 => String::new(),
            attempts => format!(", {}", count(attempts, "attempt")),
        }
    }

    fn failures(&self) -> usize {
        usize::from(self.failed) + self.children.iter().map(Node::failures).sum::<usize>()
    }

    /// Returns the task's name without its key.
    fn name(&self) -> &str {
        self.identity.split_once('[').map_or(&self.identity, |(name, _)| name)
    }

    /// Tells what siblings have in common that are drawn as one.
    fn likeness(&self) -> (&str, bool, bool, &[String]) {
        (self.name(), self.children.is_empty(), self.sealed, &self.artifacts)
    }
}

/// Divides siblings into runs of equal ones; what failed, or did at first, stands alone.
fn runs(nodes: &[Node]) -> Vec<Range<usize>> {
    let stands_alone = |node: &Node| node.failures() > 0 || node.attempts > 1;
    let alike =
        |a: &Node, b: &Node| !stands_alone(a) && !stands_alone(b) && a.likeness() == b.likeness();
    let mut start = 0;
    let runs = nodes.chunk_by(alike).map(|run| {
        let range = start..start + run.len();
        start = range.end;
        range
    });
    runs.collect()
}

fn folded(nodes: &[Node]) -> String {
    let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else {
        return String::new();
    };
    let steps: u64 = nodes.iter().map(|node| node.steps).sum();
    let took = seconds(nodes.iter().map(|node| node.seconds).sum());
    let stages = match first.children.is_empty() {
        true => String::new(),
        false => format!("{} stages, ", nodes.len()),
    };
    let (first, last) = (&first.identity, &last.identity);
    let sealed = if nodes.iter().all(|node| node.sealed) { ", sealed" } else { "" };
    let mut label = format!("{first} … {last}  {stages}{}, {took}{sealed}", count(steps, "step"));
    if let Some(artifacts) = nodes.first().map(|node| &node.artifacts).filter(|a| !a.is_empty()) {
        label.push_str(&format!("  → {} each", artifacts.join(", ")));
    }
    label
}

impl Default for TreeLimits {
    /// All levels, folded.
    fn default() -> TreeLimits {
        TreeLimits { depth: usize::MAX, folded: true }
    }
}
