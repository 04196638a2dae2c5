//! The types that components provide and ask for, numbered: who answers for one is then found in an
//! array.

use std::any::TypeId;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, LazyLock, Mutex};

use crate::container::lock;
use crate::requirement::TypeKey;

/// The number of each type.
pub(crate) type Numbers = HashMap<TypeId, u32, BuildHasherDefault<TypeHasher>>;

/// A number is the same in the whole process, so that a component is numbered once, when it is
/// described.
static NUMBERS: LazyLock<Mutex<Arc<Numbers>>> = LazyLock::new(Mutex::default);

/// Returns the number of a type, which gets the next one if it has none.
pub(crate) fn number(key: TypeKey) -> u32 {
    let mut numbers = lock(&NUMBERS);
    let next = numbers.len() as u32;
    match numbers.get(&key.id()) {
        Some(number) => *number,
        None => {
            // What others hold stays as it is.
            Arc::make_mut(&mut numbers).insert(key.id(), next);
            next
        }
    }
}

/// Returns the numbers so far: those of all that has been described.
pub(crate) fn numbers() -> Arc<Numbers> {
    lock(&NUMBERS).clone()
}

/// The hash of a `TypeId` is a hash already.
#[derive(Default)]
pub(crate) struct TypeHasher(u64);

impl Hasher for TypeHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
