//! `--watch`: waits until a file of the workspace changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use notify::{Event, EventKind, RecursiveMode, Watcher};

/// A save is several events, and an editor saves several files: this long nothing may follow.
const QUIET: Duration = Duration::from_millis(200);

/// Watches the files below a workspace's root.
pub(super) struct Watch {
    events: Receiver<notify::Result<Event>>,
    root: PathBuf,
    target_dir: PathBuf,
    /// Files that the tests themselves write: those that changed while they ran, twice in a row.
    written_by_tests: BTreeSet<PathBuf>,
    changed_before: BTreeSet<PathBuf>,
    /// Events end with it.
    _watcher: notify::RecommendedWatcher,
}

impl Watch {
    /// Begins to watch.
    pub(super) fn new(root: PathBuf, target_dir: PathBuf) -> notify::Result<Self> {
        let (sender, events) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(move |event| {
            // Without a receiver there is nobody left to tell.
            let _ = sender.send(event);
        })?;
        watcher.watch(&root, RecursiveMode::Recursive)?;
        let (written_by_tests, changed_before) = (BTreeSet::new(), BTreeSet::new());
        Ok(Self { events, root, target_dir, written_by_tests, changed_before, _watcher: watcher })
    }

    /// Takes what changed while the tests ran, and returns what of it the tests have not written, as
    /// far as can be told: that is a reason to run them again at once.
    pub(super) fn changed_meanwhile(&mut self) -> BTreeSet<PathBuf> {
        let mut changed = BTreeSet::new();
        while let Ok(event) = self.events.try_recv() {
            changed.extend(self.relevant(event));
        }
        self.reasons(changed)
    }

    /// Leaves out what has changed during the run before as well.
    fn reasons(&mut self, changed: BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        self.written_by_tests.extend(changed.intersection(&self.changed_before).cloned());
        let reasons = &changed - &self.written_by_tests;
        self.changed_before = changed;
        reasons
    }

    /// Waits until something changes and then nothing for a moment; returns what did.
    ///
    /// Returns nothing if the system has stopped telling.
    pub(super) fn wait(&mut self) -> BTreeSet<PathBuf> {
        let mut changed = BTreeSet::new();
        loop {
            let event = match changed.is_empty() {
                true => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => self.events.recv_timeout(QUIET),
            };
            match event {
                Ok(event) => changed.extend(self.relevant(event)),
                Err(_) => return changed,
            }
        }
    }

    fn relevant(&self, event: notify::Result<Event>) -> Vec<PathBuf> {
        let Ok(event) = event else { return Vec::new() };
        if matches!(event.kind, EventKind::Access(_)) {
            return Vec::new();
        }
        let mut paths = event.paths;
        paths.retain(|path| {
            is_source(&self.root, &self.target_dir, path) && !self.written_by_tests.contains(path)
        });
        paths
    }
}

/// Tells whether a file may matter to tests: not what is built, nor what is hidden, as editors and
/// version control keep it.
fn is_source(root: &Path, target_dir: &Path, path: &Path) -> bool {
    let Ok(below) = path.strip_prefix(root) else { return false };
    let mut parts = below.components().map(|part| part.as_os_str().to_string_lossy());
    !path.starts_with(target_dir)
        && !parts.any(|part| part.starts_with('.') || part.ends_with('~') || part == "target")
        && path.extension().is_none_or(|extension| extension != "profraw")
}

#[cfg(test)]
mod tests {
    //! What counts as a change.

    use std::fs;

    use super::*;

    #[test]
    fn what_is_built_or_hidden_does_not_count() {
        for (path, expected) in [
            ("/w/src/lib.rs", true),
            ("/w/tests.toml", true),
            ("/w/a/tests/data/in.csv", true),
            ("/w/out/debug/build.rs", false),
            ("/w/a/target/debug/a", false),
            ("/w/.git/index", false),
            ("/w/a/.thinking/logs/a.log", false),
            ("/w/src/lib.rs~", false),
            ("/w/default_7.profraw", false),
            ("/elsewhere/lib.rs", false),
        ] {
            let found = is_source(Path::new("/w"), Path::new("/w/out"), Path::new(path));
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn a_change_is_heard_and_what_tests_write_themselves_is_not_heard_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let mut watch = Watch::new(root.clone(), root.join("target")).unwrap();
        let file = root.join("lib.rs");
        fs::write(&file, "one").unwrap();
        assert_eq!(watch.wait(), BTreeSet::from([file.clone()]));

        // The tests write `golden` each time they run.
        let golden = root.join("golden");
        let run = |watch: &mut Watch| {
            fs::write(&golden, "text").unwrap();
            // The system tells in order, a little later.
            let end = root.join("end");
            fs::write(&end, "").unwrap();
            let mut seen = watch.wait();
            assert!(seen.remove(&end));
            watch.reasons(seen)
        };
        assert_eq!(run(&mut watch), BTreeSet::from([golden.clone()]));
        assert_eq!(run(&mut watch), BTreeSet::new());
    }
}
