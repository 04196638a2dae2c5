//! Lines of a file or of another program.

use std::io::{self, BufRead};

use calculator::cli::Lines;
use thinking::prelude::*;

/// The lines of standard input as they are.
pub(super) struct Piped;

impl Lines for Piped {
    fn next(&self) -> Result<Option<String>> {
        let mut line = Vec::new();
        if io::stdin().lock().read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        // What is no text is a mistake in this line, and none that ends the program.
        let line = String::from_utf8_lossy(&line);
        Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
    }

    fn are_typed(&self) -> bool {
        false
    }
}
