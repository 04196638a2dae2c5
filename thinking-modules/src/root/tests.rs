//! Each reason for a root, and that an earlier one wins.

use std::fs;

use super::*;

struct Tree {
    directory: tempfile::TempDir,
    search: RootSearch,
}

impl Tree {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        for name in ["work/deep", "bin", "package"] {
            fs::create_dir_all(directory.path().join(name)).unwrap();
        }
        let path = directory.path();
        let search = RootSearch {
            working_directory: path.join("work/deep"),
            executable: Some(path.join("bin/program")),
            facet_files: vec!["training.toml".to_owned(), "logs.toml".to_owned()],
            ..RootSearch::default()
        };
        Tree { directory, search }
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.directory.path().join(file), text).unwrap();
    }

    fn check(&self, directory: &str, reason: RootReason) {
        let expected = Root { path: self.directory.path().join(directory), reason };
        assert_eq!(self.search.find(), expected);
    }
}

#[test]
fn each_reason_beats_the_later_ones() {
    let mut tree = Tree::new();
    let path = tree.directory.path().to_owned();
    tree.check("work/deep", RootReason::WorkingDirectory);
    tree.write("work/Cargo.toml", "[package]\n[workspace]\n");
    tree.check("work", RootReason::Workspace);
    tree.search.built = Some(path.join("package"));
    tree.check("package", RootReason::Built);
    tree.write("bin/logs.toml", "");
    tree.check("bin", RootReason::Executable("logs.toml".to_owned()));
    tree.write("work/training.toml", "");
    tree.check("work", RootReason::FacetFile("training.toml".to_owned()));
    tree.search.cargo = Some(path.join("package"));
    tree.check("package", RootReason::Cargo);
    tree.search.environment = Some(path.join("bin"));
    tree.check("bin", RootReason::Environment);
    tree.search.given = Some(path.join("work"));
    tree.check("work", RootReason::Given);
}

#[test]
fn another_packages_directory_from_cargo_is_ignored() {
    let mut tree = Tree::new();
    tree.search.built = Some(tree.directory.path().join("package"));
    tree.search.cargo = Some(tree.directory.path().join("bin"));
    tree.check("package", RootReason::Built);
}

#[test]
fn a_built_directory_that_is_gone_is_passed_over() {
    let mut tree = Tree::new();
    tree.search.built = Some(tree.directory.path().join("gone"));
    tree.check("work/deep", RootReason::WorkingDirectory);
}
