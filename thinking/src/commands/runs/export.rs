//! `export`: which artifacts are meant, and where they go.

use std::path::{Path, PathBuf};

use serde::Serialize;
use thinking_executor::{ExportError, Selector, SelectorError, StepArtifact, View, ViewError};

use super::Unknown;
use crate::{Error, Result};

/// How many candidates a message lists.
const LISTED_MAX: usize = 8;

/// An artifact that was copied; `docs/json.md` promises the form.
#[derive(Serialize)]
pub(super) struct Exported {
    #[serde(flatten)]
    artifact: StepArtifact,
    file: PathBuf,
}

/// Copies the artifacts that are meant to a directory.
pub(super) fn all(
    view: &View,
    what: &str,
    only: Option<&str>,
    to: &Path,
    force: bool,
) -> Result<Vec<Exported>> {
    let (mut artifacts, below) = meant(view, what)?;
    if let Some(only) = only {
        artifacts.retain(|artifact| artifact.artifact.name == only);
    }
    if artifacts.is_empty() {
        let of_name = only.map(|name| format!(" `{name}`")).unwrap_or_default();
        return Err(Unknown(format!("`{what}` has no artifact{of_name}")).into());
    }
    let mut exported = Vec::new();
    for artifact in artifacts {
        // Tasks below a stage may have artifacts of one name.
        let directory = match artifact.path.strip_prefix(&below) {
            Some(path) => to.join(path.trim_start_matches('/')),
            None => to.to_owned(),
        };
        let file = view.export(&artifact.artifact, &directory, force);
        let file = file.map_err(|error| match error {
            ExportError::Exists { .. } => Error::msg(format!(
                "{error}; `--force` replaces it, `--to DIR` takes another directory"
            )),
            error => error.into(),
        })?;
        exported.push(Exported { artifact, file });
    }
    Ok(exported)
}

/// Returns the artifacts of a place, or the one of that name, and the path below which their own
/// paths tell them apart.
fn meant(view: &View, what: &str) -> Result<(Vec<StepArtifact>, String)> {
    let place = match what.parse::<Selector>().map_err(ViewError::from).and_then(|s| view.find(&s))
    {
        Ok(place) => place,
        Err(ViewError::NoPlace(error @ SelectorError::NoTask { .. })) => {
            return named(view, what, &error);
        }
        Err(error) => return Err(error.into()),
    };
    Ok((view.artifacts_at(&place)?, place.path.as_str().to_owned()))
}

/// Returns the only artifact with a name on the current branches, of which no task has that name.
fn named(view: &View, name: &str, no_task: &SelectorError) -> Result<(Vec<StepArtifact>, String)> {
    let mut all = Vec::new();
    for place in view.current()? {
        all.extend(view.artifacts_at(&place)?);
    }
    let mut named: Vec<_> = all.iter().filter(|artifact| artifact.artifact.name == name).collect();
    match (named.pop(), &*named) {
        (Some(one), []) => Ok((vec![one.clone()], one.path.clone())),
        (Some(last), others) => {
            let steps = others.iter().chain([&last]).map(|artifact| format!("  {}", artifact.path));
            let steps: Vec<_> = steps.take(LISTED_MAX).collect();
            let more = match (others.len() + 1).saturating_sub(LISTED_MAX) {
                0 => String::new(),
                more => format!("\n  … {more} more"),
            };
            Err(Unknown(format!(
                "several steps have an artifact `{name}`; name one, with `--only {name}`:\n{}{more}",
                steps.join("\n")
            ))
            .into())
        }
        (None, _) => {
            let mut known: Vec<_> = all.iter().map(|artifact| &*artifact.artifact.name).collect();
            known.sort_unstable();
            known.dedup();
            let known = match &*known {
                [] => "there is none on the current branch".to_owned(),
                names => {
                    let listed = names.iter().take(LISTED_MAX).map(|name| format!("`{name}`"));
                    format!("there is {}", listed.collect::<Vec<_>>().join(", "))
                }
            };
            Err(Unknown(format!("{no_task}; no artifact has that name, either: {known}")).into())
        }
    }
}

/// Lists the files, a line each.
pub(super) fn text(exported: &[Exported]) -> String {
    exported.iter().map(|exported| format!("{}\n", exported.file.display())).collect()
}
