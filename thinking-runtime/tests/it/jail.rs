//! A root and an environment of a test's own.

use std::fs;

use thinking::{Runtime, RuntimeBuilder};

pub(crate) struct Jail {
    root: tempfile::TempDir,
    environment: Vec<(String, String)>,
    assignments: Vec<String>,
    profiles: Vec<String>,
}

impl Jail {
    /// A root with the given files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(root.path().join(name), text).unwrap();
        }
        Jail { root, environment: Vec::new(), assignments: Vec::new(), profiles: Vec::new() }
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn set(mut self, assignment: &str) -> Self {
        self.assignments.push(assignment.to_owned());
        self
    }

    pub(crate) fn profile(mut self, name: &str) -> Self {
        self.profiles.push(name.to_owned());
        self
    }

    fn builder(&self) -> RuntimeBuilder {
        Runtime::builder(thinking_modules::main_module!())
            .root(Some(self.root.path().to_owned()))
            .environment(self.environment.clone())
            .assignments(self.assignments.clone())
            .profiles(self.profiles.clone())
    }

    /// Loads and expects no mistake.
    pub(crate) fn load(&self) -> Runtime {
        let (runtime, mistakes) = self.builder().load();
        assert!(mistakes.is_empty(), "{mistakes:?}");
        runtime
    }

    /// Loads and returns the messages, with the root's path as `ROOT`.
    pub(crate) fn messages(&self) -> String {
        let (_, mistakes) = self.builder().load();
        let messages: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        messages.join("\n\n").replace(&self.root.path().display().to_string(), "ROOT")
    }
}
