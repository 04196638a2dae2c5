//! Services that a provider of nject hands out.

use std::hint::black_box;
use std::sync::Arc;

use nject::{injectable, provider};

trait Service: Send + Sync {
    fn number(&self) -> u32;
}

#[injectable]
struct Real;

impl Service for Real {
    fn number(&self) -> u32 {
        black_box(7)
    }
}

struct A;
struct B;
struct C;

#[injectable]
#[allow(dead_code, reason = "it is only made")]
struct Job {
    a: Arc<A>,
    b: Arc<B>,
    c: Arc<C>,
}

#[provider]
#[provide(Arc<Job>, |job: Job| Arc::new(job))]
struct Everything {
    #[provide(Arc<dyn Service>, |service| service.clone())]
    service: Arc<Real>,
    #[provide(Arc<A>, |a| a.clone())]
    a: Arc<A>,
    #[provide(Arc<B>, |b| b.clone())]
    b: Arc<B>,
    #[provide(Arc<C>, |c| c.clone())]
    c: Arc<C>,
}

fn main() {
    harness::run(|| {
        let provider = black_box(Everything {
            service: Arc::new(Real),
            a: Arc::new(A),
            b: Arc::new(B),
            c: Arc::new(C),
        });
        assert_eq!(provider.provide::<Arc<dyn Service>>().number(), 7);
        harness::thousand("look-up", || provider.provide::<Arc<dyn Service>>());
        harness::thousand("transient", || provider.provide::<Arc<Job>>());
    });
}
