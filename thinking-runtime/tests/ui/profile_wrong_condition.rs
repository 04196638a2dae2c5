//! There are three conditions.

extern crate thinking_runtime as thinking;

thinking::profile! { cluster: exists("SLURM_JOB_ID") }

thinking::profile! { local: equal("WHERE") }

thinking::profile! { gpu: present(3) }

fn main() {}
