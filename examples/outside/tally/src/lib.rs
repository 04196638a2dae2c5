//! Counts words.

use std::collections::BTreeMap;

use thinking::prelude::*;

/// Decides what a word is.
#[interface]
pub trait Words: Send + Sync {
    /// Splits a text.
    fn of<'a>(&self, text: &'a str) -> Vec<&'a str>;
}

/// Words are what white space separates.
#[component(provides = dyn Words)]
pub struct Plain;

impl Words for Plain {
    fn of<'a>(&self, text: &'a str) -> Vec<&'a str> {
        text.split_whitespace().collect()
    }
}

/// Counts the words of texts.
#[component]
pub struct Tally {
    words: Arc<dyn Words>,
}

impl Tally {
    /// Counts how often each word stands in `text`.
    ///
    /// ```
    /// # use thinking::prelude::*;
    /// # fn main() -> Result<()> {
    /// # let root = std::env::temp_dir();
    /// let app = App::builder(thinking::main_module!()).root(&root);
    /// let counts = app.call(|tally: Arc<tally::Tally>| -> Result<usize> {
    ///     Ok(tally.count("to be or not to be")["be"])
    /// })?;
    /// assert_eq!(counts, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn count<'a>(&self, text: &'a str) -> BTreeMap<&'a str, usize> {
        let mut counts = BTreeMap::new();
        for word in self.words.of(text) {
            *counts.entry(word).or_default() += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[thinking::test]
    fn words_are_counted(tally: Arc<Tally>) {
        assert_eq!(tally.count("to be or not to be")["to"], 2);
    }

    #[thinking::test(tags("edge"))]
    fn nothing_has_no_words(tally: Arc<Tally>) {
        assert!(tally.count(" \n").is_empty());
    }
}
