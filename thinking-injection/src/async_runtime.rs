//! The runtime of tokio that a container owns, and the wait of a thread for a future.

use std::cell::Cell;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task;

/// How long a thread of another runtime waits before it polls a future that nobody woke.
const ASK_AGAIN: Duration = Duration::from_millis(1);

thread_local! {
    /// Whether this thread belongs to a container's runtime.
    static IS_WORKER: Cell<bool> = const { Cell::new(false) };
}

/// A runtime with several threads. When it is dropped, nobody waits for its tasks, so that it may be
/// dropped anywhere, in a task too.
pub(crate) struct AsyncRuntime {
    /// There until it is dropped.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl AsyncRuntime {
    pub(crate) fn new() -> io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        let builder = builder.enable_all().thread_name("tokio");
        let runtime = builder.on_thread_start(|| IS_WORKER.set(true)).build()?;
        Ok(AsyncRuntime { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Runs `future` on this thread to its end.
    ///
    /// Tokio's own `block_on` refuses threads that belong to a runtime, such as that of a test, or
    /// of the program's own `async fn main`. Here another thread drives timers and sockets, so any
    /// thread may wait; only a worker of this runtime must hand over its other work before.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        // In a task, tokio would take its share of time from that task, which cannot yield here.
        let future = task::unconstrained(future);
        // What yields is woken by the scheduler of its thread when that has nothing else to do. One
        // that waits here never comes to it, so the future is asked again without being woken.
        let foreign = !IS_WORKER.get() && Handle::try_current().is_ok();
        let ask_again = foreign.then_some(ASK_AGAIN);
        let run = || {
            let _entered = self.handle.enter();
            wait_for(future, ask_again)
        };
        match IS_WORKER.get() {
            true => task::block_in_place(run),
            false => run(),
        }
    }
}

impl Drop for AsyncRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Polls `future` on this thread, which sleeps in between until it is woken, or for a time.
fn wait_for<F: Future>(future: F, at_most: Option<Duration>) -> F::Output {
    let signal = Arc::new(Signal { thread: thread::current(), woken: AtomicBool::new(false) });
    let waker = Waker::from(signal.clone());
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        while !signal.woken.swap(false, Ordering::Acquire) {
            match at_most {
                None => thread::park(),
                Some(time) => {
                    thread::park_timeout(time);
                    break;
                }
            }
        }
    }
}

/// Wakes a thread. What is polled may park the thread itself, as channels do and a wait inside of
/// this one, and swallow the token of `unpark`; so that is not what tells whether to go on.
struct Signal {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

#[cfg(test)]
mod tests;
