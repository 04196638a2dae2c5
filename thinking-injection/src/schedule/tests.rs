//! Schedules from values: every order in which those at work may come to an end.

use proptest::prelude::*;

use super::*;

/// What happens if those at work end in an order that `choices` pick.
#[derive(Debug, Default)]
struct Played {
    /// In the order in which they began, with whether on the thread that builds.
    begun: Vec<(usize, bool)>,
    done: Vec<usize>,
    first_failure: Option<usize>,
    /// The most that were at work at once.
    together: usize,
}

fn play(needs: &[Vec<usize>], parallel: &[bool], fails: &[bool], choices: &[u8]) -> Played {
    let mut schedule = Schedule::new(needs, parallel.to_vec());
    let mut played = Played::default();
    let mut at_work: Vec<usize> = Vec::new();
    let mut on_this_thread: Option<usize> = None;
    let mut choices = choices.iter().copied().cycle();
    loop {
        while let Some(position) = schedule.begin_parallel() {
            assert!(needs[position].iter().all(|need| played.done.contains(need)));
            played.begun.push((position, false));
            at_work.push(position);
        }
        if on_this_thread.is_none() {
            on_this_thread = schedule.begin_serial();
            if let Some(position) = on_this_thread {
                assert!(needs[position].iter().all(|need| played.done.contains(need)));
                played.begun.push((position, true));
            }
        }
        let all: Vec<_> = at_work.iter().copied().chain(on_this_thread).collect();
        played.together = played.together.max(all.len());
        if all.is_empty() {
            assert!(schedule.is_idle());
            return played;
        }
        let ends = all[choices.next().map_or(0, usize::from) % all.len()];
        at_work.retain(|position| *position != ends);
        on_this_thread = on_this_thread.filter(|position| *position != ends);
        match fails[ends] {
            true => {
                let is_first = played.first_failure.is_none_or(|first| ends < first);
                assert_eq!(schedule.failed(ends), is_first);
                played.first_failure = played.first_failure.into_iter().chain([ends]).min();
            }
            false => {
                schedule.done(ends);
                played.done.push(ends);
            }
        }
    }
}

/// 0 and 1 are parallel and 2 needs both; 3 needs nothing.
#[test]
fn what_is_parallel_begins_at_once_and_what_needs_it_later() {
    let needs = [vec![], vec![], vec![0, 1], vec![]];
    let played = play(&needs, &[true, true, false, false], &[false; 4], &[0]);
    assert_eq!(played.begun, [(0, false), (1, false), (2, true), (3, true)]);
    let played = play(&needs, &[true, true, true, false], &[false; 4], &[2, 0]);
    assert_eq!(played.begun, [(0, false), (1, false), (3, true), (2, false)]);
}

#[test]
fn after_a_failure_only_what_comes_before_it_begins() {
    // 3 fails while 0 is at work; 1 needs 0 and begins all the same, 4 needs nothing and does not.
    let needs = [vec![], vec![0], vec![], vec![], vec![]];
    let fails = [false, true, false, true, false];
    let played = play(&needs, &[true, false, false, true, false], &fails, &[1, 0]);
    assert_eq!(played.begun, [(0, false), (3, false), (1, true)]);
    assert_eq!(played.first_failure, Some(1));
}

fn graphs() -> impl Strategy<Value = (Vec<Vec<usize>>, Vec<bool>, Vec<bool>, Vec<u8>)> {
    (1..12_usize).prop_flat_map(|len| {
        let needs = proptest::collection::vec(proptest::collection::vec(0..len, 0..4), len);
        let needs = needs.prop_map(|needs| {
            let earlier = needs.into_iter().enumerate().map(|(position, needs)| {
                let needs: BTreeSet<_> = needs.into_iter().filter(|n| *n < position).collect();
                needs.into_iter().collect()
            });
            earlier.collect::<Vec<Vec<usize>>>()
        });
        let flags = |often: f64| proptest::collection::vec(proptest::bool::weighted(often), len);
        (needs, flags(0.5), flags(0.1), proptest::collection::vec(any::<u8>(), 1..20))
    })
}

proptest! {
    #[test]
    fn it_ends_as_one_after_the_other_does((needs, parallel, fails, choices) in graphs()) {
        let alone = play(&needs, &vec![false; needs.len()], &fails, &[0]);
        let played = play(&needs, &parallel, &fails, &choices);
        prop_assert_eq!(played.first_failure, alone.first_failure);
        prop_assert!(alone.together <= 1);
        // What one after the other does is done; without a failure that is everything.
        prop_assert!(alone.done.iter().all(|position| played.done.contains(position)));
        // Each began once, and where it should.
        for (at, (position, here)) in played.begun.iter().enumerate() {
            prop_assert!(!played.begun[..at].iter().any(|(before, _)| before == position));
            prop_assert_eq!(*here, !parallel[*position]);
        }
        let serial: Vec<_> = played.begun.iter().filter(|(_, here)| *here).collect();
        prop_assert!(serial.is_sorted());
    }
}
