//! When the runtime is made, and how a thread waits.

use super::*;
use crate::{Component, Container};

/// Its value says whether it asked for the runtime.
fn asking(asks: bool) -> Component {
    let component = Component::builder("app::asking", thinking_modules::here!(), move |resolver| {
        if asks {
            resolver.resolve::<Handle>(None)?;
        }
        Ok(asks)
    });
    component.build()
}

#[test]
fn there_is_a_runtime_only_if_somebody_asks_for_it() {
    for asks in [false, true] {
        let container = Container::builder().component(asking(asks)).build().unwrap();
        assert_eq!(container.inner().unwrap().tokio.get().is_some(), asks);
    }
}

/// What the future does on this thread, such as to wait for a channel, takes the token that its
/// waker gave the thread.
#[test]
fn a_future_that_parks_its_thread_after_it_was_woken_is_polled_again() {
    let mut polls = 0;
    let future = std::future::poll_fn(|context| {
        polls += 1;
        if polls < 3 {
            context.waker().wake_by_ref();
            thread::park();
            return Poll::Pending;
        }
        Poll::Ready(polls)
    });
    assert_eq!(wait_for(future, None), 3);
}
