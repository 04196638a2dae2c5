//! What a program declares of a table of state.

use std::marker::PhantomData;

/// A type whose values can be keys: integers, texts, booleans, options, tuples of them, and
/// types that derive `storekey`'s `Encode` and `Decode`. Their bytes order as the values do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a table",
    label = "needs `storekey`'s `Encode` and `Decode`, as integers, texts and tuples have"
)]
pub trait Key: storekey::Encode + storekey::Decode {}

#[diagnostic::do_not_recommend]
impl<T: storekey::Encode + storekey::Decode> Key for T {}

/// The name and types of a table of state; declare it as a constant.
///
/// ```
/// use thinking_executor::Table;
///
/// const LOSSES: Table<u32, f64> = Table::new("losses");
/// ```
pub struct Table<K, V> {
    name: &'static str,
    of: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Table<K, V> {
    /// Names a table. It exists once something is inserted.
    pub const fn new(name: &'static str) -> Self {
        Table { name, of: PhantomData }
    }

    /// Returns the table's name.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Table<K, V> {}
