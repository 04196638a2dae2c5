//! Deserialises a facet strictly: unknown keys are mistakes, and one mistake does not hide the
//! next.
//!
//! serde stops at the first error. So after an error the place it names is given a stand-in
//! value of whatever type is asked there, and the value is deserialised again, until nothing new
//! is found. The result is used only if there was no mistake at all.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use figment::value::Value;
use serde::de::DeserializeOwned;

use super::notes::Notes;
use super::stand_in::StandIn;
use super::toml_file::KeyPath;
use super::{Raw, scope};

mod error;
mod mistake;
mod parts;
mod value;

pub(crate) use error::StrictError;
pub(crate) use mistake::{Mistake, MistakeKind};
use value::Strict;

/// More mistakes than this are not worth reading at once, and it bounds the repetitions.
const MISTAKES_MAX: usize = 64;

/// Deserialises `value`, or returns every mistake in it; also says what was learned of its parts.
pub(crate) fn deserialize<T: DeserializeOwned>(
    value: &Value,
    raw: Raw<'_>,
) -> (Result<T, Vec<Mistake>>, Notes) {
    let mut stand_ins: BTreeMap<KeyPath, StandIn> = BTreeMap::new();
    let mut mistakes = Vec::new();
    let mut notes = Notes::default();
    loop {
        let context = Context {
            raw,
            stand_ins: &stand_ins,
            unknown: RefCell::default(),
            notes: RefCell::default(),
            buffered: RefCell::default(),
            root: value,
        };
        let result = T::deserialize(Strict { value, context: &context, path: Vec::new() });
        context.place_secrets(&[]);
        notes.extend(context.notes.into_inner());
        context.buffered.borrow().iter().for_each(|path| notes.buffer(path));
        let unknown = context.unknown.into_inner();
        match result {
            Ok(value) if mistakes.is_empty() && unknown.is_empty() => return (Ok(value), notes),
            Ok(_) => {
                mistakes.extend(unknown);
                return (Err(mistakes), notes);
            }
            Err(error) => {
                let mistake = error.into_mistake();
                let behind = stand_ins.iter_mut().find(|(path, _)| mistake.path.starts_with(path));
                let goes_on = match behind {
                    Some((_, stand_in)) => stand_in.try_another(),
                    None => mistakes.len() < MISTAKES_MAX,
                };
                if !goes_on {
                    mistakes.extend(unknown);
                    return (Err(mistakes), notes);
                }
                if !stand_ins.keys().any(|path| mistake.path.starts_with(path)) {
                    stand_ins.insert(mistake.path.clone(), StandIn::default());
                    mistakes.push(mistake);
                }
            }
        }
    }
}

struct Context<'a> {
    raw: Raw<'a>,
    stand_ins: &'a BTreeMap<KeyPath, StandIn>,
    unknown: RefCell<Vec<Mistake>>,
    notes: RefCell<Notes>,
    /// What serde took as it is, to find out later what it makes of it.
    buffered: RefCell<BTreeSet<KeyPath>>,
    root: &'a Value,
}

impl Context<'_> {
    /// Hides what was buffered at or directly below `path`, if a secret turned up in there.
    fn place_secrets(&self, path: &[String]) {
        if !scope::take_unplaced() {
            return;
        }
        let buffered = self.buffered.borrow();
        let mut notes = self.notes.borrow_mut();
        let is_below = |other: &&KeyPath| other.len() == path.len() + 1 && other.starts_with(path);
        let below: Vec<_> = buffered.iter().filter(is_below).collect();
        match buffered.contains(path) || below.is_empty() {
            true => notes.hide(path),
            false => below.into_iter().for_each(|path| notes.hide(path)),
        }
    }
}
