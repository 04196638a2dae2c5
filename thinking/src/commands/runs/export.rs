//! `export`: which artifacts are meant, and where they go.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;
use thinking_executor::{
    ExportError, Instead, Selector, SelectorError, StepArtifact, View, ViewError,
};
use thinking_runtime::nearest;

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
    let known: Vec<_> = match artifacts.is_empty() {
        true => on_current(view)?,
        false => artifacts.clone(),
    };
    let known: Vec<_> = known.into_iter().map(|artifact| artifact.artifact.name).collect();
    if let Some(only) = only {
        artifacts.retain(|artifact| artifact.artifact.name == only);
    }
    if artifacts.is_empty() {
        let of_name = only.map(|name| format!(" `{name}`")).unwrap_or_default();
        let known = listed(known.iter().map(String::as_str).collect());
        return Err(Unknown(format!("`{what}` has no artifact{of_name}\n{known}")).into());
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
    let all = on_current(view)?;
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
        (None, _) => Err(Unknown(unknown(name, no_task, &all)).into()),
    }
}

/// Returns the artifacts on the current branches.
fn on_current(view: &View) -> Result<Vec<StepArtifact>> {
    let mut all = Vec::new();
    for place in view.current()? {
        all.extend(view.artifacts_at(&place)?);
    }
    Ok(all)
}

/// Says that neither a task nor an artifact is meant, what may be, and which artifacts there are.
fn unknown(name: &str, no_task: &SelectorError, all: &[StepArtifact]) -> String {
    let SelectorError::NoTask { on, instead, .. } = no_task else {
        return no_task.to_string();
    };
    let known: BTreeSet<_> = all.iter().map(|artifact| &*artifact.artifact.name).collect();
    let meant = nearest(name, known.iter().copied());
    let alike = match instead {
        Instead::Alike(paths) => &**paths,
        _ => &[],
    };
    let meant: Vec<_> = meant.into_iter().chain(alike.iter().map(String::as_str)).collect();
    let hint = match (instead, &*meant) {
        (Instead::Elsewhere(_), _) => instead.to_string(),
        (_, []) => String::new(),
        (_, meant) => format!("; did you mean {}?", alternatives(meant)),
    };
    let on: Vec<_> = on.iter().map(String::as_str).collect();
    format!(
        "`{name}` is neither an artifact nor a task on branch {}{hint}\n{}",
        alternatives(&on),
        listed(known)
    )
}

/// Lists the names of artifacts on a line of its own.
fn listed(known: BTreeSet<&str>) -> String {
    let names: Vec<_> = known.iter().take(LISTED_MAX).map(|name| format!("`{name}`")).collect();
    let more = match known.len() - names.len() {
        0 => String::new(),
        more => format!(" … {more} more"),
    };
    match names.is_empty() {
        true => "  there is no artifact on the current branch".to_owned(),
        false => format!("  artifacts: {}{more}", names.join(", ")),
    }
}

fn alternatives(texts: &[&str]) -> String {
    let quoted: Vec<_> = texts.iter().map(|text| format!("`{text}`")).collect();
    match &*quoted {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        quoted => quoted.concat(),
    }
}

/// Lists the files, a line each.
pub(super) fn text(exported: &[Exported]) -> String {
    exported.iter().map(|exported| format!("{}\n", exported.file.display())).collect()
}
