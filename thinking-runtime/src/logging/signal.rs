//! SIGUSR1 has the levels of the log read again.

use std::{io, thread};

use signal_hook::consts::SIGUSR1;
use signal_hook::iterator::Signals;

use super::levels::Levels;

/// Reads the levels again at each signal, on a thread of its own.
///
/// # Errors
///
/// The operating system does not let the process listen; the signal ends it then.
pub(super) fn listen(levels: Levels) -> io::Result<()> {
    let mut signals = Signals::new([SIGUSR1])?;
    let listen = move || {
        signals.forever().for_each(|_| {
            // It logs what is wrong.
            let _ = levels.read_again();
        });
    };
    thread::Builder::new().name("log levels".to_owned()).spawn(listen).map(drop)
}
