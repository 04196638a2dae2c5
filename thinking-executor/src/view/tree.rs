//! The tree of a run, built from the paths of its steps.

use std::time::Duration;

use serde::Serialize;

use super::{RunView, duration};

/// A task of a run with what lies below it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// The task's identity.
    pub identity: String,
    /// How long it and all below it took, in seconds.
    pub seconds: f64,
    /// How many finished steps lie below it; a step counts itself.
    pub steps: u64,
    /// Whether it is a step that failed and is not done since.
    pub failed: bool,
    /// The names of its artifacts.
    pub artifacts: Vec<String>,
    /// The tasks below it, in order.
    pub children: Vec<Node>,
}

impl Node {
    /// Builds the tree of a run's current branch.
    pub fn of(run: &RunView) -> Node {
        let mut root = Node::new(&run.run);
        for step in &run.steps {
            let leaf = root.insert(&step.path, step.seconds, 1);
            leaf.artifacts.clone_from(&step.artifacts);
        }
        if let Some(failure) = &run.failure {
            root.insert(failure.path.as_str(), 0.0, 0).failed = true;
        }
        root
    }

    fn new(identity: &str) -> Node {
        Node {
            identity: identity.to_owned(),
            seconds: 0.0,
            steps: 0,
            failed: false,
            artifacts: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Adds a step below the root; siblings stay in the order in which they came.
    fn insert(&mut self, path: &str, seconds: f64, steps: u64) -> &mut Node {
        let mut node = self;
        node.seconds += seconds;
        node.steps += steps;
        for identity in path.split('/').skip(1) {
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

    /// Draws the tree with lines, a task per line.
    pub fn draw(&self) -> String {
        self.to_tree().to_string()
    }

    fn to_tree(&self) -> termtree::Tree<String> {
        let took = duration(Duration::from_secs_f64(self.seconds));
        let mut label = match (self.failed, self.children.is_empty()) {
            (true, _) => format!("{}  failed", self.identity),
            (false, true) => format!("{}  {took}", self.identity),
            (false, false) => format!("{}  {} steps, {took}", self.identity, self.steps),
        };
        if !self.artifacts.is_empty() {
            label.push_str(&format!("  → {}", self.artifacts.join(", ")));
        }
        termtree::Tree::new(label).with_leaves(self.children.iter().map(Node::to_tree))
    }
}
