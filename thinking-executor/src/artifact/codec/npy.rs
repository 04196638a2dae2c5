//! Arrays as NumPy's `.npy`.

use std::io::{BufRead, Write};

use ndarray::{Array, Array1, ArrayView1, Dimension};
use ndarray_npy::{ReadNpyExt, ReadableElement, WritableElement, WriteNpyExt};
use thinking_injection::BoxError;

use super::Codec;

/// An array in NumPy's format: `numpy.load` reads the file, and this reads what `numpy.save` wrote.
///
/// It takes ndarray's `Array` of any dimension, and a `Vec` as an array of one. Elements are
/// numbers and truth values. An array comes back with its shape and layout.
///
/// ```
/// # extern crate thinking_executor as thinking;
/// use ndarray::{Array2, array};
/// use thinking::{Codec, Npy};
///
/// let weights = array![[1.0, 2.0], [3.0, 4.0]];
/// let mut file = Vec::new();
/// Npy.write(&weights, &mut file)?;
/// assert!(file.starts_with(b"\x93NUMPY"));
/// let read: Array2<f64> = Npy.read(&mut &file[..])?;
/// assert_eq!(read, weights);
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Npy;

impl<A: WritableElement + ReadableElement, D: Dimension> Codec<Array<A, D>> for Npy {
    fn write(&self, value: &Array<A, D>, to: &mut dyn Write) -> Result<(), BoxError> {
        Ok(value.write_npy(to)?)
    }

    fn read(&self, from: &mut dyn BufRead) -> Result<Array<A, D>, BoxError> {
        Ok(Array::read_npy(from)?)
    }
}

impl<A: WritableElement + ReadableElement> Codec<Vec<A>> for Npy {
    fn write(&self, value: &Vec<A>, to: &mut dyn Write) -> Result<(), BoxError> {
        Ok(ArrayView1::from(value).write_npy(to)?)
    }

    fn read(&self, from: &mut dyn BufRead) -> Result<Vec<A>, BoxError> {
        Ok(Array1::read_npy(from)?.into_iter().collect())
    }
}
