//! The report on a runtime's start.

use std::path::Path;
use std::time::Duration;

use crate::Runtime;
use crate::actions::Entry;
use crate::facet::layers::{self, Sources};
use crate::start_report::{Part, Phase, StartReport};

/// Collects what is known. Looks each file of each facet up, so it costs some system calls.
pub(super) fn report(runtime: &Runtime) -> StartReport {
    let profiles = runtime.profiles.triggers();
    let disabled = runtime.actions.entries().iter().filter_map(|entry| {
        Some((entry.definition.name.to_owned(), format!("`{}` names it", entry.disabled?)))
    });
    let phases = vec![prepare(runtime), facets(runtime), perform(runtime)];
    StartReport {
        session: runtime.session.clone(),
        mode: runtime.mode,
        root: runtime.root.to_string(),
        profiles: profiles.map(|(name, why)| (name.to_owned(), why.join(", "))).collect(),
        disabled: disabled.collect(),
        phases,
        total: None,
    }
}

fn prepare(runtime: &Runtime) -> Phase {
    let parts = runtime.actions.entries().iter().filter_map(|entry| {
        let time = Some(entry.prepared?);
        Some(Part { name: name(entry), time, remark: None, files: Vec::new() })
    });
    let parts = parts.collect();
    Phase { name: "prepare actions".to_owned(), time: Some(runtime.times.prepare), parts }
}

fn facets(runtime: &Runtime) -> Phase {
    let times = runtime.facets.times();
    let parts = runtime.facets.mistakes_by_name().into_iter().map(|(name, mistakes)| {
        let remark = match mistakes.len() {
            0 => None,
            1 => Some("1 mistake".to_owned()),
            count => Some(format!("{count} mistakes")),
        };
        let (time, files) = (times.get(name).copied(), files(runtime, name));
        Part { name: name.to_owned(), time, remark, files }
    });
    let parts = parts.collect();
    Phase { name: "load facets".to_owned(), time: Some(runtime.times.facets), parts }
}

fn perform(runtime: &Runtime) -> Phase {
    let enabled = runtime.actions.entries().iter().filter(|entry| entry.disabled.is_none());
    let parts: Vec<_> = enabled
        .map(|entry| {
            let performed = entry.performed.get();
            let remark = match performed {
                None => Some("not performed".to_owned()),
                Some((_, false)) => Some("failed".to_owned()),
                Some((_, true)) => None,
            };
            let facets = entry.definition.facets.iter().filter_map(|facet| facet());
            let files = facets.flat_map(|facet| files(runtime, facet)).collect();
            Part { name: name(entry), time: performed.map(|(time, _)| *time), remark, files }
        })
        .collect();
    let time: Duration = parts.iter().filter_map(|part| part.time).sum();
    Phase { name: "perform actions".to_owned(), time: Some(time), parts }
}

fn name(entry: &Entry) -> String {
    entry.definition.name.to_owned()
}

/// The files of a facet, in the order in which they are read, and whether each exists.
fn files(runtime: &Runtime, facet: &str) -> Vec<(String, bool)> {
    let sources = Sources {
        root: Path::new(""),
        profiles: &runtime.profiles,
        defaults: &[],
        environment: &[],
        assignments: &[],
    };
    let files = layers::candidates(facet, &sources).into_iter();
    files.map(|file| (file.display().to_string(), runtime.root.path.join(&file).exists())).collect()
}
