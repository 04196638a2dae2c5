//! Whether lines arrive, in order, and how long a flush waits.

use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;

/// Keeps lines, and takes one each time it is allowed to.
struct Slow {
    allowed: Receiver<()>,
    kept: Arc<Mutex<Vec<String>>>,
}

impl Destination for Slow {
    fn write_line(&mut self, line: &[u8]) -> bool {
        let allowed = self.allowed.recv().is_ok();
        self.kept.lock().unwrap().push(String::from_utf8(line.to_vec()).unwrap());
        allowed
    }
}

fn slow() -> (Slow, Sender<()>, Arc<Mutex<Vec<String>>>) {
    let (sender, allowed) = channel();
    let kept = Arc::new(Mutex::new(Vec::new()));
    (Slow { allowed, kept: kept.clone() }, sender, kept)
}

#[test]
fn a_flush_waits_for_all_lines_and_the_next_ones_arrive_too() {
    let (slow, sender, kept) = slow();
    let (mut lines, _guard) = Lines::new(slow);
    let journey = lines.journey();
    let mut wanted = Vec::new();
    for round in 0..3 {
        for n in 0..2 * WAITING_LINES_MAX {
            // More than fit into the queue, so those who log wait for the thread.
            sender.send(()).unwrap();
            lines.write_all(format!("{round} {n}").as_bytes()).unwrap();
            wanted.push(format!("{round} {n}"));
        }
        assert_eq!(journey.wait(), 0);
        assert_eq!(*kept.lock().unwrap(), wanted);
        assert!(!journey.is_failing());
    }
}

#[test]
fn a_flush_gives_up_on_a_silent_disk() {
    let (slow, sender, _) = slow();
    let (mut lines, _guard) = Lines::new(slow);
    for _ in 0..3 {
        lines.write_all(b"line").unwrap();
    }
    sender.send(()).unwrap();
    assert_eq!(lines.journey().wait(), 2);
    // The disk is gone for good: what it fails at is not waited for.
    drop(sender);
    assert_eq!(lines.journey().wait(), 0);
    assert!(lines.journey().is_failing());
}

#[test]
fn nothing_sent_is_nothing_to_wait_for() {
    let (slow, _sender, _) = slow();
    let (lines, _guard) = Lines::new(slow);
    assert_eq!(lines.journey().wait(), 0);
}
