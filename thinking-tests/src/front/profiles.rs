//! Which profiles the files of a workspace mention, to find one that is spelled wrongly.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use thinking_runtime::{PROFILE_DEBUG, PROFILE_PROFILING, PROFILE_TEST, nearest};

use super::workspace::Workspace;

/// Returns, for a profile that no file mentions, the one that may have been meant.
///
/// Programs declare profiles in their code, too, which is not known here. So this is not an error,
/// and nothing is said of a name that is not nearly a known one.
pub(super) fn meant(workspace: &Workspace, profile: &str) -> Option<String> {
    let packages = workspace.packages.iter().map(|package| package.dir.as_path());
    let dirs = packages.chain([workspace.root.as_path()]);
    let mut known: BTreeSet<String> = dirs.flat_map(mentioned).collect();
    known.extend([PROFILE_DEBUG, PROFILE_PROFILING, PROFILE_TEST].map(str::to_owned));
    match known.contains(profile) {
        true => None,
        false => nearest(profile, known.iter().map(String::as_str)).map(str::to_owned),
    }
}

/// Returns the profiles of files `NAME.PROFILE.toml` and of tables `[profile.PROFILE]` in `dir`.
fn mentioned(dir: &Path) -> Vec<String> {
    let mut profiles = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let Some(stem) = file.strip_suffix(".toml").filter(|stem| *stem != "Cargo") else {
            continue;
        };
        if let Some((_, profile)) = stem.split_once('.') {
            profiles.push(profile.to_owned());
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        let table: toml::Table = text.parse().unwrap_or_default();
        let tables = table.get("profile").and_then(toml::Value::as_table);
        profiles.extend(tables.into_iter().flat_map(toml::Table::keys).cloned());
    }
    profiles
}

#[cfg(test)]
mod tests {
    //! Names that are nearly those of profiles.

    use super::*;

    #[test]
    fn a_name_that_no_file_mentions_may_be_another_one() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        write("training.staging.toml", "");
        write("dbs.toml", "[profile.gpu]\n");
        write("Cargo.toml", "[profile.release]\n");
        write("broken.toml", "[[[");
        let workspace = Workspace {
            root: dir.path().to_owned(),
            target_dir: dir.path().join("target"),
            packages: Vec::new(),
        };
        for (profile, expected) in [
            ("staging", None),
            ("stagin", Some("staging")),
            ("gpus", Some("gpu")),
            ("tset", Some("test")),
            ("releas", None),
            ("of_its_own", None),
        ] {
            assert_eq!(meant(&workspace, profile).as_deref(), expected, "{profile}");
        }
    }
}
