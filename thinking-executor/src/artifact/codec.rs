//! The forms in which values become files that people and other programs read.

use std::io::{BufRead, Write};

use thinking_injection::BoxError;

mod bytes;
mod csv;
mod finite;
mod json;
#[cfg(feature = "npy")]
mod npy;
mod text;

pub use bytes::Bytes;
pub use csv::Csv;
pub use json::Json;
#[cfg(feature = "npy")]
pub use npy::Npy;
pub use text::Text;

/// A form in which values are written to a file and read from it.
///
/// What was written must come back equal; a codec that cannot promise so for a value refuses to
/// write it. The codecs here are [`Json`], [`Csv`], [`Text`], [`Bytes`] and, with the feature
/// `npy`, `Npy`; a program has others by implementing the trait.
///
/// ```
/// # extern crate thinking_executor as thinking;
/// use std::error::Error;
/// use std::io::{BufRead, Write};
///
/// use thinking::Codec;
///
/// /// A number per line.
/// struct Lines;
///
/// impl Codec<Vec<u32>> for Lines {
///     fn write(
///         &self,
///         value: &Vec<u32>,
///         to: &mut dyn Write,
///     ) -> Result<(), Box<dyn Error + Send + Sync>> {
///         Ok(value.iter().try_for_each(|number| writeln!(to, "{number}"))?)
///     }
///
///     fn read(&self, from: &mut dyn BufRead) -> Result<Vec<u32>, Box<dyn Error + Send + Sync>> {
///         from.lines().map(|line| Ok(line?.parse()?)).collect()
///     }
/// }
///
/// let mut file = Vec::new();
/// Lines.write(&vec![1, 2], &mut file)?;
/// assert_eq!(file, b"1\n2\n");
/// assert_eq!(Lines.read(&mut &file[..])?, [1, 2]);
/// # Ok::<(), Box<dyn Error + Send + Sync>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot write and read a `{T}` as an artifact",
    note = "`Json` takes what is `Serialize + DeserializeOwned`, `Csv` a `Vec` of such structs, `Text` a `String`, `Bytes` a `Vec<u8>`"
)]
pub trait Codec<T> {
    /// Writes the value. `to` is buffered.
    ///
    /// # Errors
    ///
    /// The value has no such form, or `to` fails.
    fn write(&self, value: &T, to: &mut dyn Write) -> Result<(), BoxError>;

    /// Reads a value. It may leave bytes behind it unread.
    ///
    /// # Errors
    ///
    /// The bytes are not of that form or type, or `from` fails. A failing `from` is reported as
    /// what it is, whatever is returned.
    fn read(&self, from: &mut dyn BufRead) -> Result<T, BoxError>;
}

#[cfg(test)]
mod tests;
