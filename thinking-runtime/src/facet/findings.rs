//! Mistakes in a facet's values as messages with their places.

use std::ops::{Bound, Range};

use figment::value::Value;

use super::layers::{self, Layers, PROFILE_TABLE, find};
use super::notes::Notes;
use super::strict::{Mistake, MistakeKind};
use super::toml_file::TomlFile;
use super::{self as facet, FacetDefinition, canonical, variables};
use crate::diagnostic::{Diagnostic, nearest};
use crate::secret::MASK;

/// What is known of a facet when its mistakes are told.
pub(crate) struct Findings<'a> {
    pub(crate) facet: &'a FacetDefinition,
    pub(crate) layers: &'a Layers,
    pub(crate) merged: &'a Value,
    pub(crate) notes: &'a Notes,
}

impl Findings<'_> {
    /// Says that a required facet is set nowhere.
    pub(crate) fn missing_facet(&self, keys: &[String]) -> Diagnostic {
        let name = self.facet.name;
        let (lack, write) = match self.layers.candidates.len() {
            1 => ("its file does not exist", "write it"),
            _ => ("none of its files exists", "write one of them"),
        };
        let mut diagnostic = Diagnostic::error(format!("missing facet `{name}`: {lack}"));
        for file in &self.layers.candidates {
            diagnostic = diagnostic.note(format!("looked for `{}`", file.display()));
        }
        diagnostic.help(format!("{write} with the required keys: {}", keys.join(", ")))
    }

    /// Says that the value of a top-level key lies outside of its range.
    pub(crate) fn out_of_range(&self, key: &str, range: &facet::Range) -> Diagnostic {
        let path = [key.to_owned()];
        let accepted = self.notes.spelling(&path).and_then(|spelling| {
            let end = |bound| match bound {
                Bound::Included(value) | Bound::Excluded(value) => spelling.normal(&value),
                Bound::Unbounded => Some(String::new()),
            };
            let (start, stop) = (range.bounds)();
            let dots = if matches!(stop, Bound::Included(_)) { "..=" } else { ".." };
            Some(format!("{}{dots}{}", end(start)?, end(stop)?))
        });
        self.unaccepted(&path, "is out of range", accepted.as_deref().unwrap_or(range.text))
    }

    /// Turns a mistake in the merged values into a message with its place.
    pub(crate) fn diagnose(&self, mistake: &Mistake) -> Diagnostic {
        let (key, name) = (mistake.path.join("."), self.facet.name);
        let what = self.named(&mistake.path);
        let tells_values = !matches!(
            mistake.kind,
            MistakeKind::Missing | MistakeKind::UnknownKey { .. } | MistakeKind::Refused { .. }
        );
        let touches =
            || self.notes.touches_secret(&mistake.path) || self.notes.may_be_secret(&mistake.path);
        if tells_values && touches() {
            return self.secret(&mistake.path);
        }
        match &mistake.kind {
            MistakeKind::UnknownKey { accepted } => {
                let found = mistake.path.last().map(String::as_str).unwrap_or_default();
                let near = nearest(found, accepted.iter().map(String::as_str));
                let diagnostic =
                    Diagnostic::error(format!("unknown key `{key}` in facet `{name}`"))
                        .note(format!("accepted keys: {}", accepted.join(", ")))
                        .help_if(near.map(|near| format!("did you mean `{near}`?")));
                self.place_key(diagnostic, &mistake.path, "unknown key".to_owned())
            }
            MistakeKind::UnknownVariant { found, accepted } => {
                let near = nearest(found, accepted.iter().map(String::as_str));
                let message = format!("{what} cannot be `{found}`");
                let diagnostic = Diagnostic::error(message)
                    .help_if(near.map(|near| format!("did you mean `{near}`?")));
                let label = format!("expected one of {}", accepted.join(", "));
                self.place(diagnostic, &mistake.path, label)
            }
            MistakeKind::Unacceptable { found, accepted } => {
                let found = found.replace("floating point", "float");
                let message = format!("wrong value for {what}: found {found}");
                let buffered = accepted == "struct Duration";
                let diagnostic = Diagnostic::error(message).help_if(buffered.then(|| {
                    "in a flattened, untagged or tagged type, a duration is read from a text by \
                     `jiff::SignedDuration`"
                        .to_owned()
                }));
                self.place(diagnostic, &mistake.path, format!("expected {accepted}"))
            }
            MistakeKind::Missing => self.missing_key(&mistake.path),
            MistakeKind::Refused { accepted } => {
                self.unaccepted(&mistake.path, "is not accepted", accepted)
            }
            MistakeKind::Other(message) => {
                let diagnostic = Diagnostic::error(format!("wrong value for {what}"));
                self.place(diagnostic, &mistake.path, message.clone())
            }
        }
    }

    fn unaccepted(&self, path: &[String], complaint: &str, accepted: &str) -> Diagnostic {
        let what = self.named(path);
        let value = find(self.merged, path);
        let normal =
            value.map(|value| canonical::normal(value, path, self.notes, &|_| MASK.to_owned()));
        let found = match normal {
            None => ": it is not set".to_owned(),
            // A table is too long for this line, and its lines are shown.
            Some(Value::Dict(..)) => String::new(),
            Some(_) if self.notes.touches_secret(path) => String::new(),
            Some(value) => format!(": found {}", canonical::text(&value)),
        };
        let diagnostic = Diagnostic::error(format!("{what} {complaint}{found}"));
        self.place(diagnostic, path, format!("accepted: {accepted}"))
    }

    fn missing_key(&self, path: &[String]) -> Diagnostic {
        let (key, name) = (path.join("."), self.facet.name);
        let file = self.layers.candidates.first().map(|file| file.display().to_string());
        let file = file.unwrap_or_default();
        // Variables and flags name keys of tables only.
        let parents = path.len().saturating_sub(1);
        let in_array = (0..=parents)
            .any(|end| matches!(find(self.merged, &path[..end]), Some(Value::Array(..))));
        let shape = (self.facet.shape)();
        let variable = variables::name(name, path, &shape).filter(|_| !in_array);
        let flag = layers::assignable(name, path).filter(|_| !in_array);
        let ways = match (variable, flag) {
            (Some(variable), Some(flag)) => format!(", as `{variable}` or with `{flag}`"),
            (Some(variable), None) => format!(" or as `{variable}`"),
            (None, Some(flag)) => format!(" or with `{flag}`"),
            (None, None) => String::new(),
        };
        Diagnostic::error(format!("missing key `{key}` of facet `{name}`"))
            .help(format!("set it in `{file}`{ways}"))
    }

    /// Says that a secret is wrong, and where it stands, but shows neither it nor its line.
    fn secret(&self, path: &[String]) -> Diagnostic {
        let diagnostic = Diagnostic::error(format!("wrong value for {}", self.named(path)));
        let origin = |path: &[String]| {
            let source = self.layers.source(self.merged, path);
            source.map(|source| source.origin(path, self.notes).to_string()).unwrap_or_default()
        };
        if self.notes.is_secret(path) {
            let origin = origin(path);
            let note = format!("it is set by {origin}, and secret, so it is not shown");
            return diagnostic.note(note);
        }
        if self.notes.may_be_secret(path) {
            let origin = origin(path);
            let note = format!("it is set by {origin}; it may be secret, so it is not shown");
            return diagnostic.note(note);
        }
        let inside = find(self.merged, path).and_then(Value::as_dict).into_iter().flatten();
        let paths = inside.map(|(key, _)| [path, std::slice::from_ref(key)].concat());
        let secrets = paths.filter(|path| self.notes.touches_secret(path));
        secrets.fold(diagnostic, |diagnostic, path| {
            let (what, origin) = (self.named(&path), origin(&path));
            diagnostic.note(format!("{what} is set by {origin}, and secret, so it is not shown"))
        })
    }

    /// Names the facet or a key of it.
    fn named(&self, path: &[String]) -> String {
        match path.is_empty() {
            true => format!("facet `{}`", self.facet.name),
            false => format!("`{}.{}`", self.facet.name, path.join(".")),
        }
    }

    /// Adds the place of the value at `path`: underlined in its file, or its variable or flag.
    fn place(&self, diagnostic: Diagnostic, path: &[String], label: String) -> Diagnostic {
        // Of the whole facet, no single place is to blame.
        let source = self.layers.source(self.merged, path).filter(|_| !path.is_empty());
        let Some(source) = source else {
            return diagnostic.note(label);
        };
        match source.in_file(path) {
            Some((file, full)) => {
                let span = file.value_span(&full).unwrap_or_default();
                self.in_file(diagnostic, file, span, Vec::new(), label)
            }
            None => diagnostic.note(format!("{}: {label}", source.origin(path, self.notes))),
        }
    }

    /// Adds the place of the key at `path`. What an unknown key is set to may be a secret, if
    /// there are any.
    fn place_key(&self, diagnostic: Diagnostic, path: &[String], label: String) -> Diagnostic {
        let Some(source) = self.layers.source(self.merged, path) else {
            return diagnostic.note(label);
        };
        match source.in_file(path) {
            Some((file, full)) => {
                let span = file.key_span(&full).unwrap_or_default();
                let value = file.value_span(&full).filter(|_| self.notes.has_secrets());
                self.in_file(diagnostic, file, span, value.into_iter().collect(), label)
            }
            None => {
                let mut notes = Notes::default();
                notes.hide(&[]);
                diagnostic.note(format!("{}: {label}", source.origin(path, &notes)))
            }
        }
    }

    fn in_file(
        &self,
        diagnostic: Diagnostic,
        file: &TomlFile,
        span: Range<usize>,
        mut hidden: Vec<Range<usize>>,
        label: String,
    ) -> Diagnostic {
        if self.notes.has_secrets() {
            hidden.extend(file.value_spans(|path| {
                let in_profile = path.first().is_some_and(|key| key == PROFILE_TABLE);
                let below = path.get(2..).filter(|below| in_profile && !below.is_empty());
                let hidden = |path| self.notes.may_be_secret(path);
                hidden(path) || below.is_some_and(hidden)
            }));
        }
        let name = file.path.display().to_string();
        diagnostic.in_text_without(name, file.text.clone(), span, label, hidden)
    }
}
