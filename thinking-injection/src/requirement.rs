//! What a component, a task or `main` asks the container for.

use std::any::TypeId;
use std::fmt;

use thinking_modules::Place;

use crate::scope::Scope;

/// A type that can be asked for: a component's own or an interface.
#[derive(Clone, Copy)]
pub struct TypeKey {
    id: TypeId,
    /// The name as a function: a constant cannot hold the text itself.
    name: fn() -> &'static str,
}

impl TypeKey {
    /// Returns the key of `T`, which may be a `dyn Trait`.
    pub const fn of<T: ?Sized + 'static>() -> Self {
        TypeKey { id: TypeId::of::<T>(), name: std::any::type_name::<T> }
    }

    /// Returns the compiler's identifier of the type.
    pub fn id(&self) -> TypeId {
        self.id
    }

    /// Returns the type's name, for messages.
    pub fn name(&self) -> &'static str {
        (self.name)()
    }
}

impl PartialEq for TypeKey {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for TypeKey {}

impl fmt::Display for TypeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for TypeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypeKey").field(&self.name()).finish()
    }
}

/// How many are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Arity {
    /// Exactly one, or the primary.
    One,
    /// At most one, or the primary.
    Optional,
    /// All, in a stable order.
    All,
    /// All, by their names; each must have one of its own.
    ByName,
}

/// What a parameter's type asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Want {
    /// Components that provide a type.
    Components(TypeKey, Arity),
    /// The same, but only once it is used: [`Lazy`](crate::Lazy).
    Later(TypeKey, Arity),
    /// New components at each call: [`Factory`](crate::Factory).
    Fresh(TypeKey),
    /// The values of a facet.
    Facet(TypeKey),
    /// The runtime of tokio that the container owns.
    Tokio,
    /// Something that every container has.
    Nothing,
}

impl Want {
    /// Returns the components that are asked for, now or later.
    pub(crate) fn components(&self) -> Option<(TypeKey, Arity)> {
        match *self {
            Want::Components(key, arity) | Want::Later(key, arity) => Some((key, arity)),
            Want::Fresh(key) => Some((key, Arity::One)),
            Want::Facet(_) | Want::Tokio | Want::Nothing => None,
        }
    }

    /// Tells whether the value holds components, which must be built before it.
    pub(crate) fn is_held(&self) -> bool {
        matches!(self, Want::Components(..))
    }
}

/// One field or parameter that the container fills.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// The field's or parameter's name.
    pub parameter: &'static str,
    /// What its type asks for.
    pub want: Want,
    /// The name asked for, with `#[inject(named = "…")]`.
    pub name: Option<&'static str>,
}

impl Requirement {
    /// Describes the parameter `parameter` of type `T`.
    pub const fn of<T: crate::Inject>(parameter: &'static str, name: Option<&'static str>) -> Self {
        Requirement { parameter, want: T::WANT, name }
    }

    /// Describes the parameter `parameter` of type `T`, which asks by name.
    pub const fn named<T: crate::InjectNamed>(parameter: &'static str, name: &'static str) -> Self {
        Requirement { parameter, want: T::WANT, name: Some(name) }
    }
}

/// Something outside the graph that asks components of it: `main`, a task, a test case.
#[derive(Debug, Clone)]
pub struct Asker {
    /// What it is, for messages: ``step `digits::load` ``.
    pub label: String,
    /// Where it stands.
    pub place: Place,
    /// What it asks for.
    pub requirements: Vec<Requirement>,
    /// How long what it gets may live: in a step, until that has ended.
    pub scope: Scope,
}
