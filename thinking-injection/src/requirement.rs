//! What a component, a task or `main` asks the container for.

use std::any::TypeId;
use std::fmt;

use thinking_modules::Place;

/// A type that can be asked for: a component's own or an interface.
#[derive(Debug, Clone, Copy)]
pub struct TypeKey {
    id: TypeId,
    name: &'static str,
}

impl TypeKey {
    /// Returns the key of `T`, which may be a `dyn Trait`.
    pub fn of<T: ?Sized + 'static>() -> Self {
        TypeKey { id: TypeId::of::<T>(), name: std::any::type_name::<T>() }
    }

    /// Returns the compiler's identifier of the type.
    pub fn id(&self) -> TypeId {
        self.id
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
        f.write_str(self.name)
    }
}

/// How many are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// Exactly one, or the primary.
    One,
    /// At most one, or the primary.
    Optional,
    /// All, in a stable order.
    All,
}

/// What a parameter's type asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Want {
    /// Components that provide a type.
    Components(TypeKey, Arity),
    /// The values of a facet.
    Facet(TypeKey),
    /// Something that every container has.
    Nothing,
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
    pub fn of<T: crate::Inject>(parameter: &'static str, name: Option<&'static str>) -> Self {
        Requirement { parameter, want: T::want(), name }
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
}
