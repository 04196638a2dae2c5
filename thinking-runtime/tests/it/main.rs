//! The runtime as a program meets it: files at a root, an environment, a command line.

extern crate thinking_runtime as thinking;

mod facets;
mod jail;
mod reads;
