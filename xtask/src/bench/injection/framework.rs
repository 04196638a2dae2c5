//! The frameworks, and what is not measured of them.

use super::shape::Shape;

/// A package of `benches/peers/`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Framework {
    /// Its crate, as far as it has one, and the name of its package without `peer-`.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Says of shapes that are not built why that is so.
    left_out: &'static [(Shape, &'static str)],
}

/// How a framework puts components together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    ByHand,
    Ours,
    /// When the program runs.
    RunTime,
    /// In code that macros write.
    CompileTime,
}

const fn chain(components: u32) -> Shape {
    Shape { chain: true, components }
}

const fn fan(components: u32) -> Shape {
    Shape { chain: false, components }
}

const UNSHARED: &str = "what is shared stands in fields of the provider, which the program fills \
                        itself, so the provider builds trees only";
const MEMORY: &str = "the compiler takes 11 GB at 1,000 components and does not finish";

const SLOW: &str = "compiling 1,000 components takes about ten minutes";

/// The same without any framework.
pub(super) const BY_HAND: &Framework = &FRAMEWORKS[0];
/// This project's.
pub(super) const OURS: &Framework = &FRAMEWORKS[1];

/// All of them, in the order of the table's columns.
pub(super) const FRAMEWORKS: &[Framework] = &[
    Framework { name: "by-hand", kind: Kind::ByHand, left_out: &[] },
    Framework { name: "thinking", kind: Kind::Ours, left_out: &[] },
    Framework { name: "springtime-di", kind: Kind::RunTime, left_out: &[] },
    Framework { name: "dill", kind: Kind::RunTime, left_out: &[] },
    Framework { name: "more-di", kind: Kind::RunTime, left_out: &[] },
    Framework {
        name: "froodi",
        kind: Kind::RunTime,
        left_out: &[(chain(1000), SLOW), (fan(1000), SLOW)],
    },
    Framework {
        name: "shaku",
        kind: Kind::CompileTime,
        left_out: &[(chain(1000), MEMORY), (fan(1000), MEMORY)],
    },
    Framework {
        name: "nject",
        kind: Kind::CompileTime,
        left_out: &[(chain(10), UNSHARED), (chain(100), UNSHARED), (chain(1000), UNSHARED)],
    },
];

impl Framework {
    /// Tells whether a container of this shape is built, or else why it is not.
    pub(super) fn builds(&self, shape: Shape) -> Result<(), &'static str> {
        match self.left_out.iter().find(|(left_out, _)| *left_out == shape) {
            Some((_, reason)) => Err(reason),
            None => Ok(()),
        }
    }

    /// Lists why shapes are not built, each reason once with all its shapes.
    pub(super) fn left_out(&self) -> Vec<(&'static str, Vec<Shape>)> {
        let mut reasons: Vec<(&str, Vec<Shape>)> = Vec::new();
        for (shape, reason) in self.left_out {
            match reasons.iter_mut().find(|(known, _)| known == reason) {
                Some((_, shapes)) => shapes.push(*shape),
                None => reasons.push((reason, vec![*shape])),
            }
        }
        reasons
    }

    /// Names its package.
    pub(super) fn package(&self) -> String {
        format!("peer-{}", self.name)
    }
}
