//! The words of the command line that are left to the program.
//!
//! clap takes each word that begins with `-` for options, except for plain negative numbers, and
//! either leaves that to the first word, or takes everything after it as it comes. Here `-8 6 +` is
//! a word of the program, and yet `--profil` is a mistake, wherever either stands. So such words
//! are given to clap behind a mark, which is taken off again when they are read.

use std::ffi::OsString;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Arg, ArgMatches, Command};

use crate::Arguments;

const NAME: &str = "arguments";
/// A character without width, as it can come into a message of clap's.
const MARK: char = '\u{2060}';

/// Describes them to clap.
pub(super) fn argument() -> Arg {
    Arg::new(NAME)
        .value_name("ARGUMENTS")
        .num_args(0..)
        .value_parser(OsStringValueParser::new().map(without_mark))
        .help("What the program gets; after `--`, words that look like options or commands, too")
}

/// Marks the words that clap would take for options, and those that look marked already.
pub(super) fn marked(command: &Command, words: Vec<OsString>) -> Vec<OsString> {
    let mut ended = false;
    let mut is_value = false;
    let words = words.into_iter().enumerate().map(|(index, word)| {
        ended |= word == "--";
        let is_word = index > 0 && !is_value;
        is_value = !ended && !is_value && takes_value(command, &word);
        match word.to_str().filter(|_| is_word) {
            Some(text) if text.starts_with(MARK) || (!ended && is_no_option(text)) => {
                format!("{MARK}{text}").into()
            }
            _ => word,
        }
    });
    words.collect()
}

/// Returns them as they were given.
pub(super) fn given(matches: &ArgMatches) -> Arguments {
    let words = matches.try_get_many::<OsString>(NAME).ok().flatten();
    words.into_iter().flatten().cloned().collect()
}

fn without_mark(word: OsString) -> OsString {
    match word.to_str().and_then(|text| text.strip_prefix(MARK)) {
        Some(text) => text.into(),
        None => word,
    }
}

/// Tells whether a word begins with `-` and yet as no option does, with a letter.
fn is_no_option(text: &str) -> bool {
    let after = text.strip_prefix('-').and_then(|rest| rest.chars().next());
    after.is_some_and(|after| after != '-' && !after.is_alphabetic())
}

/// Tells whether the word after `word` is the value of an option.
fn takes_value(command: &Command, word: &OsString) -> bool {
    let Some(name) = word.to_str().and_then(|text| text.strip_prefix("--")) else { return false };
    command
        .get_arguments()
        .any(|option| option.get_long() == Some(name) && option.get_action().takes_values())
}
