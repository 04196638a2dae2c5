//! The shapes of the containers, and the lists of their components.

use std::fmt;
use std::fmt::Write as _;

/// How many components there are, and which uses which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    /// A chain, in which each component uses the three before it. Otherwise it is a fan: a tree,
    /// in which each component uses three that nobody else uses.
    pub(super) chain: bool,
    pub(super) components: u32,
}

impl Shape {
    /// The containers whose building is measured.
    pub(super) const MEASURED: [Shape; 6] = [
        Shape { chain: true, components: 10 },
        Shape { chain: false, components: 10 },
        Shape { chain: true, components: 100 },
        Shape { chain: false, components: 100 },
        Shape { chain: true, components: 1000 },
        Shape { chain: false, components: 1000 },
    ];

    /// Lists the components, those that others use first, as a call of `components!`: a name, the
    /// name of its trait, and a field with type and trait for each that it uses. The last one uses
    /// all others, directly or through others.
    pub(super) fn list(self) -> String {
        let last = self.components.saturating_sub(1);
        let mut text = format!("components! {{\n    C{last} of {}:\n", self.components);
        for component in 0..self.components {
            let used = self.used_by(component).zip(["a", "b", "c"]);
            let fields = used.map(|(used, field)| format!("{field}: C{used} as T{used}"));
            let fields = fields.collect::<Vec<_>>().join(", ");
            // Writing to a string does not fail.
            let _ = writeln!(text, "    C{component}: T{component} {{ {fields} }}");
        }
        text + "}\n"
    }

    fn used_by(self, component: u32) -> impl Iterator<Item = u32> {
        let last = self.components.saturating_sub(1);
        (1..=3).filter_map(move |number| match self.chain {
            true => component.checked_sub(number),
            // A heap with three children, counted from its root, which is the last.
            false => last.checked_sub(3 * (last - component) + number),
        })
    }
}

/// As the programs are called: `chain-10`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = if self.chain { "chain" } else { "fan" };
        write!(f, "{shape}-{}", self.components)
    }
}

#[cfg(test)]
mod tests {
    //! The lists of small shapes.

    use expect_test::expect;

    use super::*;

    #[test]
    fn a_chain_uses_the_three_before() {
        expect![[r#"
            components! {
                C4 of 5:
                C0: T0 {  }
                C1: T1 { a: C0 as T0 }
                C2: T2 { a: C1 as T1, b: C0 as T0 }
                C3: T3 { a: C2 as T2, b: C1 as T1, c: C0 as T0 }
                C4: T4 { a: C3 as T3, b: C2 as T2, c: C1 as T1 }
            }
        "#]]
        .assert_eq(&Shape { chain: true, components: 5 }.list());
    }

    #[test]
    fn in_a_fan_nobody_shares() {
        expect![[r#"
            components! {
                C5 of 6:
                C0: T0 {  }
                C1: T1 {  }
                C2: T2 {  }
                C3: T3 {  }
                C4: T4 { a: C1 as T1, b: C0 as T0 }
                C5: T5 { a: C4 as T4, b: C3 as T3, c: C2 as T2 }
            }
        "#]]
        .assert_eq(&Shape { chain: false, components: 6 }.list());
    }
}
