//! Trees of files and the modules in them.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::scan::orphans;

/// Writes files, reads the crate whose root is the first, and lists its modules, each with file,
/// line and conditions; then what is wrong, and the files that belong to no module.
fn check(files: &[(&str, &str)], expected: Expect) {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    for (file, text) in files {
        let file = root.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let framework = ["thinking".to_owned()];
    let mut module = Module::root("my-crate", &root.join(files[0].0)).unwrap();
    let mut walk = Walk::new(&framework);
    walk.crate_root(&mut module);
    let mut listed = String::new();
    for module in module.pre_order() {
        let file = module.file.strip_prefix(root).unwrap().display();
        write!(listed, "{} {:?} {file}:{}", module.path, module.kind, module.line).unwrap();
        if !module.cfgs.is_empty() {
            write!(listed, " if {}", module.cfgs.join(" and ")).unwrap();
        }
        listed.push('\n');
        for item in &module.items {
            writeln!(listed, "  {} {}:{}", item.kind, item.name, item.line).unwrap();
        }
    }
    let orphans = orphans::find(&walk.directories, &walk.files);
    for finding in walk.findings.into_iter().chain(orphans) {
        writeln!(listed, "{}", finding.relative_to(root)).unwrap();
    }
    expected.assert_eq(&listed);
}

#[test]
fn files_and_directories_of_both_kinds() {
    check(
        &[
            ("src/lib.rs", "mod b;\nmod a;\nmod c { mod d; mod e { mod f; } }\n"),
            ("src/a.rs", "mod below;\n#[thinking::component]\nstruct A;\n"),
            ("src/a/below.rs", "mod r#type;"),
            ("src/a/below/type.rs", ""),
            ("src/b/mod.rs", "mod below;"),
            ("src/b/below.rs", "mod inline { mod last; }"),
            ("src/b/below/inline/last.rs", ""),
            ("src/c/d.rs", ""),
            ("src/c/e/f.rs", "#![cfg(unix)]"),
        ],
        expect![[r#"
            my_crate CrateRoot src/lib.rs:1
            my_crate::a File src/a.rs:1
              component A:2
            my_crate::a::below File src/a/below.rs:1
            my_crate::a::below::type File src/a/below/type.rs:1
            my_crate::b File src/b/mod.rs:1
            my_crate::b::below File src/b/below.rs:1
            my_crate::b::below::inline Inline src/b/below.rs:1
            my_crate::b::below::inline::last File src/b/below/inline/last.rs:1
            my_crate::c Inline src/lib.rs:3
            my_crate::c::d File src/c/d.rs:1
            my_crate::c::e Inline src/lib.rs:3
            my_crate::c::e::f File src/c/e/f.rs:1 if unix
        "#]],
    );
}

#[test]
fn paths_are_relative_to_the_file_or_the_inline_module() {
    check(
        &[
            ("src/lib.rs", "mod a;\n#[path = \"odd/named.rs\"]\nmod even;\n"),
            (
                "src/a.rs",
                "#[path = \"beside.rs\"] mod here;\nmod inline { #[path = \"deep.rs\"] mod deep; }\n\
                 #[path = \"threads\"] mod thread { mod local; }\n",
            ),
            ("src/beside.rs", "mod below;"),
            ("src/below.rs", ""),
            ("src/a/inline/deep.rs", ""),
            ("src/threads/local.rs", ""),
            ("src/odd/named.rs", "mod neighbour; #[path = \"../../shared/all.rs\"] mod shared;"),
            ("src/odd/neighbour.rs", ""),
            ("shared/all.rs", ""),
        ],
        expect![[r#"
            my_crate CrateRoot src/lib.rs:1
            my_crate::a File src/a.rs:1
            my_crate::a::here File src/beside.rs:1
            my_crate::a::here::below File src/below.rs:1
            my_crate::a::inline Inline src/a.rs:2
            my_crate::a::inline::deep File src/a/inline/deep.rs:1
            my_crate::a::thread Inline src/a.rs:3
            my_crate::a::thread::local File src/threads/local.rs:1
            my_crate::even File src/odd/named.rs:1
            my_crate::even::neighbour File src/odd/neighbour.rs:1
            my_crate::even::shared File shared/all.rs:1
        "#]],
    );
}

#[test]
fn conditions_choose_among_files() {
    check(
        &[
            (
                "src/lib.rs",
                "#[cfg(feature = \"gpu\")]\nmod gpu;\n#[cfg_attr(unix, path = \"unix.rs\")]\n\
                 #[cfg_attr(windows, path = \"windows.rs\")]\nmod platform;\n\
                 #[cfg_attr(test, path = \"fake.rs\")]\nmod real;\n#[cfg(test)]\nmod tests;\n",
            ),
            ("src/gpu.rs", "#[thinking::component] struct Gpu;"),
            ("src/unix.rs", ""),
            ("src/windows.rs", ""),
            ("src/real.rs", ""),
            ("src/fake.rs", ""),
            ("src/tests.rs", ""),
        ],
        expect![[r#"
            my_crate CrateRoot src/lib.rs:1
            my_crate::gpu File src/gpu.rs:1 if feature = "gpu"
              component Gpu:1
            my_crate::platform File src/unix.rs:1 if unix
            my_crate::platform File src/windows.rs:1 if windows
            my_crate::real File src/fake.rs:1 if test
            my_crate::real File src/real.rs:1 if not(any(test))
            my_crate::tests File src/tests.rs:1 if test
        "#]],
    );
}

#[test]
fn what_is_wrong_with_files_stops_nothing() {
    check(
        &[
            (
                "src/lib.rs",
                "mod absent;\nmod broken;\nmod two;\nmod circular;\n\
                 #[cfg(windows)]\n#[path = \"nowhere.rs\"]\nmod elsewhere;\nmod whole;\n",
            ),
            ("src/broken.rs", "fn a() {}\nfn b( {}\n"),
            ("src/two.rs", ""),
            ("src/two/mod.rs", ""),
            ("src/circular.rs", "\n#[path = \"lib.rs\"] mod again;"),
            ("src/whole.rs", "#[thinking::stage]\nfn all() {}"),
        ],
        expect![[r#"
            my_crate CrateRoot src/lib.rs:1
            my_crate::broken File src/broken.rs:1
            my_crate::circular File src/circular.rs:1
            my_crate::two File src/two.rs:1
            my_crate::whole File src/whole.rs:1
              stage all:1
            src/lib.rs:1: the file of module `my_crate::absent` is missing; looked for `src/absent.rs`, `src/absent/mod.rs`
            src/broken.rs:2: this file does not parse at column 5: unbalanced brackets, or no token of Rust
            src/lib.rs:3: module `my_crate::two` has two files: `src/two.rs` and `src/two/mod.rs`; remove one
            src/circular.rs:2: module `my_crate::circular::again` is declared inside the file that it names
            src/lib.rs:7: the file of module `my_crate::elsewhere` is missing; looked for `src/nowhere.rs`
        "#]],
    );
    check(
        &[("src/lib.rs", "struct {")],
        expect![[r#"
            my_crate CrateRoot src/lib.rs:1
            src/lib.rs:1: this file does not parse at column 8: unbalanced brackets, or no token of Rust
        "#]],
    );
}

#[test]
fn files_that_no_mod_declares_are_orphans() {
    check(
        &[
            ("src/lib.rs", "mod a; mod inline { mod b; }\ninclude!(\"included.rs\");"),
            ("src/a.rs", "const TEXT: &str = include_str!(\"a/text.rs\");"),
            ("src/a/text.rs", ""),
            ("src/a/forgotten.rs", ""),
            ("src/inline/b.rs", ""),
            ("src/inline/c.rs", ""),
            ("src/included.rs", ""),
            ("src/lost.rs", "mod below;"),
            ("src/lost/below.rs", ""),
            ("src/old/mod.rs", ""),
            // No directory of a module.
            ("src/assets/input.rs", ""),
            ("src/notes.txt", ""),
        ],
        expect![[r#"
            my_crate CrateRoot src/lib.rs:1
            my_crate::a File src/a.rs:1
            my_crate::inline Inline src/lib.rs:1
            my_crate::inline::b File src/inline/b.rs:1
            src/lost.rs:1: no `mod` declares this file, so nothing in it is compiled; declare it or remove it
            src/old/mod.rs:1: no `mod` declares this file, so nothing in it is compiled; declare it or remove it
            src/a/forgotten.rs:1: no `mod` declares this file, so nothing in it is compiled; declare it or remove it
            src/inline/c.rs:1: no `mod` declares this file, so nothing in it is compiled; declare it or remove it
        "#]],
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_is_no_text_is_a_finding() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("lib.rs");
    fs::write(&file, [0xff]).unwrap();
    let mut walk = Walk::new(&[]);
    walk.crate_root(&mut Module::root("a", &file).unwrap());
    let [finding] = &walk.findings[..] else { panic!("{:?}", walk.findings) };
    let expected = "lib.rs:1: this file cannot be read: stream did not contain valid UTF-8";
    assert_eq!(finding.clone().relative_to(directory.path()).to_string(), expected);
}
