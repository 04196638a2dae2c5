//! The exit codes of a program, which scripts and schedulers may rely on.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | a task, a bootstrap action, or `main`, failed |
//! | 2 | wrong command line |
//! | 3 | a recorded result no longer fits the program, and the policy is to ask |
//! | 69 | a database, such as the store, is in use by another process |
//! | 75 | to be continued: a task or `main` said so, or a signal that `executor.toml` names; run again later |
//! | 78 | wrong configuration or wiring; nothing was started |
//! | 130, 143 | interrupted by SIGINT, SIGTERM; run again to go on |

/// Everything was done.
pub const DONE: u8 = 0;
/// A task, a bootstrap action, or `main` itself, failed.
pub const FAILED: u8 = 1;
/// The command line was wrong.
pub const USAGE: u8 = 2;
/// A recorded result no longer fits the program, and the policy is to ask.
pub const DIVERGED: u8 = 3;
/// A database, such as the store, is in use by another process.
pub const UNAVAILABLE: u8 = 69;
/// The program ended in order and wants to be continued later: a task said so, or one of the signals
/// came that `executor.toml` names. A `main` that returns an `ExitCode` may give it, too.
pub const TO_BE_CONTINUED: u8 = 75;
/// Configuration or wiring is wrong; nothing was started.
pub const CONFIGURATION: u8 = 78;
/// What a shell adds to a signal's number: SIGINT gives 130, SIGTERM 143.
pub const SIGNAL_BASE: u8 = 128;
