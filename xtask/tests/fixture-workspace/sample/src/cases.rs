//! Unit tests of every kind.

mod attempts;
mod fixtures;
mod hostile;
mod logs;
mod outcomes;
mod plain;
mod resources;
mod rows;
mod stages;
