//! A group hands its defaults to the cases that it sees.

use thinking_tests::tests;

#[tests(tags("slow"))]
mod elsewhere;

#[tests(tags("slow"))]
fn function() {}

#[tests(timeout = "soon")]
mod wrong_option {}

#[tests(tags("slow"))]
mod outer {
    mod elsewhere;
}
