//! Signals by their names.

use serde::{Deserialize, Serialize};
use signal_hook::consts::FORBIDDEN;
use signal_hook::low_level::signal_name;
use thiserror::Error;

/// Signals have small numbers everywhere.
const NUMBER_MAX: i32 = 64;

/// A signal that a process can be told to listen to, such as `SIGUSR2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SignalName {
    number: i32,
}

/// Why a text names no signal that can be listened to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignalNameError {
    /// No signal has the name.
    #[error("`{name}` is no signal: expected a name such as `SIGUSR2` or `SIGHUP`")]
    Unknown {
        /// The name.
        name: String,
    },
    /// A process cannot go on after it, or does not get it.
    #[error("`{name}` cannot be listened to")]
    Forbidden {
        /// The name.
        name: String,
    },
}

impl SignalName {
    /// Returns the signal's number on this system.
    pub fn number(self) -> i32 {
        self.number
    }
}

impl TryFrom<String> for SignalName {
    type Error = SignalNameError;

    fn try_from(name: String) -> Result<SignalName, SignalNameError> {
        match (1..=NUMBER_MAX).find(|number| signal_name(*number) == Some(&name)) {
            Some(number) if FORBIDDEN.contains(&number) => Err(SignalNameError::Forbidden { name }),
            Some(number) => Ok(SignalName { number }),
            None => Err(SignalNameError::Unknown { name }),
        }
    }
}

impl From<SignalName> for String {
    fn from(name: SignalName) -> String {
        signal_name(name.number).unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    //! Names that are signals, and names that are none.

    use signal_hook::consts::SIGUSR2;

    use super::*;

    fn parsed(name: &str) -> Result<SignalName, String> {
        SignalName::try_from(name.to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_is_a_number_and_back() {
        let name = parsed("SIGUSR2").unwrap();
        assert_eq!(name.number(), SIGUSR2);
        assert_eq!(String::from(name), "SIGUSR2");
    }

    #[test]
    fn what_is_no_signal_or_cannot_be_heard_is_refused() {
        let no_signal = "is no signal: expected a name such as `SIGUSR2` or `SIGHUP`";
        for name in ["USR2", "sigusr2", "12", ""] {
            assert_eq!(parsed(name).unwrap_err(), format!("`{name}` {no_signal}"));
        }
        for name in ["SIGKILL", "SIGSTOP", "SIGSEGV"] {
            assert_eq!(parsed(name).unwrap_err(), format!("`{name}` cannot be listened to"));
        }
    }
}
