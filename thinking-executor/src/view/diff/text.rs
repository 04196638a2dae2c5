//! A comparison as people read it: tables whose columns are the two sides.

use std::fmt::Write;

use super::{ChangeCount, Diff, SideStep, Sides, StepDiff, TableDiff};
use crate::view::table::columns;
use crate::view::{Value, count, seconds};

/// How many characters of a cell are shown; there are two of each.
const CELL_CHARS_MAX: usize = 40;
/// How much of two values is searched for what differs.
const COMPARED_CHARS_MAX: usize = 100_000;
/// How much of what is the same is shown before that.
const BEFORE_CHARS: usize = 8;

impl Diff {
    /// Describes the comparison.
    pub fn text(&self) -> String {
        // Writing to a text cannot fail, here and below.
        let mut text = String::new();
        let (name_a, name_b) = self.names();
        let rows = [(&name_a, &self.a), (&name_b, &self.b)].map(|(name, place)| {
            vec![name.clone(), place.to_string(), count(place.positions.end, "step")]
        });
        text.push_str(&columns(&[], &rows));
        let _ = match &self.parted_after {
            Some(path) => {
                writeln!(text, "they share {}, up to {path}", count(self.shared, "step"))
            }
            None => writeln!(text, "they share no step"),
        };
        if self.is_empty() {
            text.push_str("nothing is different\n");
            return text;
        }
        if self.same > 0 {
            let _ =
                writeln!(text, "{} steps behind that have the same inputs and results", self.same);
        }
        side(&mut text, &name_a, &self.only_a, self.only_a_count);
        side(&mut text, &name_b, &self.only_b, self.only_b_count);
        self.changes(&mut text, &name_a, &name_b);
        self.results(&mut text, &name_a, &name_b);
        for table in &self.tables {
            table.write(&mut text, &name_a, &name_b);
        }
        text
    }

    /// Tells whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.only_a_count == 0
            && self.only_b_count == 0
            && self.steps_count == 0
            && self.tables.is_empty()
    }

    /// What the two sides are called: by their branches, if these tell them apart.
    fn names(&self) -> (String, String) {
        match self.a.branch == self.b.branch {
            true => ("a".to_owned(), "b".to_owned()),
            false => (self.a.branch.clone(), self.b.branch.clone()),
        }
    }

    fn changes(&self, text: &mut String, name_a: &str, name_b: &str) {
        if self.changes.is_empty() {
            return;
        }
        let cell = |side: &Option<String>| cut(side.as_deref().unwrap_or("–"));
        let rows = self.changes.iter().map(|ChangeCount { change, steps, first }| {
            vec![
                change.to_string(),
                cell(&change.a),
                cell(&change.b),
                steps.to_string(),
                first.clone(),
            ]
        });
        text.push_str("\nwhat is not the same about steps on both\n");
        let headings = ["", name_a, name_b, "steps", "first"].map(str::to_owned);
        indented(text, &columns(&headings, &rows.collect::<Vec<_>>()));
    }

    /// The results of tasks of one name are one table.
    fn results(&self, text: &mut String, name_a: &str, name_b: &str) {
        let with_results = || self.steps.iter().filter(|step| step.results.is_some());
        let mut names: Vec<&str> = Vec::new();
        for step in with_results() {
            if !names.contains(&step.name()) {
                names.push(step.name());
            }
        }
        for name in names {
            let rows = with_results().filter(|step| step.name() == name);
            let rows = rows.filter_map(|step| Some((step.path.clone(), step.results.as_ref()?)));
            let _ = writeln!(text, "\nresults of {name}");
            indented(text, &sides("step", &rows.collect::<Vec<_>>(), name_a, name_b));
        }
        rest(text, self.steps.len(), self.steps_count, "step");
    }
}

impl StepDiff {
    /// Returns the task's name without its key.
    fn name(&self) -> &str {
        let name = self.path.split('[').next().unwrap_or_default();
        // Keys of stages before it may hold anything but `/`.
        let identity = self.path.rsplit('/').next().unwrap_or(name);
        identity.split('[').next().unwrap_or(identity)
    }
}

impl TableDiff {
    fn write(&self, text: &mut String, name_a: &str, name_b: &str) {
        let (differ, same) = (count(self.rows_count, "row"), self.same);
        let _ = writeln!(text, "\ntable {}: {differ} not the same, {same} the same", self.table);
        let rows = self.rows.iter().map(|row| (row.key.line(CELL_CHARS_MAX), &row.sides));
        indented(text, &sides("key", &rows.collect::<Vec<_>>(), name_a, name_b));
        rest(text, self.rows.len(), self.rows_count, "row");
    }
}

fn side(text: &mut String, name: &str, steps: &[SideStep], number: u64) {
    if number == 0 {
        return;
    }
    let _ = writeln!(text, "\n{} on {name} only", count(number, "step"));
    let rows = steps.iter().map(|step| vec![step.path.clone(), seconds(step.seconds)]);
    indented(text, &columns(&[], &rows.collect::<Vec<_>>()));
    rest(text, steps.len(), number, "step");
}

/// Puts values side by side, each field that differs in columns of its own.
fn sides(first: &str, rows: &[(String, &Sides)], name_a: &str, name_b: &str) -> String {
    let values = || rows.iter().flat_map(|(_, sides)| [&sides.a, &sides.b]).flatten();
    let grid = crate::view::state::Grid::of(values());
    let fields = grid.headings("");
    let parts = |value: &Option<Value>| match value {
        Some(value) => grid.parts(value),
        None => vec![None; fields.len()],
    };
    let pairs: Vec<(Vec<_>, Vec<_>)> = rows
        .iter()
        .map(|(_, sides)| {
            parts(&sides.a).iter().zip(parts(&sides.b)).map(|(a, b)| pair(a, &b)).unzip()
        })
        .collect();
    // What is the same in all rows would only take room.
    let shown = (0..fields.len()).filter(|at| pairs.iter().any(|(a, b)| a[*at] != b[*at]));
    let shown: Vec<_> = shown.collect();
    let mut headings = vec![first.to_owned()];
    for at in &shown {
        for name in [name_a, name_b] {
            headings.push(format!("{} {name}", fields[*at]).trim().to_owned());
        }
    }
    let lines = rows.iter().zip(&pairs).map(|((first, _), (a, b))| {
        let cells = shown.iter().flat_map(|at| [a[*at].clone(), b[*at].clone()]);
        std::iter::once(first.clone()).chain(cells).collect()
    });
    columns(&headings, &lines.collect::<Vec<_>>())
}

/// Renders two values as cells. Long ones that begin alike are shown from where they differ, and
/// floats with more digits than people want where only these differ.
fn pair(a: &Option<Value>, b: &Option<Value>) -> (String, String) {
    for line in [Value::rounded_line, Value::line] {
        let line = |value: &Option<Value>, max| {
            value.as_ref().map_or(String::new(), |value| line(value, max))
        };
        let short = (line(a, CELL_CHARS_MAX), line(b, CELL_CHARS_MAX));
        if short.0 != short.1 || a == b {
            return short;
        }
        let (a, b) = (line(a, COMPARED_CHARS_MAX), line(b, COMPARED_CHARS_MAX));
        if a != b {
            return from_where_they_differ(&a, &b);
        }
    }
    let same = a.as_ref().map_or(String::new(), |value| value.line(CELL_CHARS_MAX));
    (same.clone(), same)
}

fn from_where_they_differ(a: &str, b: &str) -> (String, String) {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let from = |text: &str| {
        let rest = text.chars().skip(same.saturating_sub(BEFORE_CHARS));
        cut(&std::iter::once('…').chain(rest).collect::<String>())
    };
    (from(a), from(b))
}

fn rest(text: &mut String, shown: usize, all: u64, what: &str) {
    let more = all.saturating_sub(shown as u64);
    if more > 0 {
        let _ = writeln!(text, "  … {} more: `--all` shows them", count(more, what));
    }
}

fn indented(text: &mut String, lines: &str) {
    for line in lines.lines() {
        let _ = writeln!(text, "{}", format!("  {line}").trim_end());
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(CELL_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    //! Cells of long values that begin alike.

    use super::*;

    #[test]
    fn long_values_are_shown_from_where_they_differ() {
        let list = |last: u32| {
            let numbers = (0..1_000).chain([last]).map(rmpv::Value::from);
            Some(Value::new(numbers.collect::<Vec<_>>()))
        };
        let (a, b) = pair(&list(7), &list(8));
        assert_eq!((&*a, &*b), ("…8, 999, 7]", "…8, 999, 8]"));
        let (a, b) = pair(&list(7), &list(7));
        assert_eq!((&a, a.chars().count()), (&b, CELL_CHARS_MAX));
        let (a, b) = pair(&list(7), &None);
        assert!(a.starts_with("[0, 1, 2, ") && b.is_empty(), "{a}");
    }

    #[test]
    fn floats_have_the_digits_that_tell_them_apart() {
        let float = |number: f64| Some(Value::new(number));
        let (a, b) = pair(&float(0.6097357940076538), &float(1.6240476906091792e22));
        assert_eq!((&*a, &*b), ("0.609736", "1.62405e22"));
        let (a, b) = pair(&float(0.6097357940076538), &float(0.6097357940076539));
        assert_eq!((&*a, &*b), ("0.6097357940076538", "0.6097357940076539"));
        let (a, b) = pair(&float(2.0), &float(f64::NAN));
        assert_eq!((&*a, &*b), ("2.0", "NaN"));
        let (a, b) = pair(&float(123456789.0), &Some(Value::new(-0.1_f32)));
        assert_eq!((&*a, &*b), ("123456789.0", "-0.1"));
    }
}
