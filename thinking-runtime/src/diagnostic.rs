//! One mistake of the program's user: what, where, and what to do instead.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use thinking_modules::Place;

/// A message about configuration, wiring or the command line, with its places.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    severity: Severity,
    message: String,
    spots: Vec<Spot>,
    notes: Vec<String>,
    help: Vec<String>,
}

/// How bad a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Nothing starts.
    Error,
    /// The program goes on.
    Warning,
}

#[derive(Debug, Clone)]
enum Spot {
    /// A range of bytes of a text file, shown with its line.
    Text { path: String, text: Arc<str>, range: Range<usize>, label: String },
    /// A place in the program's source, which need not be there at run time.
    Source { place: Place, label: String },
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
        mut self,
        path: impl Into<String>,
        text: Arc<str>,
        range: Range<usize>,
        label: impl Into<String>,
    ) -> Self {
        let start = range.start.min(text.len());
        let range = start..range.end.clamp(start, text.len());
        self.spots.push(Spot::Text { path: path.into(), text, range, label: label.into() });
        self
    }

    /// Adds a place in the program's source.
    pub fn at(mut self, place: Place, label: impl Into<String>) -> Self {
        self.spots.push(Spot::Source { place, label: label.into() });
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
            match spot {
                Spot::Text { path, text, range, label } => elements.push(
                    Snippet::source(&**text)
                        .path(path)
                        .annotation(AnnotationKind::Primary.span(range.clone()).label(label))
                        .into(),
                ),
                Spot::Source { place, label } => {
                    elements.push(
                        Origin::path(place.file)
                            .line(place.line as usize)
                            .char_column(place.column as usize)
                            .into(),
                    );
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

/// Returns the known name nearest to `found`, if one is near enough to be meant.
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .filter(|(distance, name)| *distance <= (name.chars().count().max(3) / 3).max(1))
        .min()
        .map(|(_, name)| name)
}
