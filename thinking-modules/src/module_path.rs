//! The name of a module: a validated path such as `calculator::expression::parser`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use thiserror::Error;

use crate::Definition;

/// Returns the [`ModulePath`] of the module in which the macro is written.
///
/// ```
/// mod expression {
///     pub fn here() -> thinking_modules::ModulePath {
///         thinking_modules::this_module!()
///     }
/// }
/// assert_eq!(expression::here().simple_name(), "expression");
/// ```
#[macro_export]
macro_rules! this_module {
    () => {
        $crate::ModulePath::from_static(::core::module_path!())
    };
}

/// The name of a module, which need not exist.
///
/// Ordered by parts, so that a module stands directly before everything below it.
///
/// ```
/// use thinking_modules::ModulePath;
///
/// let parser: ModulePath = "calculator::expression::parser".parse()?;
/// assert_eq!(parser.simple_name(), "parser");
/// assert_eq!(parser.parent().unwrap().as_str(), "calculator::expression");
/// assert!(parser.parent().unwrap().is_ancestor_of(&parser));
/// # Ok::<(), thinking_modules::ParseModulePathError>(())
/// ```
#[derive(Clone)]
pub struct ModulePath(Cow<'static, str>);

const SEPARATOR: &str = "::";

impl ModulePath {
    /// Wraps what `module_path!()` gave; such a path is valid by construction.
    #[doc(hidden)]
    pub fn from_static(path: &'static str) -> Self {
        ModulePath(Cow::Borrowed(path))
    }

    /// Joins parts, the crate first.
    ///
    /// ```
    /// use thinking_modules::ModulePath;
    ///
    /// let parser = ModulePath::from_parts(["calculator", "expression", "parser"])?;
    /// assert_eq!(parser.as_str(), "calculator::expression::parser");
    /// # Ok::<(), thinking_modules::ParseModulePathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// There is no part, or one is no identifier or path of them.
    pub fn from_parts<P: AsRef<str>>(
        parts: impl IntoIterator<Item = P>,
    ) -> Result<ModulePath, ParseModulePathError> {
        let mut text = String::new();
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                text.push_str(SEPARATOR);
            }
            text.push_str(part.as_ref());
        }
        text.parse()
    }

    /// Returns the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the parts of the path, the crate first.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split(SEPARATOR)
    }

    /// Returns the crate's name: the first part.
    pub fn krate(&self) -> &str {
        self.parts().next().unwrap_or_default()
    }

    /// Returns the last part.
    pub fn simple_name(&self) -> &str {
        self.0.rsplit(SEPARATOR).next().unwrap_or_default()
    }

    /// Returns how many parts the path has; a crate has depth 1.
    pub fn depth(&self) -> usize {
        self.parts().count()
    }

    /// Returns the enclosing module, or `None` for a crate.
    pub fn parent(&self) -> Option<ModulePath> {
        let (parent, _) = self.0.rsplit_once(SEPARATOR)?;
        Some(ModulePath(Cow::Owned(parent.to_owned())))
    }

    /// Returns the module `name` inside this one.
    ///
    /// # Errors
    ///
    /// `name` is not one identifier or a path of them.
    pub fn child(&self, name: &str) -> Result<ModulePath, ParseModulePathError> {
        format!("{}{SEPARATOR}{name}", self.0).parse()
    }

    /// Tells whether `other` is this module or lies below it.
    pub fn is_ancestor_of(&self, other: &ModulePath) -> bool {
        other
            .0
            .strip_prefix(&*self.0)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(SEPARATOR))
    }

    /// Tells whether this module is `other` or lies below it.
    pub fn is_descendant_of(&self, other: &ModulePath) -> bool {
        other.is_ancestor_of(self)
    }
}

impl From<&Definition> for ModulePath {
    /// Returns the module that holds the definition.
    fn from(definition: &Definition) -> Self {
        definition.module_path()
    }
}

impl FromStr for ModulePath {
    type Err = ParseModulePathError;

    fn from_str(text: &str) -> Result<Self, ParseModulePathError> {
        let mut column = 1;
        for part in text.split(SEPARATOR) {
            check_part(part).map_err(|(offset, found)| ParseModulePathError {
                path: text.to_owned(),
                column: column + offset,
                found,
            })?;
            column += part.chars().count() + SEPARATOR.len();
        }
        Ok(ModulePath(Cow::Owned(text.to_owned())))
    }
}

/// Checks one part; the error is the offset in characters and what stands there.
fn check_part(part: &str) -> Result<(), (usize, String)> {
    let name = part.strip_prefix("r#").unwrap_or(part);
    let prefix = part.len() - name.len();
    for (offset, character) in name.chars().enumerate() {
        let valid = match offset {
            0 => character == '_' || unicode_ident::is_xid_start(character),
            _ => unicode_ident::is_xid_continue(character),
        };
        if !valid {
            return Err((prefix + offset, format!("`{character}`")));
        }
    }
    match name {
        "" => Err((prefix, "nothing".to_owned())),
        "_" => Err((prefix, "`_`".to_owned())),
        _ => Ok(()),
    }
}

/// Why a text is no [`ModulePath`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{path}` is no module path: found {found} at column {column}, expected an identifier")]
#[non_exhaustive]
pub struct ParseModulePathError {
    /// The text as it was given.
    pub path: String,
    /// The offending character's column, from 1.
    pub column: usize,
    /// What stands there.
    pub found: String,
}

impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModulePath({})", self.0)
    }
}

impl PartialEq for ModulePath {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for ModulePath {}

impl Hash for ModulePath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialOrd for ModulePath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ModulePath {
    // Not the order of the text: `:` sorts after digits, so `a1` would come between `a` and `a::b`.
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(other.parts())
    }
}

#[cfg(test)]
mod tests;
