//! A persistent executor for trees of stages and steps
