//! Fuzzes the loading of a facet.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::facet_file(bytes));
