//! `kill -9`, again and again: nothing that was reported done is lost or done twice, and the end
//! is the same, byte for byte, as without.

use std::collections::BTreeSet;

use crate::jail::Jail;
use crate::random::{Moment, rng};
use crate::session::Ended;
use crate::store::Content;

const STORE: &str = ".thinking/digits.redb";

/// What the sessions of one run reported.
#[derive(Default)]
struct Reported(BTreeSet<String>);

impl Reported {
    /// Adds a session. A step that an earlier one reported must not be among its own.
    fn add(&mut self, ended: &Ended) {
        for path in ended.done() {
            assert!(self.0.insert(path.clone()), "`{path}` was done already: {}", ended.stderr);
        }
    }
}

/// `cargo xtask soak` counts.
#[expect(clippy::print_stdout, reason = "a number for who runs the test")]
fn report(kills: usize) {
    println!("kills: {kills}");
}

/// Both runs ended: they left the same report and the same store.
fn assert_same(a: &Jail, b: &Jail) {
    for file in ["report/report.md", "report/learning.svg"] {
        assert!(a.read(file) == b.read(file), "`{file}` differs");
    }
    Content::read(&a.path(STORE)).assert_same(&Content::read(&b.path(STORE)));
}

#[test]
fn killed_ten_times_while_it_trains() {
    const KILLS: usize = 10;
    let arguments = ["--set", "training.epochs=100"];
    let undisturbed = Jail::new();
    undisturbed.succeed(&arguments);

    let (jail, mut rng, mut reported) = (Jail::new(), rng(), Reported::default());
    let mut killed = 0;
    for _ in 0..KILLS {
        let moment = Moment::within(&mut rng, 4, 10_000_000);
        let mut session = jail.start(&arguments);
        moment.wait(&mut session);
        let ended = session.kill();
        killed += usize::from(ended.status.code().is_none());
        reported.add(&ended);
    }
    // On a machine that is very busy, the run may come to its end between two looks at it.
    assert!(killed > 0, "every kill came too late");
    report(killed);
    let last = jail.succeed(&arguments);
    reported.add(&last);
    assert_eq!(last.lines_with("`experiment` is done").len(), 1, "{}", last.stderr);
    assert_same(&jail, &undisturbed);
}

/// With so few steps, kills fall into the creation of the store, and between the last steps.
#[test]
fn killed_at_the_start_and_near_the_end() {
    let arguments = ["--set", "training.epochs=2"];
    let undisturbed = Jail::new();
    undisturbed.succeed(&arguments);

    let mut rng = rng();
    for _ in 0..3 {
        let (jail, mut reported) = (Jail::new(), Reported::default());
        for _ in 0..12 {
            let moment = Moment::within(&mut rng, 1, 20_000_000);
            let mut session = jail.start(&arguments);
            moment.wait(&mut session);
            reported.add(&session.kill());
        }
        reported.add(&jail.succeed(&arguments));
        assert_same(&jail, &undisturbed);
    }
}

/// redb refuses a file for ever if its process was killed between the file's first byte and its
/// first header. Stores are created under another name since then.
#[test]
fn killed_while_the_store_is_created() {
    let arguments = ["--set", "training.epochs=1"];
    let mut rng = rng();
    for _ in 0..10 {
        let jail = Jail::new();
        let moment = Moment::within(&mut rng, 0, 20_000_000);
        let mut session = jail.start(&arguments);
        moment.wait(&mut session);
        let ended = session.kill();
        jail.succeed(&["status"]);
        jail.succeed(&["tree"]);
        jail.succeed(&["verify"]);
        // Six steps, each done once. One is committed before it is told: where the kill fell in
        // between, as it did once, it was done without being told.
        let told = ended.done().len() + jail.succeed(&arguments).done().len();
        assert!((5..=6).contains(&told), "{told} steps at {moment:?}");
    }
}
