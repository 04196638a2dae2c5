//! Functions whose parameters a container supplies.

/// Implements a trait of functions of up to eight parameters, each of which can be injected:
/// `$trait<(A, B)>` for those of two. It has a type `Output` and the functions `requirements` and
/// `call`; each trait has a message of its own for what is no such function. In the places of
/// requirements stand `$prefix` and the parameter's number.
#[doc(hidden)]
#[macro_export]
macro_rules! __functions {
    ($trait:ident, $prefix:literal) => {
        $crate::__functions!(@ $trait, $prefix;);
        $crate::__functions!(@ $trait, $prefix; A 1);
        $crate::__functions!(@ $trait, $prefix; A 1, B 2);
        $crate::__functions!(@ $trait, $prefix; A 1, B 2, C 3);
        $crate::__functions!(@ $trait, $prefix; A 1, B 2, C 3, D 4);
        $crate::__functions!(@ $trait, $prefix; A 1, B 2, C 3, D 4, E 5);
        $crate::__functions!(@ $trait, $prefix; A 1, B 2, C 3, D 4, E 5, F 6);
        $crate::__functions!(@ $trait, $prefix; A 1, B 2, C 3, D 4, E 5, F 6, G 7);
        $crate::__functions!(@ $trait, $prefix; A 1, B 2, C 3, D 4, E 5, F 6, G 7, H 8);
    };
    (@ $trait:ident, $prefix:literal; $($parameter:ident $number:literal),*) => {
        impl<Function, Output, $($parameter: $crate::Inject),*> $trait<($($parameter,)*)>
            for Function
        where
            Function: FnOnce($($parameter),*) -> Output,
        {
            type Output = Output;

            fn requirements() -> Vec<$crate::Requirement> {
                vec![$($crate::Requirement::of::<$parameter>(
                    concat!($prefix, "parameter ", $number),
                    None,
                )),*]
            }

            fn call(self, _resolver: &$crate::Resolver<'_>) -> Result<Output, $crate::ResolveError> {
                Ok(self($($parameter::resolve(_resolver, None)?),*))
            }
        }
    };
}
