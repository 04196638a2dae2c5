//! What happens before main: configuration facets, profiles, logging
