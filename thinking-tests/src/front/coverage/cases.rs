//! The directories of raw profiles: which case left which.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::front::error::FrontError;
use crate::front::files::file_error;

/// The directory of profiles that belong to no single case.
pub(super) const OTHERS: &str = "others";

/// Says whose the profiles of a directory are: two lines, suite and case.
const NAME_FILE: &str = "case";

/// The profiles of one case, or those of no single one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Profiles {
    /// Suite and case.
    pub(super) case: Option<(String, String)>,
    pub(super) files: Vec<PathBuf>,
}

/// Returns the directory of a case; names may hold anything, so it is called by a hash.
///
/// All attempts at a case share it: what any of them reached was reached. If it cannot be made, the
/// profiles end up in a directory without a name, and count for no case.
pub(super) fn directory(profiles: &Path, suite: &str, case: &str) -> PathBuf {
    let name = format!("{suite}\n{case}");
    // The same program makes and finds these names, so the hash need not be stable over versions.
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    let dir = profiles.join(format!("{:016x}", hasher.finish()));
    if fs::create_dir_all(&dir).is_ok() {
        let _ = fs::write(dir.join(NAME_FILE), name);
    }
    dir
}

/// Reads which profiles there are, by case.
pub(super) fn find(profiles: &Path) -> Result<Vec<Profiles>, FrontError> {
    let list = |dir: &Path| -> Result<Vec<PathBuf>, FrontError> {
        let entries = fs::read_dir(dir).map_err(|source| file_error(dir, source))?;
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        Ok(paths)
    };
    let mut found = Vec::new();
    for dir in list(profiles)?.into_iter().filter(|path| path.is_dir()) {
        let name = fs::read_to_string(dir.join(NAME_FILE)).ok();
        let case = name.as_deref().and_then(|name| name.split_once('\n'));
        let case = case.map(|(suite, case)| (suite.to_owned(), case.to_owned()));
        let mut files = list(&dir)?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "profraw"));
        if !files.is_empty() {
            found.push(Profiles { case, files });
        }
    }
    found.sort_by(|a, b| a.case.cmp(&b.case));
    Ok(found)
}

#[cfg(test)]
mod tests {
    //! Directories of hostile names.

    use super::*;

    #[test]
    fn what_is_written_for_a_case_is_found_as_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let names = [("demo::it", "a::b"), ("demo", "../../etc"), ("demo", "a\nb")];
        for (suite, case) in names {
            let own = directory(dir.path(), suite, case);
            assert_eq!(own.parent(), Some(dir.path()));
            fs::write(own.join("7-1_0.profraw"), "").unwrap();
        }
        let others = dir.path().join(OTHERS);
        fs::create_dir(&others).unwrap();
        fs::write(others.join("8-1_0.profraw"), "").unwrap();
        // Nothing was left here.
        directory(dir.path(), "demo", "killed");

        let found = find(dir.path()).unwrap();
        let cases: Vec<_> = found.iter().map(|profiles| profiles.case.clone()).collect();
        let owned = |(suite, case): (&str, &str)| Some((suite.to_owned(), case.to_owned()));
        assert_eq!(cases, [None, owned(names[1]), owned(names[2]), owned(names[0])]);
        assert!(found.iter().all(|profiles| profiles.files.len() == 1));
    }
}
