//! Greets people and keeps a guest book: two facets, a profile and an action.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use thinking::prelude::*;

/// Whom to greet, and how.
#[derive(Debug, Deserialize, Facet)]
#[facet(name = "greeting")]
struct Greeting {
    /// Stands before each name.
    #[facet(default = "Hello")]
    word: String,
    /// Those who are greeted, in this order.
    names: Vec<String>,
    /// How often each of them is.
    #[facet(default = 1, range = 1..=10)]
    times: u32,
    /// How long to wait after each greeting.
    #[facet(default = "0s")]
    pause: Duration,
}

/// Where the greetings are kept.
#[derive(Debug, Deserialize, Facet)]
#[facet(name = "guestbook")]
struct GuestBook {
    /// A file, relative to the root.
    #[facet(default = "guests/book.txt")]
    path: RootPath,
    /// The book is full when it is larger.
    #[facet(default = "1 MiB")]
    size_max: ByteSize,
}

thinking::profile! {
    /// Greets so that everybody hears it.
    loud: present("LOUD"),
}

/// Makes the directory of the guest book, before anybody is greeted.
#[action]
fn guest_book_directory(book: Config<GuestBook>) -> Result<()> {
    let directory = book.path().parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)
        .with_context(|| format!("`{}` cannot be made", directory.display()))
}

#[allow(clippy::print_stdout, reason = "greeting is what the program is for")]
#[thinking::main]
fn main(greeting: Config<Greeting>, book: Config<GuestBook>) -> Result<()> {
    let mut file = File::options().create(true).append(true).open(&**book.path())?;
    ensure!(file.metadata()?.len() <= book.size_max().bytes(), "the guest book is full");
    for name in greeting.names() {
        for _ in 0..greeting.times() {
            let line = format!("{}, {name}!", greeting.word());
            println!("{line}");
            tracing::debug!(name, "greeted");
            writeln!(file, "{line}")?;
            std::thread::sleep(*greeting.pause());
        }
    }
    tracing::info!(book = %book.path().display(), "everybody is greeted");
    Ok(())
}
