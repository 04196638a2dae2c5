//! What is wrong with actions, and how they are performed.

use std::sync::atomic::{AtomicUsize, Ordering};

use expect_test::{Expect, expect};
use thinking_modules::Place;

use super::*;

const ACTION: ActionDefinition = ActionDefinition {
    name: "action",
    place: place(1),
    after: &[],
    before: &[],
    required: false,
    built_in: false,
    facets: &[],
    prepare: None,
    perform: |_| Ok(()),
};

const LOGGING: ActionDefinition =
    ActionDefinition { name: "logging", place: place(2), built_in: true, ..ACTION };

const fn place(line: u32) -> Place {
    Place { file: "src/main.rs", line, column: 1 }
}

fn arranged(actions: impl IntoIterator<Item = ActionDefinition>, disabled: &[&str]) -> Actions {
    let disabled: Vec<_> = disabled.iter().map(|name| (name.to_string(), super::OPTION)).collect();
    let leaked = actions.into_iter().map(|action| -> &'static _ { Box::leak(Box::new(action)) });
    Actions::arrange(leaked.collect(), &disabled)
}

fn runtime() -> Arc<Runtime> {
    let jail = crate::Jail::new(thinking_modules::main_module!()).set("kitchen.plates=3");
    Arc::new(jail.load())
}

fn check(actions: impl IntoIterator<Item = ActionDefinition>, disabled: &[&str], expected: Expect) {
    let actions = arranged(actions, disabled);
    let messages: Vec<_> = actions.mistakes().iter().map(ToString::to_string).collect();
    expected.assert_eq(&messages.join("\n\n"));
}

#[test]
fn neighbours_exist() {
    check(
        [
            LOGGING,
            ActionDefinition {
                name: "threads",
                after: &["loging"],
                before: &["nothing", "logging"],
                ..ACTION
            },
        ],
        &[],
        expect![[r#"
            error: action `threads` comes after the unknown action `loging`
            --> src/main.rs:1:1
             = declared here
             = note: known actions: logging, threads
             = help: did you mean `logging`?

            error: action `threads` comes before the unknown action `nothing`
            --> src/main.rs:1:1
             = declared here
             = note: known actions: logging, threads

            error: action `threads` comes before the built-in action `logging`
            --> src/main.rs:1:1
             = declared here
             = note: built-in actions come before all others
             = help: what has to be set earlier can be prepared: `prepare = …`"#]],
    );
}

#[test]
fn each_name_is_given_once() {
    let twin = ActionDefinition { place: place(7), ..ACTION };
    let own = ActionDefinition { name: "logging", place: place(9), ..ACTION };
    check(
        [ACTION, twin, LOGGING, own],
        &[],
        expect![[r#"
        error: 2 actions are called `action`
        --> src/main.rs:1:1
         = declared here
        ::: src/main.rs:7:1
         = declared here
         = help: give one another name: `#[action(name = "…")]`

        error: 2 actions are called `logging`
        --> src/main.rs:2:1
         = built in
        ::: src/main.rs:9:1
         = declared here
         = help: give one another name: `#[action(name = "…")]`"#]],
    );
}

#[test]
fn a_cycle_tells_each_of_its_links() {
    check(
        [
            ActionDefinition { name: "a", after: &["c"], place: place(3), ..ACTION },
            ActionDefinition {
                name: "b",
                after: &["a"],
                before: &["c"],
                place: place(5),
                ..ACTION
            },
            ActionDefinition { name: "c", place: place(7), ..ACTION },
            ActionDefinition { name: "d", after: &["d"], place: place(9), ..ACTION },
        ],
        &[],
        expect![[r#"
            error: the actions `b`, `c`, `a` wait for one another
            --> src/main.rs:5:1
             = `b` comes after `a`
            ::: src/main.rs:5:1
             = `b` comes before `c`
            ::: src/main.rs:3:1
             = `a` comes after `c`
             = help: remove one of these

            error: action `d` comes after itself
            --> src/main.rs:9:1
             = `d` comes after `d`
             = help: remove one of these"#]],
    );
}

#[test]
fn only_what_exists_and_is_not_required_can_be_disabled() {
    let required = ActionDefinition { name: "licence", required: true, ..ACTION };
    let actions = [LOGGING, ACTION, required];
    assert!(arranged(actions, &["logging", "action"]).mistakes().is_empty());
    check(
        actions,
        &["actoin", "licence"],
        expect![[r#"
            error: `--disable` names the unknown action `actoin`
             |
             = note: known actions: action, licence, logging
             = help: did you mean `action`?

            error: action `licence` is required and cannot be disabled
            --> src/main.rs:1:1
             = declared here
             = note: `--disable` names it"#]],
    );
    let entries = arranged(actions, &["licence", "action"]);
    let disabled = entries.entries().iter().filter(|entry| entry.disabled.is_some());
    assert_eq!(disabled.map(|entry| entry.definition.name).collect::<Vec<_>>(), ["action"]);
}

#[test]
fn what_goes_wrong_in_preparing_is_a_mistake() {
    #[derive(Debug, thiserror::Error)]
    #[error("no such host")]
    struct Inner;
    #[derive(Debug, thiserror::Error)]
    #[error("the licence server does not answer")]
    struct Outer(#[from] Inner);

    let runtime = runtime();
    let mut actions = arranged(
        [
            ActionDefinition { name: "a", prepare: Some(|_| Err(Outer(Inner).into())), ..ACTION },
            ActionDefinition { name: "b", prepare: Some(|_| panic!("no paper")), ..ACTION },
            ActionDefinition {
                name: "c",
                prepare: Some(|prepare| {
                    prepare.default("logs.level", "warn").default("logs", 3).default("lgos.x", 1);
                    prepare.default("logs.level", std::collections::BTreeMap::from([((), 1)]));
                    Ok(())
                }),
                ..ACTION
            },
        ],
        &[],
    );
    let prepared = actions.prepare(&Facts {
        main: runtime.main(),
        mode: runtime.mode(),
        root: runtime.root(),
        profiles: runtime.profiles(),
        session: runtime.session(),
        facets: &["logs"],
    });
    assert_eq!(prepared.defaults.len(), 1);
    let messages: Vec<_> = actions.mistakes().iter().map(ToString::to_string).collect();
    let messages = messages.join("\n\n");
    let places = messages.lines().map(|line| match line.split_once("tests.rs:") {
        Some((before, _)) => format!("{before}tests.rs:LINE:COLUMN\n"),
        None => format!("{line}\n"),
    });
    expect![[r#"
        error: action `a` cannot be prepared
        --> src/main.rs:1:1
         = declared here
         = note: the licence server does not answer
         = note: no such host

        error: action `b` cannot be prepared
        --> src/main.rs:1:1
         = declared here
         = note: panicked: no paper

        error: action `c` sets a default of `logs`, which is no key
        --> thinking-runtime/src/actions/tests.rs:LINE:COLUMN
         = set here
         = help: write `facet.key`

        error: action `c` sets a default of the unknown facet `lgos`
        --> thinking-runtime/src/actions/tests.rs:LINE:COLUMN
         = set here
         = note: known facets: logs
         = help: did you mean `logs`?

        error: action `c` sets a wrong default of `logs.level`
        --> thinking-runtime/src/actions/tests.rs:LINE:COLUMN
         = set here
         = note: unsupported type `unit` for key: must be `string`
    "#]]
    .assert_eq(&places.collect::<String>());
    let error = actions.perform(&runtime).unwrap_err();
    let ActionError::Mistakes { diagnostics } = error else { panic!("{error}") };
    assert_eq!(diagnostics.len(), 5);
}

#[test]
fn the_first_failure_ends_it_and_stays() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    fn count(_: &Arc<Runtime>) -> Result<(), BoxError> {
        CALLS.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
    let actions = arranged(
        [
            ActionDefinition { name: "a", perform: count, ..ACTION },
            ActionDefinition { name: "b", perform: |_| Err("no more ink".into()), ..ACTION },
            ActionDefinition { name: "c", perform: count, ..ACTION },
        ],
        &[],
    );
    let runtime = runtime();
    for _ in 0..2 {
        let error = actions.perform(&runtime).unwrap_err();
        assert_eq!(error.to_string(), "action `b` failed (src/main.rs:1:1)");
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.to_string(), "no more ink");
    }
    assert_eq!(CALLS.load(Ordering::Relaxed), 1);
}

#[test]
fn a_panic_is_an_error_of_the_action() {
    let panics = ActionDefinition { perform: |_| panic!("no more {}", "ink"), ..ACTION };
    let error = arranged([panics], &[]).perform(&runtime()).unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "panicked: no more ink");
}

#[test]
fn built_in_actions_are_performed_despite_mistakes_and_only_once() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let logging = ActionDefinition {
        perform: |_| {
            CALLS.fetch_add(1, Ordering::Relaxed);
            Ok(())
        },
        ..LOGGING
    };
    let fails = ActionDefinition { perform: |_| panic!("not to be called"), ..ACTION };
    let actions = arranged([fails, logging], &["unknown"]);
    let runtime = runtime();
    actions.perform_built_in(&runtime).unwrap();
    actions.perform_built_in(&runtime).unwrap();
    assert!(matches!(actions.perform(&runtime), Err(ActionError::Mistakes { .. })));
    assert_eq!(CALLS.load(Ordering::Relaxed), 1);
    let actions = arranged([fails, logging], &["logging", "action"]);
    actions.perform(&runtime).unwrap();
    assert_eq!(CALLS.load(Ordering::Relaxed), 1);
}

#[test]
fn threads_that_perform_at_once_wait_for_one_another() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let count = ActionDefinition {
        perform: |_| {
            CALLS.fetch_add(1, Ordering::Relaxed);
            Ok(())
        },
        ..ACTION
    };
    let (actions, runtime) = (arranged([count], &[]), runtime());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                actions.perform(&runtime).unwrap();
                assert_eq!(CALLS.load(Ordering::Relaxed), 1);
            });
        }
    });
}
