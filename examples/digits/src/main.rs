//! A resumable experiment: a small network learns handwritten digits.

#![allow(dead_code, unused_imports)]

mod dataset;
mod evaluation;
mod network;
mod optimizer;
mod report;
mod split;
mod standardise;
mod training;

fn main() {}
