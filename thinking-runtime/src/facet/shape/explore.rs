//! Explores a type: gives it one value after the other, each with the hole at another place.

use std::cell::Cell;

use super::probe::{Asked, Give, Refusal, Watch};
use super::{FieldShape, ROOT_PATH, SECRET, Shape, TextShape, VariantContent, VariantShape};

/// Values that are given at the most: a type whose structs branch wide and deep, or that contains
/// itself in many places, is not followed to its end.
const VALUES_MAX: usize = 5_000;
/// How deep structs and lists lie in each other at the most.
const DEPTH_MAX: usize = 16;
/// How often a type may lie in one that looks the same. Once is a generic type around itself; more
/// is a type that contains itself.
const SAME_MAX: usize = 2;
/// A longer tuple is an array.
const TUPLE_MAX: usize = 16;

/// Texts of the kinds that types are made of.
const TEXTS: [&str; 22] = [
    "1",
    "30s",
    "2 GiB",
    "0.5",
    "true",
    "info",
    "2026-01-31",
    "12:30:00",
    "2026-01-31T12:30:00",
    "2026-01-31T12:30:00Z",
    "UTC",
    "127.0.0.1",
    "127.0.0.1:8080",
    "::1",
    "[::1]:8080",
    "http://localhost/",
    "1.0.0",
    "00000000-0000-0000-0000-000000000001",
    "#ffffff",
    "file.txt",
    "/",
    "user@example.org",
];

/// Gives a value to the type that is explored.
type Run<'a> = &'a dyn Fn(&Give, &Watch) -> Result<(), Refusal>;

/// Puts a value where the exploration is, with what has to stand around it.
type Around<'a> = &'a dyn Fn(Give) -> Give;

pub(super) struct Explorer<'a> {
    run: Run<'a>,
    values: Cell<usize>,
}

/// What was found at a place.
struct Found {
    shape: Shape,
    /// A value that is accepted there, if one is known.
    accepted: Option<Give>,
}

/// The types around a place, outermost first: their names and what tells them from others of the
/// same name.
type Ancestors<'a> = &'a [Ancestor];
type Ancestor = (&'static str, &'static [&'static str]);

impl<'a> Explorer<'a> {
    pub(super) fn new(run: Run<'a>) -> Self {
        Explorer { run, values: Cell::new(0) }
    }

    pub(super) fn shape(&self) -> Shape {
        self.explore(&|give| give, &[]).shape
    }

    fn explore(&self, around: Around<'_>, ancestors: Ancestors<'_>) -> Found {
        let asked = match ancestors.len() {
            ..DEPTH_MAX => self.ask(around),
            _ => None,
        };
        match asked {
            // Nothing is asked for, or it is too deep.
            None | Some(Asked::Identifier | Asked::Unit) => {
                self.candidates(around, Shape::Any, [Give::Unit])
            }
            Some(Asked::Bool) => {
                self.candidates(around, Shape::Bool, [Give::Bool(false), Give::Bool(true)])
            }
            Some(Asked::Integer { min, max }) => self.integer(around, min, max),
            Some(Asked::Float) => {
                self.candidates(around, Shape::Float, [1.0, 0.5, 0.0].map(Give::Float))
            }
            Some(Asked::Character) => {
                self.candidates(around, Shape::Character, ['a', '1', '/'].map(Give::Character))
            }
            Some(Asked::Text { expected }) => self.text(around, expected),
            Some(Asked::Bytes) => {
                self.candidates(around, Shape::Any, [Give::Bytes, Give::Text("text")])
            }
            Some(Asked::Any { expected }) => self.any(around, expected),
            Some(Asked::Option) => {
                let inner = self.explore(&|give| around(inside(give)), ancestors);
                let shape = Shape::Optional(Box::new(inner.shape));
                self.candidates(
                    around,
                    shape,
                    [Some(Give::None), inner.accepted.map(inside)].into_iter().flatten(),
                )
            }
            Some(Asked::Newtype { name }) => {
                let Some(below) = within(ancestors, (name, &[])) else {
                    return Found { shape: Shape::Any, accepted: None };
                };
                let inner = self.explore(&|give| around(inside(give)), &below);
                let shape = match name {
                    SECRET => Shape::Secret(Box::new(inner.shape)),
                    ROOT_PATH => Shape::RootPath(Box::new(inner.shape)),
                    _ => inner.shape,
                };
                Found { shape, accepted: inner.accepted.map(inside) }
            }
            Some(Asked::List) => {
                let below = [ancestors, &[("a list", &[])]].concat();
                let element = self.explore(&|give| around(Give::List(vec![give])), &below);
                let shape = Shape::List(Box::new(element.shape));
                let one = element.accepted.map(|accepted| Give::List(vec![accepted]));
                self.candidates(
                    around,
                    shape,
                    [Some(Give::List(Vec::new())), one].into_iter().flatten(),
                )
            }
            Some(Asked::Tuple { length } | Asked::TupleVariant { length }) => {
                self.tuple(around, ancestors, length)
            }
            Some(Asked::Map) => self.map(around, ancestors),
            Some(Asked::Struct { name: "Duration", fields: ["secs", "nanos"] }) => {
                let half_a_minute = [("secs", 30), ("nanos", 0)]
                    .map(|(key, number)| (Give::Text(key), Give::Integer(number)));
                self.candidates(around, Shape::Duration, [Give::Table(half_a_minute.to_vec())])
            }
            Some(Asked::Struct { name, fields }) => match within(ancestors, (name, fields)) {
                Some(below) => self.structure(around, &below, fields),
                None => Found { shape: Shape::Map(Box::new(Shape::Any)), accepted: None },
            },
            Some(Asked::StructVariant { fields }) => self.structure(around, ancestors, fields),
            Some(Asked::Enum { name, variants }) => match within(ancestors, (name, variants)) {
                Some(below) => self.enumeration(around, &below, variants),
                None => Found { shape: Shape::Any, accepted: None },
            },
            // These are asked for inside a variant only.
            Some(Asked::UnitVariant | Asked::NewtypeVariant) => {
                Found { shape: Shape::Any, accepted: None }
            }
        }
    }

    fn integer(&self, around: Around<'_>, min: i128, max: i128) -> Found {
        let numbers = [1, 0, 2, 10, 100, 1000, -1].map(Give::Integer);
        let zero = min == 0 && self.accepts(around, Give::Integer(0));
        let mut found = self.candidates(around, Shape::Integer { min, max }, numbers);
        // `NonZeroU32` and its like.
        if min == 0 && !zero && matches!(found.accepted, Some(Give::Integer(1))) {
            found.shape = Shape::Integer { min: 1, max };
        }
        found
    }

    fn text(&self, around: Around<'_>, expected: String) -> Found {
        let accepts = |text: &&'static str| self.accepts(around, Give::Text(text));
        let any = ["text"].into_iter().find(accepts);
        let examples: Vec<_> = match any {
            Some(_) => Vec::new(),
            None => TEXTS.into_iter().filter(accepts).collect(),
        };
        let first = any.or(examples.first().copied()).map(Give::Text);
        Found { shape: Shape::Text(TextShape { expected, examples }), accepted: first }
    }

    /// What looks at the value before it decides, such as an untagged enum or a size in bytes that
    /// is a number or a text.
    fn any(&self, around: Around<'_>, expected: String) -> Found {
        let (min, max) = (i64::MIN.into(), i64::MAX.into());
        let any = || Box::new(Shape::Any);
        let mut shapes = Vec::new();
        let mut accepted = None;
        let mut try_kind = |shape: Shape, give: Give| match self.outcome(around, give.clone()) {
            Ok(()) => {
                accepted.get_or_insert(give);
                shapes.push(shape);
            }
            Err(Refusal::Kind) => {}
            Err(_) => shapes.push(shape),
        };
        try_kind(Shape::Bool, Give::Bool(true));
        try_kind(Shape::Integer { min, max }, Give::Integer(1));
        try_kind(Shape::Float, Give::Float(0.5));
        let text = self.text(around, expected);
        try_kind(text.shape, text.accepted.unwrap_or(Give::Text("")));
        try_kind(Shape::List(any()), Give::List(Vec::new()));
        try_kind(Shape::Map(any()), Give::Table(Vec::new()));
        let shape = match shapes.len() {
            0 | 6 => Shape::Any,
            1 => shapes.remove(0),
            _ => Shape::OneOf(shapes),
        };
        Found { shape, accepted }
    }

    fn tuple(&self, around: Around<'_>, ancestors: Ancestors<'_>, length: usize) -> Found {
        let below = [ancestors, &[("a tuple", &[])]].concat();
        let mut accepted = Vec::new();
        let mut shapes = Vec::new();
        let mut complete = true;
        for _ in 0..length.min(TUPLE_MAX) {
            // Without a value for each element before it, nobody asks for this one.
            if !complete {
                shapes.push(Shape::Any);
                continue;
            }
            let element = self.explore(
                &|give| around(Give::List([accepted.clone(), vec![give]].concat())),
                &below,
            );
            shapes.push(element.shape);
            match element.accepted {
                Some(give) => accepted.push(give),
                None => complete = false,
            }
        }
        if length > TUPLE_MAX {
            let first = accepted.first().cloned();
            let all = first.map(|first| Give::List(vec![first; length]));
            let same = shapes.iter().all(|shape| *shape == shapes[0]);
            let element = if same { shapes.swap_remove(0) } else { Shape::Any };
            return self.candidates(around, Shape::List(Box::new(element)), all);
        }
        let all = complete.then_some(Give::List(accepted));
        self.candidates(around, Shape::Tuple(shapes), all)
    }

    fn map(&self, around: Around<'_>, ancestors: Ancestors<'_>) -> Found {
        let at_key = |give| around(Give::Table(vec![(give, Give::Unit)]));
        let none = [Give::Table(Vec::new())];
        let below = [ancestors, &[("a map", &[])]].concat();
        let key = match self.ask(&at_key) {
            // A struct with flattened fields: serde collects whatever stands there.
            Some(Asked::Identifier) => None,
            _ => self.explore(&at_key, &below).accepted,
        };
        let Some(key) = key else {
            return self.candidates(around, Shape::Map(Box::new(Shape::Any)), none);
        };
        let value = self.explore(&|give| around(Give::Table(vec![(key.clone(), give)])), &below);
        let one = value.accepted.map(|value| Give::Table(vec![(key, value)]));
        let shape = Shape::Map(Box::new(value.shape));
        self.candidates(around, shape, none.into_iter().chain(one))
    }

    fn structure(
        &self,
        around: Around<'_>,
        ancestors: Ancestors<'_>,
        names: &'static [&'static str],
    ) -> Found {
        let mut fields: Vec<FieldShape> = Vec::new();
        let mut accepted: Vec<(&'static str, Give)> = Vec::new();
        let mut aliases = Vec::new();
        for &name in names {
            let table = |entries: &[Give]| {
                let entries = entries.iter().map(|give| (Give::Text(name), give.clone()));
                Give::Table(entries.collect())
            };
            let found = self.explore(&|give| around(table(&[give])), ancestors);
            if let Some(give) = found.accepted {
                // Twice the same key: the complaint calls it by its proper name.
                let twice = table(&[give.clone(), give.clone()]);
                match self.outcome(around, twice) {
                    Err(Refusal::Duplicate(proper)) if proper != name => {
                        aliases.push((proper, name));
                        continue;
                    }
                    _ => accepted.push((name, give)),
                }
            }
            let (name, shape) = (name.to_owned(), found.shape);
            // Until it is found out.
            let required = !matches!(shape, Shape::Optional(_));
            fields.push(FieldShape { name, aliases: Vec::new(), shape, required });
        }
        for (proper, alias) in aliases {
            if let Some(field) = fields.iter_mut().find(|field| field.name == proper) {
                field.aliases.push(alias.to_owned());
            }
        }
        let whole = self.required(around, &mut fields, &accepted);
        Found { shape: Shape::Struct(fields), accepted: whole }
    }

    /// Finds out which fields must be there, and returns a value with no others that is accepted.
    fn required(
        &self,
        around: Around<'_>,
        fields: &mut [FieldShape],
        accepted: &[(&'static str, Give)],
    ) -> Option<Give> {
        let mut given: Vec<(&'static str, Give)> = Vec::new();
        loop {
            let entries = given.iter().map(|(name, give)| (Give::Text(name), give.clone()));
            let table = Give::Table(entries.collect());
            match self.outcome(around, table.clone()) {
                Err(Refusal::Missing(name)) => {
                    let is_given = given.iter().any(|(field, _)| *field == name);
                    match accepted.iter().find(|(field, _)| *field == name) {
                        Some(entry) if !is_given => given.push(entry.clone()),
                        // What comes after a field that no value is known for is not found out.
                        _ => {
                            settle(
                                fields.iter_mut().take_while(|field| field.name != name),
                                &given,
                            );
                            return None;
                        }
                    }
                }
                outcome => {
                    settle(fields.iter_mut(), &given);
                    return outcome.is_ok().then_some(table);
                }
            }
        }
    }

    fn enumeration(
        &self,
        around: Around<'_>,
        ancestors: Ancestors<'_>,
        names: &'static [&'static str],
    ) -> Found {
        let mut first = None;
        let mut variants = Vec::new();
        for &name in names {
            let at_content = |give| around(Give::Variant(name, Box::new(give)));
            let (content, accepted) = match self.ask(&at_content) {
                Some(Asked::UnitVariant) => (VariantContent::Unit, Some(Give::Unit)),
                Some(Asked::NewtypeVariant) => {
                    let found = self.explore(&|give| at_content(inside(give)), ancestors);
                    (VariantContent::Value(found.shape), found.accepted.map(inside))
                }
                Some(_) => {
                    let found = self.explore(&at_content, ancestors);
                    (VariantContent::Value(found.shape), found.accepted)
                }
                // It is too large: how this variant is written is not known.
                None => return Found { shape: Shape::Any, accepted: None },
            };
            if let Some(accepted) = accepted {
                first.get_or_insert(Give::Variant(name, Box::new(accepted)));
            }
            variants.push(VariantShape { name: name.to_owned(), content });
        }
        self.candidates(around, Shape::Enum(variants), first)
    }

    /// Joins a shape with the first of some values that is accepted.
    fn candidates(
        &self,
        around: Around<'_>,
        shape: Shape,
        gives: impl IntoIterator<Item = Give>,
    ) -> Found {
        let accepted = gives.into_iter().find(|give| self.accepts(around, give.clone()));
        Found { shape, accepted }
    }

    fn accepts(&self, around: Around<'_>, give: Give) -> bool {
        self.outcome(around, give).is_ok()
    }

    /// Gives a value and returns what the type at that place said; what is around it may be
    /// incomplete.
    fn outcome(&self, around: Around<'_>, give: Give) -> Result<(), Refusal> {
        let watch = self.give(&around(Give::Watched(Box::new(give))));
        watch.outcome.into_inner().unwrap_or(Err(Refusal::Other))
    }

    fn ask(&self, around: Around<'_>) -> Option<Asked> {
        self.give(&around(Give::Hole)).asked.into_inner()
    }

    fn give(&self, give: &Give) -> Watch {
        let watch = Watch::default();
        if self.values.get() < VALUES_MAX {
            self.values.set(self.values.get() + 1);
            // The value around is hardly ever complete; what counts was watched.
            let _ = (self.run)(give, &watch);
        }
        watch
    }
}

/// Notes that of these fields those that had to be given are required.
fn settle<'f>(fields: impl Iterator<Item = &'f mut FieldShape>, given: &[(&'static str, Give)]) {
    for field in fields {
        field.required = given.iter().any(|(name, _)| *name == field.name);
    }
}

fn inside(give: Give) -> Give {
    Give::Inside(Box::new(give))
}

/// Adds a type to those around it; `None` if it lies in itself too often.
fn within(ancestors: Ancestors<'_>, this: Ancestor) -> Option<Vec<Ancestor>> {
    let same = ancestors.iter().filter(|ancestor| **ancestor == this).count();
    (same < SAME_MAX).then(|| [ancestors, &[this]].concat())
}
