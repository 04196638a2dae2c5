//! The example and the guide that is written about it.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod guide;
