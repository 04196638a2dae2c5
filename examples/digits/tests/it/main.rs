//! The program as its user meets it: started, killed, continued, misconfigured.
//!
//! Each test has a root of its own, with copies of the facet files and of the digits.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod changes;
mod damage;
mod guide;
mod jail;
mod kill;
mod mistakes;
mod neighbours;
mod random;
mod reading;
mod schemas;
mod session;
mod settings;
mod signals;
mod store;
mod undisturbed;
mod upkeep;
