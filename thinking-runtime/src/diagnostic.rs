//! One mistake of the program's user: what, where, and what to do instead.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;
use thinking_modules::Place;

mod redact;

use redact::redact;

/// A message about configuration, wiring or the command line, with its places.
///
/// Displays as people read it, with the lines it is about; serialises as tools read it:
///
/// ```
/// # use thinking_runtime::Diagnostic;
/// let diagnostic = Diagnostic::error("wrong value for `training.epochs`: found string \"many\"")
///     .in_text("training.toml", "epochs = \"many\"\n".into(), 9..15, "expected u32")
///     .help("write a number");
/// assert_eq!(
///     serde_json::to_value(&diagnostic)?,
///     serde_json::json!({
///         "severity": "error",
///         "message": "wrong value for `training.epochs`: found string \"many\"",
///         "places": [{
///             "file": "training.toml",
///             "line": 1,
///             "column": 10,
///             "end_line": 1,
///             "end_column": 16,
///             "label": "expected u32",
///         }],
///         "notes": [],
///         "help": ["write a number"],
///     })
/// );
/// # Ok::<_, serde_json::Error>(())
/// ```
///
/// Lines and columns are counted from 1, columns in characters; the end is that of the character
/// behind. A place in the program's source has no end.
#[derive(Debug, Clone, Serialize)]
pub struct Diagnostic {
    severity: Severity,
    message: String,
    #[serde(rename = "places")]
    spots: Vec<Spot>,
    notes: Vec<String>,
    help: Vec<String>,
}

/// How bad a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing starts.
    Error,
    /// The program goes on.
    Warning,
}

#[derive(Debug, Clone, Serialize)]
struct Spot {
    #[serde(flatten)]
    place: Position,
    label: String,
    /// The text that is shown with its lines; none of a place in the program's source, which need
    /// not be there at run time, and none where a secret might be shown.
    #[serde(skip)]
    text: Option<(Arc<str>, Range<usize>)>,
}

/// Where a [`Spot`] is. Lines and columns are counted from 1, columns in characters.
#[derive(Debug, Clone, Serialize)]
struct Position {
    file: String,
    line: usize,
    column: usize,
    #[serde(flatten)]
    end: Option<End>,
}

/// The first character behind a place.
#[derive(Debug, Clone, Serialize)]
struct End {
    end_line: usize,
    end_column: usize,
}

impl Diagnostic {
    /// Starts an error; `message` says what is wrong, in lower case and without a full stop.
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Severity::Error, message.into())
    }

    /// Starts a warning.
    pub fn warning(message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, message.into())
    }

    fn new(severity: Severity, message: String) -> Self {
        Diagnostic { severity, message, spots: Vec::new(), notes: Vec::new(), help: Vec::new() }
    }

    /// Adds a range of bytes of a file, underlined with `label`.
    pub fn in_text(
        self,
        path: impl Into<String>,
        text: Arc<str>,
        range: Range<usize>,
        label: impl Into<String>,
    ) -> Self {
        self.in_text_without(path, text, range, label, Vec::new())
    }

    /// Adds a range of bytes of a file; the ranges in `hidden` are not shown.
    pub(crate) fn in_text_without(
        mut self,
        path: impl Into<String>,
        text: Arc<str>,
        range: Range<usize>,
        label: impl Into<String>,
        hidden: Vec<Range<usize>>,
    ) -> Self {
        let start = range.start.min(text.len());
        let range = start..range.end.clamp(start, text.len());
        let ((line, column), (end_line, end_column)) =
            (line_and_column(&text, range.start), line_and_column(&text, range.end));
        let end = Some(End { end_line, end_column });
        let place = Position { file: path.into(), line, column, end };
        let text = match hidden.is_empty() {
            true => (text, range),
            false => redact(&text, range, hidden),
        };
        self.spots.push(Spot { place, label: label.into(), text: Some(text) });
        self
    }

    /// Adds a place in the program's source.
    pub fn at(mut self, place: Place, label: impl Into<String>) -> Self {
        let (line, column) = (place.line as usize, place.column as usize);
        let place = Position { file: place.file.to_owned(), line, column, end: None };
        self.spots.push(Spot { place, label: label.into(), text: None });
        self
    }

    /// Keeps the places, but shows no line of any text.
    pub(crate) fn without_lines(mut self) -> Self {
        self.spots.iter_mut().for_each(|spot| spot.text = None);
        self
    }

    /// Adds a fact that explains the mistake.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds what to do instead.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds what to do instead, if there is something.
    pub fn help_if(self, help: Option<String>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Tells how bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Returns what is wrong, without places and remedies.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Renders the message with its places, lines of source and remedies, with terminal colours
    /// if `styled`.
    pub fn render(&self, styled: bool) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut elements: Vec<Element<'_>> = Vec::new();
        for spot in &self.spots {
            let Spot { place, label, text } = spot;
            match text {
                Some((text, range)) => elements.push(
                    Snippet::source(&**text)
                        .path(&place.file)
                        .annotation(AnnotationKind::Primary.span(range.clone()).label(label))
                        .into(),
                ),
                None => {
                    let origin = Origin::path(&place.file);
                    elements.push(origin.line(place.line).char_column(place.column).into());
                    elements.push(Level::NOTE.no_name().message(label).into());
                }
            }
        }
        elements.extend(self.notes.iter().map(|note| Level::NOTE.message(note).into()));
        elements.extend(self.help.iter().map(|help| Level::HELP.message(help).into()));
        let title = level.primary_title(&self.message);
        let group = match elements.is_empty() {
            true => Group::with_title(title),
            false => title.elements(elements),
        };
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostic {}

/// Returns the line and column of a byte, from 1, the column in characters.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// Returns the known name nearest to `found`, if one is near enough to be meant.
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .filter(|(distance, name)| *distance <= (name.chars().count().max(3) / 3).max(1))
        .min()
        .map(|(_, name)| name)
}
