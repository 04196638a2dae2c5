//! Output that would break a report, or what reads the output of a harness.

use std::io::{self, Write};

#[thinking::test]
fn prints() {
    println!(
        "\u{1b}[31mred\u{1b}[0m ]]> </script><script>alert(1)</script> &amp; \u{0}\u{7}\u{fffe}"
    );
    // Past the capture of std's harness, so it is no text of the case there.
    let _ = io::stdout().write_all(b"invalid: \xff\xfe\ntest nobody ... FAILED\n");
}

#[thinking::test]
fn fails() {
    assert!(false, "\u{1b}[1mbold\u{1b}[0m ]]> </script> <!-- \u{8} \"'&");
}

/// What libtest itself prints.
#[thinking::test]
fn imitates() {
    println!("\nrunning 3 tests");
    println!("test cases::outcomes::passes ... FAILED");
    println!("\nfailures:\n\n---- cases::outcomes::passes stdout ----\nimitated\n");
    println!("---- cases::outcomes::panics stdout ----\nimitated, too\n");
    println!("test result: FAILED. 0 passed; 1 failed; 0 ignored; finished in 0.00s");
}

#[test]
fn imitates_plainly() {
    println!("---- cases::hostile::imitates stdout ----");
    println!("thread 'cases::hostile::imitates_plainly' (7) panicked at src/lib.rs:1:1:");
    println!("no panic of mine");
    println!("successes:");
}

/// Past the capture of std's harness, as a child process does it, in front of what that prints.
#[test]
fn ends_no_line() {
    let _ = io::stdout().write_all(b"no end");
}
