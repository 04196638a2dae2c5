//! Which worker ran each case, as far as their times tell.
//!
//! Neither libtest nor cargo-nextest's report says it. Cases that ran one after the other may have had
//! the same worker; so the fewest workers are told that explain all times.

use std::time::SystemTime;

use crate::report::SuiteReport;

/// Names the worker of each case whose time is known and whose worker is not.
pub(super) fn assign(suites: &mut [SuiteReport]) {
    let cases = suites.iter_mut().flat_map(|suite| &mut suite.cases);
    let mut timed: Vec<_> = cases
        .filter(|case| case.worker.is_none())
        .filter_map(|case| Some((case.started?, case.started? + case.duration?, case)))
        .collect();
    timed.sort_by_key(|(start, _, _)| *start);
    let mut free_at: Vec<SystemTime> = Vec::new();
    for (start, end, case) in timed {
        let lane = free_at.iter().position(|free| *free <= start).unwrap_or(free_at.len());
        match free_at.get_mut(lane) {
            Some(free) => *free = end,
            None => free_at.push(end),
        }
        case.worker = Some((lane + 1).to_string());
    }
}

#[cfg(test)]
mod tests {
    //! Workers that explain the times.

    use std::time::Duration;

    use super::*;
    use crate::report::{CaseReport, Outcome, SuiteKind};

    #[test]
    fn cases_at_the_same_time_have_different_workers() {
        let mut suites = [SuiteReport::new("s", "p", SuiteKind::Unit)];
        for (start, millis) in
            [(0, Some(10)), (5, Some(10)), (10, Some(1)), (12, Some(9)), (3, None)]
        {
            let mut case = CaseReport::new("a", Outcome::Passed);
            case.started = Some(SystemTime::UNIX_EPOCH + Duration::from_millis(start));
            case.duration = millis.map(Duration::from_millis);
            suites[0].cases.push(case);
        }
        assign(&mut suites);
        let workers: Vec<_> = suites[0].cases.iter().map(|case| case.worker.as_deref()).collect();
        assert_eq!(workers, [Some("1"), Some("2"), Some("1"), Some("1"), None]);
    }
}
