//! A program's knowledge of its own modules: names, registry, root
