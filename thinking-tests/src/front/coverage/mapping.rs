//! Which case reached which lines: the profiles of each case, read by the tables in the binaries.
//!
//! LLVM's own tools would read all binaries again for each case. Lines are decided as they do it
//! (`LineCoverageStats` in LLVM's `CoverageMapping.cpp`): a line ran if the innermost region around
//! its beginning did, or one that begins on it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use llvm_profparser::coverage::coverage_mapping::read_object_file;
use llvm_profparser::instrumentation_profile::types::InstrumentationProfile;
use llvm_profparser::{
    Counter, CounterMappingRegion, CounterType, CoverageMappingInfo, ExprKind, Expression,
    RegionKind, parse,
};

use super::super::terminal;
use super::super::workspace::Workspace;
use super::cases::Profiles;
use crate::report::{CaseCoverage, CoverageReport};

/// How many ranges of lines the report holds at most; a page has to be opened, too.
const RANGES_MAX: usize = 2_000_000;

/// Adds to `report` which case reached which lines.
///
/// What cannot be read is left out: this is an extra, and the totals are there already.
pub(super) fn add_cases(
    report: &mut CoverageReport,
    workspace: &Workspace,
    binaries: &BTreeSet<PathBuf>,
    profiles: &[Profiles],
) {
    let named: Vec<&Profiles> = profiles.iter().filter(|case| case.case.is_some()).collect();
    let first = named.iter().flat_map(|case| &case.files).find_map(|file| parse(file).ok());
    let Some(version) = first.and_then(|profile| profile.version()) else { return };
    let files: HashMap<PathBuf, usize> = report
        .files
        .iter()
        .enumerate()
        .map(|(index, file)| (workspace.root.join(&file.path), index))
        .collect();
    let binaries: Vec<&PathBuf> = binaries.iter().collect();
    let mut tables = Tables::default();
    for info in in_parallel(&binaries, |binary| read_object_file(binary, version).ok()) {
        tables.add(info.into_iter(), &files);
    }
    let reached = in_parallel(&named, |case| tables.reached_by(&case.files));
    let mut ranges = 0;
    for (case, reached) in named.iter().zip(reached) {
        let Some((suite, name)) = &case.case else { continue };
        for (file, lines) in reached {
            let lines = merged(lines);
            ranges += lines.len();
            if ranges > RANGES_MAX {
                terminal::note(&format!(
                    "the report does not say of all cases which lines they reach: more than \
                     {RANGES_MAX} ranges of lines"
                ));
                return;
            }
            let (suite, case) = (suite.clone(), name.clone());
            report.files[file].cases.push(CaseCoverage { suite, case, lines });
        }
    }
}

/// Applies `work` to all items, on as many threads as there are processors; in the items' order.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    thread::scope(|scope| {
        for _ in 0..threads.min(items.len()) {
            scope.spawn(|| {
                while let Some((index, item)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    items.get(index).map(|item| (index, item))
                } {
                    let result = work(item);
                    if let Ok(mut done) = done.lock() {
                        done.insert(index, result);
                    }
                }
            });
        }
    });
    done.into_inner().map(|done| done.into_values().collect()).unwrap_or_default()
}

/// What the binaries say about their functions.
#[derive(Default)]
struct Tables {
    /// By the hashes of name and structure; the same function is in many binaries.
    functions: HashMap<(u64, u64), Function>,
}

struct Function {
    expressions: Vec<Expression>,
    /// By file, each list from the outer regions to the inner ones.
    regions: Vec<(usize, Vec<Region>)>,
}

struct Region {
    counter: Counter,
    first: u32,
    first_column: usize,
    last: u32,
    is_gap: bool,
}

impl Tables {
    fn add(
        &mut self,
        infos: impl Iterator<Item = CoverageMappingInfo>,
        files: &HashMap<PathBuf, usize>,
    ) {
        for info in infos {
            let mut known: HashMap<u64, Vec<Option<usize>>> = HashMap::new();
            for function in &info.cov_fun {
                let header = &function.header;
                let paths = known.entry(header.filenames_ref).or_insert_with(|| {
                    let paths = info.get_files_from_id(header.filenames_ref);
                    paths.iter().map(|path| files.get(&cleaned(path)).copied()).collect()
                });
                let key = (header.name_hash, header.fn_hash);
                if !self.functions.contains_key(&key)
                    && let Some(function) =
                        Function::new(&function.regions, &function.expressions, paths)
                {
                    self.functions.insert(key, function);
                }
            }
        }
    }

    /// Returns the lines that these profiles reached, by file.
    fn reached_by(&self, profiles: &[PathBuf]) -> BTreeMap<usize, BTreeSet<u32>> {
        let mut reached: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
        for profile in profiles.iter().filter_map(|file| parse(file).ok()) {
            self.add_reached(&profile, &mut reached);
        }
        reached
    }

    fn add_reached(
        &self,
        profile: &InstrumentationProfile,
        reached: &mut BTreeMap<usize, BTreeSet<u32>>,
    ) {
        for record in profile.records() {
            let counts = record.counts();
            if counts.iter().all(|count| *count == 0) {
                continue;
            }
            let key = record.name_hash.zip(record.hash);
            let Some(function) = key.and_then(|key| self.functions.get(&key)) else { continue };
            for (file, regions) in &function.regions {
                let lines = lines(regions, |counter| function.evaluate(counter, counts, 0) > 0);
                if !lines.is_empty() {
                    reached.entry(*file).or_default().extend(lines);
                }
            }
        }
    }
}

impl Function {
    /// Keeps what concerns the known files, or returns `None` if nothing does.
    fn new(
        regions: &[CounterMappingRegion],
        expressions: &[Expression],
        paths: &[Option<usize>],
    ) -> Option<Function> {
        let mut by_file: BTreeMap<usize, Vec<Region>> = BTreeMap::new();
        for region in regions {
            let is_gap = match region.kind {
                RegionKind::Code => false,
                RegionKind::Gap => true,
                _ => continue,
            };
            let Some(Some(file)) = paths.get(region.file_id) else { continue };
            let line = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
            by_file.entry(*file).or_default().push(Region {
                counter: region.count,
                first: line(region.loc.line_start),
                first_column: region.loc.column_start,
                last: line(region.loc.line_end),
                is_gap,
            });
        }
        for regions in by_file.values_mut() {
            regions.sort_by_key(|r| (r.first, r.first_column, std::cmp::Reverse(r.last)));
        }
        let regions: Vec<_> = by_file.into_iter().collect();
        (!regions.is_empty()).then(|| Function { expressions: expressions.to_vec(), regions })
    }

    /// Returns how often something ran, from the counters of its function.
    ///
    /// An expression that leads back to itself, as none should, counts as nothing.
    fn evaluate(&self, counter: &Counter, counts: &[u64], depth: usize) -> i128 {
        let index = usize::try_from(counter.id).unwrap_or(usize::MAX);
        match counter.kind {
            CounterType::Zero => 0,
            CounterType::ProfileInstrumentation => {
                counts.get(index).map_or(0, |count| i128::from(*count))
            }
            CounterType::Expression(_) => {
                let Some(expression) = self.expressions.get(index) else { return 0 };
                if depth > self.expressions.len() {
                    return 0;
                }
                let left = self.evaluate(&expression.lhs, counts, depth + 1);
                let right = self.evaluate(&expression.rhs, counts, depth + 1);
                match counter.get_expr_kind() {
                    ExprKind::Add => left + right,
                    ExprKind::Subtract => left - right,
                }
            }
        }
    }
}

/// Returns the lines that ran, by the regions of one function in one file, from outer ones to inner.
fn lines(regions: &[Region], ran: impl Fn(&Counter) -> bool) -> Vec<u32> {
    let mut at_start: BTreeMap<u32, bool> = BTreeMap::new();
    let mut begun: BTreeSet<u32> = BTreeSet::new();
    for region in regions {
        let ran = ran(&region.counter);
        if ran && !region.is_gap {
            begun.insert(region.first);
        }
        for line in region.first + 1..=region.last {
            // An inner region comes later and takes the place of the one around it.
            at_start.insert(line, ran);
        }
    }
    let at_start = at_start.into_iter().filter(|(_, ran)| *ran).map(|(line, _)| line);
    begun.extend(at_start);
    begun.into_iter().collect()
}

/// Joins lines into ranges with both ends.
fn merged(lines: BTreeSet<u32>) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for line in lines {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == line => *last = line,
            _ => ranges.push((line, line)),
        }
    }
    ranges
}

/// Removes `.` and what `..` undoes.
fn cleaned(path: &Path) -> PathBuf {
    use std::path::Component;

    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                cleaned.pop();
            }
            part => cleaned.push(part),
        }
    }
    cleaned
}

#[cfg(test)]
mod tests;
