//! Versioned state: typed, ordered tables, each step's commit a version.

mod rows;
mod table;
mod types;
mod view;

pub(crate) use rows::{Overlay, StateRows};
pub use table::{Key, Table};
pub(crate) use types::TableTypes;
pub use view::{TableMut, TableView};

#[cfg(test)]
mod tests;
