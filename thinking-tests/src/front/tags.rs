//! A filter by tags: which cases it selects, and what is wrong with one that is not understood.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use thinking_runtime::nearest;
use thiserror::Error;

/// How deep parentheses and `!` may be nested; each level is a call of the parser.
const MAX_DEPTH: usize = 100;

/// Selects cases by their tags: `db & !slow`.
///
/// | written | selects |
/// |---|---|
/// | `db`, `"a tag"` | cases with this tag |
/// | `!a`, `not a` | what `a` does not select |
/// | `a & b`, `a and b` | what both select |
/// | `a \| b`, `a or b` | what one of them selects |
/// | `(a)` | what `a` selects |
///
/// `!` binds more tightly than `&`, and `&` more tightly than `|`. A tag without quotes is made of
/// letters, digits and `_-.:/`; `and`, `or` and `not` as tags need quotes. Cases that say nothing
/// of tags, as ordinary `#[test]`s and doctests, have none.
///
/// ```
/// use thinking_tests::front::TagFilter;
///
/// let filter: TagFilter = "db & !slow".parse()?;
/// assert!(filter.selects(&["db", "large"]));
/// assert!(!filter.selects(&["db", "slow"]));
///
/// let error = "db & | slow".parse::<TagFilter>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the tag filter has `|` where a tag, `!` or `(` is expected
///   db & | slow
///        ^"
/// );
/// # Ok::<(), thinking_tests::front::TagFilterError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagFilter {
    text: String,
    root: Node,
}

/// Why a text is no filter, or a filter not one for these cases.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TagFilterError {
    /// Something else is expected there.
    #[error("the tag filter has {found} where {expected} is expected{}", caret(.text, *.at))]
    Unexpected {
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: &'static str,
        /// The filter.
        text: String,
        /// Where, in bytes.
        at: usize,
    },

    /// A quote has no end.
    #[error("a quoted tag has no closing `\"`{}", caret(.text, *.at))]
    OpenQuote {
        /// The filter.
        text: String,
        /// Where the quote begins, in bytes.
        at: usize,
    },

    /// More than a hundred `(` and `!` inside of one another.
    #[error("the tag filter is nested too deeply; {MAX_DEPTH} levels are accepted")]
    TooDeep,

    /// No case has the tag.
    #[error(
        "no test has the tag `{tag}`{}{}{}",
        .near.as_ref().map_or(String::new(), |near| format!("; did you mean `{near}`?")),
        known_tags(.known),
        caret(.text, *.at)
    )]
    Unknown {
        /// The tag.
        tag: String,
        /// One that is spelled alike.
        near: Option<String>,
        /// All tags that there are.
        known: Vec<String>,
        /// The filter.
        text: String,
        /// Where, in bytes.
        at: usize,
    },
}

/// A part of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Tag { tag: String, at: usize },
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
}

impl TagFilter {
    /// Tells whether a case with these tags is selected.
    pub fn selects<T: AsRef<str>>(&self, tags: &[T]) -> bool {
        self.root.selects(&|tag| tags.iter().any(|other| other.as_ref() == tag))
    }

    /// Refuses a filter that names a tag which is not among `known`: it is spelled wrongly.
    pub(super) fn check(&self, known: &BTreeSet<&str>) -> Result<(), TagFilterError> {
        let Some((tag, at)) = self.root.find(&|tag| !known.contains(tag)) else {
            return Ok(());
        };
        Err(TagFilterError::Unknown {
            tag: tag.to_owned(),
            near: nearest(tag, known.iter().copied()).map(str::to_owned),
            known: known.iter().map(|tag| (*tag).to_owned()).collect(),
            text: self.text.clone(),
            at,
        })
    }
}

impl FromStr for TagFilter {
    type Err = TagFilterError;

    fn from_str(text: &str) -> Result<Self, TagFilterError> {
        let mut parser = Parser { text, at: 0, depth: 0 };
        let root = parser.any()?;
        match parser.next()? {
            (Token::End, _) => Ok(Self { text: text.to_owned(), root }),
            (token, at) => Err(parser.unexpected(&token, at, "`&`, `|` or the end")),
        }
    }
}

impl fmt::Display for TagFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Node {
    fn selects(&self, has: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Tag { tag, .. } => has(tag),
            Self::Not(inner) => !inner.selects(has),
            Self::All(parts) => parts.iter().all(|part| part.selects(has)),
            Self::Any(parts) => parts.iter().any(|part| part.selects(has)),
        }
    }

    /// Returns the first tag that `wanted` accepts, and its place.
    fn find(&self, wanted: &impl Fn(&str) -> bool) -> Option<(&str, usize)> {
        match self {
            Self::Tag { tag, at } => wanted(tag).then_some((tag.as_str(), *at)),
            Self::Not(inner) => inner.find(wanted),
            Self::All(parts) | Self::Any(parts) => parts.iter().find_map(|part| part.find(wanted)),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Tag(String),
    Not,
    And,
    Or,
    Open,
    Close,
    /// A character that means nothing here.
    Other(char),
    End,
}

/// Reads a filter from left to right, one function per level of binding.
struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Node, TagFilterError> {
        let mut parts = vec![self.all()?];
        while self.take(&Token::Or)? {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Node::Any))
    }

    fn all(&mut self) -> Result<Node, TagFilterError> {
        let mut parts = vec![self.operand()?];
        while self.take(&Token::And)? {
            parts.push(self.operand()?);
        }
        Ok(one_or(parts, Node::All))
    }

    fn operand(&mut self) -> Result<Node, TagFilterError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(TagFilterError::TooDeep);
        }
        let node = match self.next()? {
            (Token::Tag(tag), at) => Node::Tag { tag, at },
            (Token::Not, _) => Node::Not(Box::new(self.operand()?)),
            (Token::Open, _) => {
                let inner = self.any()?;
                match self.next()? {
                    (Token::Close, _) => inner,
                    (token, at) => return Err(self.unexpected(&token, at, "`&`, `|` or `)`")),
                }
            }
            (token, at) => return Err(self.unexpected(&token, at, "a tag, `!` or `(`")),
        };
        self.depth -= 1;
        Ok(node)
    }

    /// Takes the next token if it is this one.
    fn take(&mut self, wanted: &Token) -> Result<bool, TagFilterError> {
        let before = self.at;
        let (token, _) = self.next()?;
        if token != *wanted {
            self.at = before;
        }
        Ok(token == *wanted)
    }

    /// Takes the next token and says where it begins.
    fn next(&mut self) -> Result<(Token, usize), TagFilterError> {
        let rest = self.text[self.at..].trim_start();
        let at = self.text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            self.at = at;
            return Ok((Token::End, at));
        };
        let word = rest.find(|c: char| !is_of_tag(c)).unwrap_or(rest.len());
        let (token, length) = match first {
            '"' => {
                let inner = &rest[1..];
                let Some(end) = inner.find('"') else {
                    return Err(TagFilterError::OpenQuote { text: self.text.to_owned(), at });
                };
                (Token::Tag(inner[..end].to_owned()), end + 2)
            }
            '!' => (Token::Not, 1),
            '&' => (Token::And, 1 + usize::from(rest.starts_with("&&"))),
            '|' => (Token::Or, 1 + usize::from(rest.starts_with("||"))),
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            _ if word > 0 => (
                match &rest[..word] {
                    "and" => Token::And,
                    "or" => Token::Or,
                    "not" => Token::Not,
                    tag => Token::Tag(tag.to_owned()),
                },
                word,
            ),
            other => (Token::Other(other), other.len_utf8()),
        };
        self.at = at + length;
        Ok((token, at))
    }

    fn unexpected(&self, token: &Token, at: usize, expected: &'static str) -> TagFilterError {
        let found = match token {
            Token::Tag(tag) => format!("`{tag}`"),
            Token::Other(character) => format!("`{character}`"),
            Token::End => "its end".to_owned(),
            Token::Not | Token::And | Token::Or | Token::Open | Token::Close => {
                format!("`{}`", self.text[at..self.at].trim())
            }
        };
        TagFilterError::Unexpected { found, expected, text: self.text.to_owned(), at }
    }
}

fn is_of_tag(character: char) -> bool {
    character.is_alphanumeric() || "_-.:/".contains(character)
}

fn one_or(mut parts: Vec<Node>, join: impl Fn(Vec<Node>) -> Node) -> Node {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

/// Shows the filter and, in the line below, where.
fn caret(text: &str, at: usize) -> String {
    let before = text[..at].chars().count();
    format!("\n  {text}\n  {:before$}^", "")
}

fn known_tags(known: &[String]) -> String {
    match known {
        [] => "; no test has any".to_owned(),
        known => format!("; there are: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests;
