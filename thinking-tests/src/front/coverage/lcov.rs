//! The format of `lcov.info`, as LLVM writes it: read, and written with paths below the root.
//!
//! The format is described in `geninfo(1)`; of its records only those are read that the report
//! needs, and all are kept.

use std::fmt::Write;

/// What the records of one source file say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Section {
    /// The path, as in the record `SF`.
    pub(super) path: String,
    /// Line and how often it ran, from the records `DA`.
    pub(super) lines: Vec<(u32, u64)>,
    /// Every record but `SF`, a line each.
    records: String,
}

/// Reads all sections.
pub(super) fn parse(text: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut open = Section::default();
    for line in text.lines() {
        if let Some(path) = line.strip_prefix("SF:") {
            open.path = path.to_owned();
            continue;
        }
        if line == "end_of_record" {
            sections.push(std::mem::take(&mut open));
            continue;
        }
        if let Some(data) = line.strip_prefix("DA:") {
            let mut parts = data.split(',');
            let line = parts.next().and_then(|line| line.parse().ok());
            let count = parts.next().and_then(|count| count.parse().ok());
            open.lines.extend(line.zip(count));
        }
        open.records.push_str(line);
        open.records.push('\n');
    }
    sections
}

/// Writes a section under another path.
pub(super) fn write(section: &Section, path: &str, text: &mut String) {
    // A string takes everything.
    let _ = write!(text, "SF:{path}\n{}end_of_record\n", section.records);
}

#[cfg(test)]
mod tests {
    //! Reading and writing.

    use super::*;

    const TEXT: &str = "SF:/w/src/lib.rs\nFN:4,doc\nFNDA:1,doc\nFNF:1\nFNH:1\nDA:4,1\nDA:6,0\n\
        DA:7,18446744073709551615\nBRF:0\nBRH:0\nLF:3\nLH:2\nend_of_record\n\
        SF:/w/src/a,b.rs\nDA:odd,1\nDA:3\nend_of_record\n";

    #[test]
    fn lines_and_paths_are_read() {
        let sections = parse(TEXT);
        assert_eq!(sections[0].path, "/w/src/lib.rs");
        assert_eq!(sections[0].lines, [(4, 1), (6, 0), (7, u64::MAX)]);
        assert_eq!((sections[1].path.as_str(), sections[1].lines.len()), ("/w/src/a,b.rs", 0));
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        let mut text = String::new();
        for section in parse(TEXT) {
            write(&section, &section.path, &mut text);
        }
        assert_eq!(text, TEXT);
    }
}
