//! Which calls a backtrace shows.

use super::*;

#[test]
fn calls_around_the_programs_own_are_left_out() {
    let text = "   0: thinking_runtime::logging::panics::write\n             at ./panics.rs:33:21\n   \
                1: std::sys::backtrace::__rust_end_short_backtrace::<…>\n             at ./a.rs:1:2\n   \
                2: core::panicking::panic_fmt\n   3: program::main\n             at ./main.rs:4:5\n   \
                4: std::sys::backtrace::__rust_begin_short_backtrace\n             at ./a.rs:6:7\n   \
                5: main\n";
    assert_eq!(
        shortened(text),
        "   2: core::panicking::panic_fmt\n   3: program::main\n             at ./main.rs:4:5\n"
    );
}

#[test]
fn a_backtrace_without_the_marks_stays_whole() {
    for text in ["", "   0: a\n             at ./a.rs:1:2\n   1: b\n", "disabled backtrace"] {
        assert_eq!(shortened(text), text);
    }
}
