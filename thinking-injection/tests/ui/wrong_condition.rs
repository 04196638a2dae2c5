//! A condition on a setting names one key of a facet and a plain value.

extern crate thinking_injection as thinking;

#[thinking::component(when(facet(training = 3)))]
struct NoKey;

#[thinking::component(when(facet(training.optimizer. = "adam")))]
struct NoLastKey;

#[thinking::component(when(facet(training.rate = fast())))]
struct Call;

#[thinking::component(when(facet(training.rate = 'c')))]
struct Character;

#[thinking::component(when(facet(training.rate = 1, training.depth = 2)))]
struct Two;

#[thinking::component(when(facet = "training"))]
struct NoParentheses;

#[thinking::component(when(missing))]
struct NoType;

#[thinking::component(when(any()))]
struct NoneOfThem;

#[thinking::component(when(not(profile = "a", profile = "b")))]
struct NotTwo;

fn main() {
    let _ = (NoKey, NoLastKey, Call, Character, Two, NoParentheses, NoType, NoneOfThem, NotTwo);
}
