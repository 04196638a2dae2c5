//! The rows of a line of history in the order of their positions.

use std::ops::Bound;
use std::rc::Rc;

use super::Lineage;
use super::lineage::Segment;
use crate::error::StoreError;
use crate::keys;
use crate::storage::{Rows, Snapshot, Space};

/// The rows of one kind along a line, from a position on. Reads on from row to row, which costs
/// much less than a look-up for each.
pub(crate) struct Line {
    snapshot: Rc<dyn Snapshot>,
    space: Space,
    /// What is left to read, the last first.
    segments: Vec<Segment>,
    rows: Option<Box<dyn Rows>>,
}

impl Line {
    pub(crate) fn new(
        snapshot: Rc<dyn Snapshot>,
        space: Space,
        lineage: &Lineage,
        from: u64,
    ) -> Line {
        let mut segments = lineage.segments.clone();
        segments.retain(|segment| segment.below > from);
        if let Some(first) = segments.last_mut() {
            first.from = first.from.max(from);
        }
        Line { snapshot, space, segments, rows: None }
    }

    fn row(&mut self) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        loop {
            if let Some((key, value)) = self.rows.as_mut().and_then(Iterator::next).transpose()? {
                let position = keys::last_u64(&key).unwrap_or_default();
                return Ok(Some((position, value)));
            }
            let Some(Segment { branch, from, below }) = self.segments.pop() else {
                return Ok(None);
            };
            let (from, to) = (keys::place(branch, from), keys::place(branch, below));
            let (from, to) = (Bound::Included(&*from), Bound::Excluded(&*to));
            self.rows = Some(self.snapshot.range(self.space, from, to)?);
        }
    }
}

impl Iterator for Line {
    type Item = Result<(u64, Vec<u8>), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.row().transpose()
    }
}
