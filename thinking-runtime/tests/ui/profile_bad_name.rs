//! A profile's name fits into a file name and a list.

extern crate thinking_runtime as thinking;

thinking::profile! { "a.b" }

thinking::profile! { "": present("X") }

fn main() {}
