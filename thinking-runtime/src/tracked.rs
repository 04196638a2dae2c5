//! Functions and `impl` blocks marked `#[tracked]`: what their code is now, and who calls them.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use thinking_modules::registry;

use crate::recording::{self, Helpers};

mod label;

/// What `#[tracked]` registers for a function or an `impl` block.
#[derive(Debug)]
pub struct Tracked {
    module: &'static str,
    label: Label,
    code: &'static str,
    version: u32,
    entry: OnceLock<Entry>,
}

#[derive(Debug)]
enum Label {
    /// A function's own name, and the path that the compiler gives to an item in its body.
    Function(&'static str, fn() -> &'static str),
    /// `impl Trait for Type`, and the type if it is one only.
    Block(&'static str, Option<fn() -> TypeId>),
}

/// What is found out at the first call.
#[derive(Debug)]
struct Entry {
    /// Where a thread notes that it has reported the call.
    index: usize,
    name: String,
    hash: String,
}

/// Returns the present hash of each tracked function and block of the program, by name.
///
/// A function's name is `module::function`, a method's `module::Type::method`, a block's
/// `module::impl Trait for Type`. Several of one name, such as two blocks of one type, have one hash
/// over all of them. The first call collects them; later ones are free.
pub fn helpers() -> &'static Helpers {
    static HELPERS: OnceLock<Helpers> = OnceLock::new();
    HELPERS.get_or_init(|| {
        let mut hashes = BTreeMap::<String, Vec<String>>::new();
        for (_, tracked) in registry::items::<Tracked>() {
            hashes.entry(tracked.name()).or_default().push(tracked.hash());
        }
        hashes.into_iter().map(|(name, hashes)| (name, joined(hashes))).collect()
    })
}

/// Returns the tracked `impl` blocks of a type, each with its present hash.
pub fn helpers_of(type_id: TypeId) -> Helpers {
    static NAMES: OnceLock<HashMap<TypeId, Vec<String>>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let mut names = HashMap::<TypeId, Vec<String>>::new();
        for (_, tracked) in registry::items::<Tracked>() {
            if let Label::Block(_, Some(of)) = tracked.label {
                names.entry(of()).or_default().push(tracked.name());
            }
        }
        names
    });
    let names = names.get(&type_id).into_iter().flatten();
    let present = names.filter_map(|name| helpers().get_key_value(name));
    present.map(|(name, hash)| (name.clone(), hash.clone())).collect()
}

impl Tracked {
    /// A function; `path` gives the compiler's path of an item in its body.
    pub const fn function(
        module: &'static str,
        name: &'static str,
        path: fn() -> &'static str,
        code: &'static str,
        version: u32,
    ) -> Self {
        let label = Label::Function(name, path);
        Tracked { module, label, code, version, entry: OnceLock::new() }
    }

    /// An `impl` block; one that is generic is of no single type.
    pub const fn block(
        module: &'static str,
        name: &'static str,
        type_id: Option<fn() -> TypeId>,
        code: &'static str,
        version: u32,
    ) -> Self {
        let label = Label::Block(name, type_id);
        Tracked { module, label, code, version, entry: OnceLock::new() }
    }

    /// Reports that the function, or one of the block, is called.
    ///
    /// Costs a look at the thread's own memory where it has reported this since a recording last
    /// started or ended, and takes no lock then: helpers are called in inner loops.
    pub fn called(&'static self) {
        let entry = self.entry.get_or_init(|| self.find());
        // Read before the call is reported: if a recording starts meanwhile, the next call counts.
        let generation = recording::generation();
        let is_new = REPORTED.try_with(|reported| reported.borrow_mut().note(entry, generation));
        // A thread that is ending remembers nothing.
        if is_new.unwrap_or(true) {
            recording::report(None, |recorded| {
                if !recorded.helpers.contains_key(&entry.name) {
                    recorded.helpers.insert(entry.name.clone(), entry.hash.clone());
                }
            });
        }
    }

    fn find(&self) -> Entry {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = self.name();
        let hash = helpers().get(&name).cloned().unwrap_or_else(|| self.hash());
        Entry { index: NEXT.fetch_add(1, Ordering::Relaxed), name, hash }
    }

    fn name(&self) -> String {
        match self.label {
            Label::Function(name, path) => label::of_function(self.module, name, path()),
            Label::Block(name, _) => format!("{}::{name}", self.module),
        }
    }

    fn hash(&self) -> String {
        hashed(&format!("{} {}", self.version, self.code))
    }
}

thread_local! {
    static REPORTED: RefCell<Reported> = const { RefCell::new(Reported::new()) };
}

/// What this thread has reported since a recording last started or ended.
struct Reported {
    generation: u64,
    /// A bit per helper, by its index.
    bits: Vec<u64>,
}

impl Reported {
    const fn new() -> Self {
        Reported { generation: 0, bits: Vec::new() }
    }

    /// Notes a call; returns whether it has to be reported.
    fn note(&mut self, entry: &Entry, generation: u64) -> bool {
        if self.generation != generation {
            self.generation = generation;
            self.bits.fill(0);
        }
        let (word, bit) = (entry.index / 64, 1 << (entry.index % 64));
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        let is_new = self.bits[word] & bit == 0;
        self.bits[word] |= bit;
        is_new
    }
}

/// One hash for all that have one name.
fn joined(mut hashes: Vec<String>) -> String {
    match hashes.pop() {
        Some(only) if hashes.is_empty() => only,
        last => {
            hashes.extend(last);
            // Moving a block is no change.
            hashes.sort();
            hashed(&hashes.join(" "))
        }
    }
}

fn hashed(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests;
