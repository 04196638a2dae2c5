//! What a case says may not go with what its group says.

use thinking_tests::tests;

#[tests(share, crate = thinking_tests)]
mod shared {
    #[thinking_tests::test(set(training.epochs = 3))]
    fn changed() {}

    #[thinking_tests::test(share = false, set(training.epochs = 3))]
    fn of_its_own() {}
}
