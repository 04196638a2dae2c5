//! The name of a session: one process working.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Names a session `PREFIX_TIMESTAMP`: the program, when it started in UTC, and its process, as
/// two may start in one millisecond.
///
/// The name is valid for a file on every system, and the names of one program sort by time.
pub(crate) fn name(program: &str, started: Timestamp, process: u32) -> String {
    let valid = |c: char| if c.is_alphanumeric() || "-_".contains(c) { c } else { '-' };
    let program: String = program.chars().map(valid).collect();
    let time = started.to_zoned(TimeZone::UTC);
    let millisecond = time.millisecond();
    format!("{program}_{}-{millisecond:03}Z-{process}", time.strftime("%Y-%m-%dT%H-%M-%S"))
}

#[cfg(test)]
mod tests {
    //! What sessions are called.

    use super::*;

    #[test]
    fn a_session_is_called_after_program_time_and_process() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for (program, started, expected) in [
            ("digits", "2026-11-21T11:03:39.0071Z", "digits_2026-11-21T11-03-39-007Z-4711"),
            ("a/b: c.exe", "2026-01-02T03:04:05Z", "a-b--c-exe_2026-01-02T03-04-05-000Z-4711"),
            ("größe_2", "1999-12-31T23:59:59.9999Z", "größe_2_1999-12-31T23-59-59-999Z-4711"),
        ] {
            assert_eq!(name(program, at(started), 4711), expected);
        }
    }
}
