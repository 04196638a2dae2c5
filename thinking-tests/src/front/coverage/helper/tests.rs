//! What is instrumented, and who is called.

use super::*;

fn arguments(text: &str) -> Vec<OsString> {
    text.split(' ').map(OsString::from).collect()
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[test]
fn only_what_the_program_consists_of_is_instrumented() {
    for (text, expected) in [
        ("--crate-name demo src/lib.rs --crate-type lib", true),
        ("--crate-name demo src/main.rs --crate-type bin --test", true),
        ("--crate-name demo_macros src/lib.rs --crate-type proc-macro", false),
        ("--crate-name build_script_build build.rs --crate-type bin", false),
        ("-vV", false),
        ("- --crate-type bin --print=sysroot", false),
    ] {
        assert_eq!(is_instrumented(&arguments(text)), expected, "{text}");
    }
}

#[test]
fn a_wrapper_of_the_user_stays_in_between() {
    let call = |before: Option<&str>| {
        let command = wrapped_rustc(
            "rustc".into(),
            arguments("--crate-name demo src/lib.rs"),
            before.map(OsString::from),
        );
        line(&command)
    };
    let instrumented = "rustc --crate-name demo src/lib.rs -C instrument-coverage";
    assert_eq!(call(None), instrumented);
    assert_eq!(call(Some("")), instrumented);
    assert_eq!(call(Some("/a/thinking-rustc")), instrumented);
    assert_eq!(call(Some("/a/other")), format!("/a/other {instrumented}"));
}

#[test]
fn a_copy_is_made_once_and_again_when_the_program_is_newer() {
    let dir = tempfile::tempdir().unwrap();
    let (own, target) = (dir.path().join("own"), dir.path().join("target"));
    let copy = |from: &Path, to: &Path| fs::copy(from, to).map(drop);
    fs::write(&own, "one").unwrap();
    renew(&own, &target, copy).unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "one");
    fs::write(&target, "kept").unwrap();
    renew(&own, &target, copy).unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "kept");

    let later =
        fs::metadata(&target).unwrap().modified().unwrap() + std::time::Duration::from_secs(2);
    fs::write(&own, "two").unwrap();
    fs::File::options().write(true).open(&own).unwrap().set_modified(later).unwrap();
    renew(&own, &target, copy).unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "two");
}

#[test]
fn names_become_readable() {
    let mut text = Vec::new();
    demangled("_RNvCs1234_7mycrate3foo\nmain\n".as_bytes(), &mut text);
    assert_eq!(String::from_utf8(text).unwrap(), "mycrate::foo\nmain\n");
}
