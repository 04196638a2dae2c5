//! What holds for each test here, whatever it is about.

use std::fs;
use std::path::Path;

use thinking::prelude::*;
use thinking::tests::{Aspect, Case, Ending, Next, Stage};

/// Sees to it that programs which tests start keep their history in the test's own root, and leave
/// that of whoever works on the calculator alone.
#[component]
struct OwnHistory;

#[component]
impl Aspect for OwnHistory {
    fn around(&self, stage: Stage, case: &Case, next: Next<'_>) -> Ending {
        let history = Path::new(env!("CARGO_MANIFEST_DIR")).join("history.txt");
        let before = fs::read(&history).ok();
        let ending = next.run();
        match fs::read(&history).ok() == before {
            true => ending,
            false => ending.then(Ending::Failed(format!(
                "the {stage} of `{}` wrote `{}`: start programs in a `Jail`",
                case.name,
                history.display()
            ))),
        }
    }
}
