//! A service behind a trait, and an object with three services, by hand.

use std::hint::black_box;
use std::sync::Arc;

trait Service: Send + Sync {
    fn number(&self) -> u32;
}

struct Real;

impl Service for Real {
    fn number(&self) -> u32 {
        black_box(7)
    }
}

struct A;
struct B;
struct C;

#[allow(dead_code, reason = "it is only made")]
struct Job {
    a: Arc<A>,
    b: Arc<B>,
    c: Arc<C>,
}

fn main() {
    harness::run(|| {
        let service: Arc<dyn Service> = black_box(Arc::new(Real));
        assert_eq!(service.number(), 7);
        harness::thousand("look-up", || service.clone());

        let (a, b, c) = black_box((Arc::new(A), Arc::new(B), Arc::new(C)));
        harness::thousand("transient", || {
            Arc::new(Job { a: a.clone(), b: b.clone(), c: c.clone() })
        });
    });
}
