//! The choice of one component among those that take part.

/// A component that takes part for a type, and the slot that holds it as that type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) component: u32,
    pub(crate) slot: u32,
}

/// Who answers where one is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    None,
    One(Member),
    Ambiguous(Vec<u32>),
}

impl Choice {
    /// Returns the one that answers, if there is one.
    pub(super) fn one(self) -> Option<Member> {
        match self {
            Choice::One(member) => Some(member),
            Choice::None | Choice::Ambiguous(_) => None,
        }
    }
}

/// Chooses among `members`, which are those with the name that was asked for, if there was one,
/// and hold fallbacks only if they hold nothing else: the primary, the only one, the default.
///
/// What is forced was not asked at all.
pub(crate) fn choose(
    members: impl Iterator<Item = Member> + Clone,
    is_primary: impl Fn(u32) -> bool,
    default: Option<u32>,
) -> Choice {
    let mut all = members.clone();
    let Some(first) = all.next() else { return Choice::None };
    if all.next().is_none() {
        return Choice::One(first);
    }
    let primaries = members.clone().filter(|member| is_primary(member.component));
    let mut found = primaries.clone();
    match (found.next(), found.next()) {
        (Some(one), None) => Choice::One(one),
        (Some(_), Some(_)) => Choice::Ambiguous(primaries.map(|m| m.component).collect()),
        (None, _) => match members.clone().find(|member| Some(member.component) == default) {
            Some(one) => Choice::One(one),
            None => Choice::Ambiguous(members.map(|member| member.component).collect()),
        },
    }
}
