//! What a secret shows, and to whom.

use super::*;

#[test]
fn it_is_never_printed() {
    let secret = Secret::new("hunter2");
    assert_eq!(format!("{secret} {secret:?} {secret:#?}"), "(secret) (secret) (secret)");
}

#[test]
fn it_is_read_like_its_value_and_not_written() {
    let secret: Secret<Vec<u32>> = serde_json::from_str("[1, 2]").unwrap();
    assert_eq!(*secret.expose(), [1, 2]);
    let error = serde_json::to_string(&secret).unwrap_err();
    assert_eq!(error.to_string(), "a secret is not serialised");
}

#[test]
fn defaults_of_a_facet_hold_it_and_their_description_does_not() {
    let scope = scope::Scope::enter(std::path::Path::new("root"));
    assert_eq!(serde_json::to_string(&Secret::new(3)).unwrap(), "3");
    drop(scope);
    let scope = scope::Scope::describe();
    assert_eq!(serde_json::to_string(&Secret::new(3)).unwrap(), "null");
    drop(scope);
    assert!(serde_json::to_string(&Secret::new(3)).is_err());
}
