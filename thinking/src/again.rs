//! The program's command line once more, with other words: what a message offers to paste.

use std::ffi::OsStr;
use std::path::MAIN_SEPARATOR;

use thinking_executor::Divergence;

use crate::Arguments;

/// How a process was called: the program, and what of its command line does not say what happens
/// to changed steps.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Again {
    program: String,
    options: Vec<String>,
    arguments: Arguments,
}

impl Again {
    /// Takes a command line apart. `called` is its first word: a path is kept, as the program may
    /// not be found without.
    pub(crate) fn new(
        called: Option<&OsStr>,
        name: &str,
        options: &[(&str, Vec<String>)],
        arguments: Arguments,
    ) -> Again {
        let called = called.map(OsStr::to_string_lossy);
        let program = called.filter(|called| called.contains(MAIN_SEPARATOR));
        let options = options.iter().flat_map(|(name, values)| {
            values.iter().flat_map(move |value| [format!("--{name}"), value.clone()])
        });
        Again {
            program: program.map_or_else(|| name.to_owned(), |path| path.into_owned()),
            options: options.collect(),
            arguments,
        }
    }

    /// Leaves out the values of assignments to what is secret: what is printed may be kept.
    pub(crate) fn hiding(mut self, is_secret: impl Fn(&str, &str) -> bool) -> Again {
        for option in self.options.chunks_mut(2) {
            let [name, assignment] = option else { continue };
            let Some((key, _)) = assignment.split_once('=').filter(|_| *name == "--set") else {
                continue;
            };
            let mut parts = key.split('.');
            let facet = parts.next().unwrap_or_default();
            if is_secret(facet, parts.next().unwrap_or_default()) {
                *assignment = format!("{key}=…");
            }
        }
        self
    }

    /// Returns a line for a shell: the same with another command, and more options.
    pub(crate) fn line(&self, command: &str, more: &[&str]) -> String {
        let mut words = vec![self.program.as_str(), command];
        words.extend(self.options.iter().map(String::as_str));
        words.extend(more);
        let arguments: Vec<_> = self.arguments.iter().map(|word| word.to_string_lossy()).collect();
        if !arguments.is_empty() {
            words.push("--");
            words.extend(arguments.iter().map(|word| &**word));
        }
        joined(&words)
    }

    /// Returns a line for a shell that has nothing in common with this one but the program and the
    /// root.
    pub(crate) fn other(&self, command: &[&str]) -> String {
        let root = self.options.chunks(2).filter(|option| option[0] == "--root").flatten();
        let words = std::iter::once(self.program.as_str()).chain(command.iter().copied());
        joined(&words.chain(root.map(String::as_str)).collect::<Vec<_>>())
    }

    /// Says how to go on after a divergence.
    pub(crate) fn ways_on(&self, divergence: &Divergence) -> String {
        let path = divergence.path.as_str();
        let mut text = String::from("ways on:\n");
        let mut way = |line: String, what: &str| text += &format!("  {line}\n      {what}\n");
        way(self.line("run", &["--fork"]), "run them again on a new branch; the old one stays");
        if divergence.can_be_kept {
            let what = "vouch for the recorded result, and reuse it from now on";
            way(self.line("run", &["--keep", path]), what);
        }
        way(self.line("plan", &[]), "show what would run, and why");
        text + "  or restore what changed, and run again\n"
    }
}

fn joined(words: &[&str]) -> String {
    // Nobody can type a zero byte, which is what cannot be quoted.
    shlex::try_join(words.iter().copied()).unwrap_or_else(|_| words.join(" "))
}

#[cfg(test)]
mod tests {
    //! Lines that a shell reads as they were meant.

    use super::*;

    fn again(called: &str) -> Again {
        let options = [
            ("root", vec!["/srv/a b".to_owned()]),
            ("set", vec!["training.epochs=3".to_owned(), "name.text=it's".to_owned()]),
        ];
        let arguments = ["-8", "a b"].map(Into::into).into_iter().collect();
        Again::new(Some(OsStr::new(called)), "digits", &options, arguments)
    }

    #[test]
    fn words_are_quoted_where_a_shell_would_take_them_for_something_else() {
        assert_eq!(
            again("digits").line("run", &["--keep", "experiment/train/epoch[3]"]),
            "digits run --root '/srv/a b' --set 'training.epochs=3' --set \"name.text=it's\" \
             --keep 'experiment/train/epoch[3]' -- -8 'a b'"
        );
        let hidden = again("digits").hiding(|facet, key| (facet, key) == ("name", "text"));
        assert!(
            hidden.line("run", &[]).contains(" --set 'training.epochs=3' --set 'name.text=…' ")
        );
        assert_eq!(
            again("./target/digits").other(&["switch", "main"]),
            "./target/digits switch main --root '/srv/a b'"
        );
    }

    #[test]
    fn a_program_without_options_is_itself() {
        let again = Again::new(None, "digits", &[("set", Vec::new())], Arguments::default());
        assert_eq!(again.line("run", &["--fork"]), "digits run --fork");
    }
}
