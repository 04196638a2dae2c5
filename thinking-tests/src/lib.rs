//! A test front end with injected cases and reports
