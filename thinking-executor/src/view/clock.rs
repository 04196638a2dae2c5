//! Moments as people read them: where they are, and how long ago.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The moment and the time zone of who reads.
#[derive(Debug, Clone)]
pub struct WallClock {
    /// Now.
    pub now: Timestamp,
    /// Where.
    pub zone: TimeZone,
}

impl WallClock {
    /// Returns the moment and the time zone of this machine.
    pub fn system() -> WallClock {
        WallClock { now: Timestamp::now(), zone: TimeZone::system() }
    }

    /// Writes a moment: `2026-03-14 15:09:26 CET (2h ago)`.
    pub fn describe(&self, at: Timestamp) -> String {
        format!("{} ({})", self.moment(at), self.ago(at))
    }

    /// Writes a moment to the second: `2026-03-14 15:09:26 CET`.
    pub fn moment(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
    }

    /// Writes how long ago a moment was, to one unit.
    pub fn ago(&self, at: Timestamp) -> String {
        let seconds = self.now.duration_since(at).as_secs();
        let (count, unit) = match seconds.unsigned_abs() {
            s if s < 60 => (s, "s"),
            s if s < 60 * 60 => (s / 60, "m"),
            s if s < 48 * 60 * 60 => (s / (60 * 60), "h"),
            s => (s / (24 * 60 * 60), "d"),
        };
        match seconds {
            // Clocks of two machines differ.
            ..0 => format!("in {count}{unit}"),
            _ => format!("{count}{unit} ago"),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Units, and moments in zones.

    use super::*;

    #[test]
    fn moments_are_where_the_reader_is() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let clock = WallClock { now, zone: TimeZone::fixed(jiff::tz::offset(2)) };
        for (before, text) in [
            (0, "2023-11-15 00:13:20 +02 (0s ago)"),
            (59, "2023-11-15 00:12:21 +02 (59s ago)"),
            (60, "2023-11-15 00:12:20 +02 (1m ago)"),
            (7_199, "2023-11-14 22:13:21 +02 (1h ago)"),
            (172_799, "2023-11-13 00:13:21 +02 (47h ago)"),
            (172_800, "2023-11-13 00:13:20 +02 (2d ago)"),
            (-5, "2023-11-15 00:13:25 +02 (in 5s)"),
        ] {
            let at = Timestamp::from_second(1_700_000_000 - before).unwrap();
            assert_eq!(clock.describe(at), text);
        }
    }
}
