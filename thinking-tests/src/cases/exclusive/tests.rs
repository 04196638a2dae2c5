//! Who has to wait for whom, with threads.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, TryRecvError};
use std::thread;

use super::*;

#[test]
fn cases_with_a_name_in_common_never_overlap() {
    static INSIDE: [AtomicU32; 3] = [const { AtomicU32::new(0) }; 3];
    // Each pair of names is taken in another order: with one lock after the other they would wait
    // for one another.
    const SETS: [(&[&str], &[usize]); 3] = [
        (&["exclusive-a", "exclusive-b"], &[0, 1]),
        (&["exclusive-b", "exclusive-c"], &[1, 2]),
        (&["exclusive-c", "exclusive-a"], &[2, 0]),
    ];
    thread::scope(|scope| {
        for (names, counters) in SETS {
            scope.spawn(move || {
                for _ in 0..500 {
                    let _taken = Exclusive::take(names);
                    for counter in counters {
                        assert_eq!(INSIDE[*counter].fetch_add(1, Ordering::SeqCst), 0);
                    }
                    thread::yield_now();
                    for counter in counters {
                        INSIDE[*counter].fetch_sub(1, Ordering::SeqCst);
                    }
                }
            });
        }
    });
}

#[test]
fn others_go_on_meanwhile() {
    let held = Exclusive::take(&["exclusive-held"]);
    assert!(Exclusive::take(&[]).is_none());
    drop(Exclusive::take(&["exclusive-other"]));
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let _taken = Exclusive::take(&["exclusive-other", "exclusive-held"]);
            sender.send(()).unwrap();
        });
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        // What a case holds it gives back also when it panics.
        let panicked = thread::Builder::new().spawn_scoped(scope, move || {
            let _held = held;
            std::panic::resume_unwind(Box::new("over"));
        });
        assert!(panicked.unwrap().join().is_err());
        receiver.recv().unwrap();
    });
}
